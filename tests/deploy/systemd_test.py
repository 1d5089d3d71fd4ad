"""deploy/systemd: systemd itself finds nothing to complain about, and the shop's units are hardened."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.init import create_app
from app.operations import host
from tests.settings import SETTINGS

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
OLLAMA = UNITS.parent / "ollama"
pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd units are NOT tested: systemd-analyze is not installed"
)


def analyze(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True)


def test_every_unit_is_verified(tmp_path):
    for unit in (*UNITS.iterdir(), OLLAMA / "ollama.service"):
        text = re.sub(r"(ExecStart=)\S+", rf"\g<1>{shutil.which('true')}", unit.read_text())
        (tmp_path / unit.name).write_text(text)  # The programs are not installed here.
    (tmp_path / "ollama.service.d").mkdir()
    shutil.copy(OLLAMA / "shop.conf", tmp_path / "ollama.service.d")
    told = analyze("verify", "--man=no", *(str(path) for path in sorted(tmp_path.iterdir()) if path.is_file()))
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize(("name", "most"), [("musical-instruments@", 1.5), ("musical-instruments-task@", 4.0)])
def test_the_application_has_little_to_lose(name, most):
    told = analyze("security", "--offline=yes", str(UNITS / f"{name}.service")).stdout
    assert float(re.search(r"exposure level for \S+: ([\d.]+)", told)[1]) <= most


def test_every_timer_has_its_service_and_a_time(tmp_path):
    assert {timer.stem for timer in UNITS.glob("*.timer")} == set(host.TIMERS)
    for timer in UNITS.glob("*.timer"):
        when = re.search(r"OnCalendar=(.+)", timer.read_text())[1]
        assert analyze("calendar", when).returncode == 0


def test_what_the_timers_call_is_there():
    commands = create_app({**SETTINGS, "DATABASE_URL": "sqlite://"}).cli.commands
    for timer in UNITS.glob("*.timer"):
        task = re.search(r"Unit=musical-instruments-task@(\S+)\.service", timer.read_text())[1]
        assert task in commands


def test_what_is_copied_into_systemds_folder_replaces_no_unit_of_others():
    assert all(unit.name.startswith("musical-instruments") for unit in UNITS.iterdir())


def test_the_plain_name_moves_the_instances_of_the_target():
    ours, target = ((UNITS / f"musical-instruments.{kind}").read_text() for kind in ("service", "target"))
    assert set(re.findall(r"musical-instruments@\d+", ours)) == set(re.findall(r"musical-instruments@\d+", target))


def test_the_instances_are_those_that_nginx_and_prometheus_know():
    started = re.findall(r"musical-instruments@(\d+)\.service", (UNITS / "musical-instruments.target").read_text())
    assert len(started) == 4
    for file in ("nginx/musical-instruments.conf", "prometheus/prometheus.yml"):
        assert sorted(set(re.findall(r"127\.0\.0\.1:(80\d\d)", (UNITS.parent / file).read_text()))) == sorted(started)
