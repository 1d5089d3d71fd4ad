"""deploy/systemd: systemd itself finds nothing to complain about, and the shop's units are hardened."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd units are NOT tested: systemd-analyze is not installed"
)


def analyze(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True)


def test_every_unit_is_verified(tmp_path):
    for unit in UNITS.iterdir():
        text = re.sub(r"(ExecStart=)\S+", rf"\g<1>{shutil.which('true')}", unit.read_text())
        (tmp_path / unit.name).write_text(text)  # The programs are not installed here.
    told = analyze("verify", "--man=no", *map(str, sorted(tmp_path.iterdir())))
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize("name", ["musical-instruments", "musical-instruments-chat"])
def test_the_application_has_little_to_lose(name):
    told = analyze("security", "--offline=yes", str(UNITS / f"{name}.service")).stdout
    assert float(re.search(r"exposure level for \S+: ([\d.]+)", told)[1]) <= 1.5


def test_every_timer_has_its_service_and_a_time(tmp_path):
    timers = sorted(UNITS.glob("*.timer"))
    assert len(timers) == 3
    for timer in timers:
        assert timer.with_suffix(".service").exists()
        when = re.search(r"OnCalendar=(.+)", timer.read_text())[1]
        assert analyze("calendar", when).returncode == 0


def test_what_the_units_call_is_there():
    from app.init import create_app
    from tests.settings import SETTINGS

    commands = create_app({**SETTINGS, "DATABASE_URL": "sqlite://"}).cli.commands
    for unit in UNITS.glob("*.service"):
        for command in re.findall(r"bin/flask (\S+)", unit.read_text()):
            assert command in commands
