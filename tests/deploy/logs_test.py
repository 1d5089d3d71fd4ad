"""deploy/logs between two real rsyslogs: lines arrive with their priority, over TLS, from who has a certificate."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import ROOT, free_port, running, wait_until

LOGS = ROOT / "deploy" / "logs"
MAKE, *_ = re.findall(
    r"(?:^    .+\n)+", (ROOT / "deploy" / "README.md").read_text("utf-8").partition("\n## Logs\n")[2], re.M
)
pytestmark = pytest.mark.skipif(
    shutil.which("rsyslogd") is None, reason="logs are NOT shipped: rsyslog is not installed"
)


@pytest.fixture
def machines(tmp_path) -> tuple[Path, int]:
    """Certificates as the page makes them, and a free port."""
    (tmp_path / "tls").mkdir()
    subprocess.run(["bash", "-ceu", MAKE], cwd=tmp_path / "tls", check=True, capture_output=True)
    return tmp_path, free_port()


def conf(machines: tuple[Path, int], name: str, *before: str) -> Path:
    """A file of deploy/logs with this test's places; before it what Debian's rsyslog.conf brings."""
    folder, port = machines
    (folder / f"{name}.spool").mkdir()
    text = (LOGS / f"{name}.conf").read_text("utf-8")
    for old, new in {
        "/etc/rsyslog.d/tls": str(folder / "tls"),
        'port="6514"': f'port="{port}"',
        'target="collector.example.com"': 'target="127.0.0.1"',
        "/var/log/machines": str(folder / "machines"),
        'resumeInterval="10"': 'resumeInterval="1"',
    }.items():
        text = text.replace(old, new)
    path = folder / f"{name}.conf"
    path.write_text("\n".join([f'global(workDirectory="{folder / f"{name}.spool"}")', *before, text]))
    return path


def rsyslog(conf: Path):
    return running(["rsyslogd", "-n", "-iNONE", "-f", conf], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def shop(machines) -> Iterator[Path]:
    """The socket to which the shop's machine writes; its rsyslog runs."""
    place = machines[0] / "journal"
    listen = ['module(load="imuxsock" SysSock.Use="off")', f'input(type="imuxsock" Socket="{place}")']
    with rsyslog(conf(machines, "ship", *listen)):
        wait_until(place.exists, "rsyslog listens")
        yield place


def write(place: Path, severity: str, line: str) -> None:
    told = ["logger", "--socket", str(place), "--tag", "gunicorn", "--size", "60000", "--priority", severity]
    subprocess.run(told, input=line, text=True, check=True)


def collected(machines) -> str:
    return "".join(path.read_text("utf-8") for path in (machines[0] / "machines").glob("*/*.log"))


def test_lines_arrive_whole_with_their_priority_and_wait_for_a_collector_that_is_away(machines, shop):
    write(shop, "user.warning", '{"event": "before the collector was there"}')
    with rsyslog(conf(machines, "collect")):
        write(shop, "user.err", '{"event": "database unavailable", "exception": "' + "x" * 20_000 + '"}')
        write(shop, "authpriv.info", "somebody signed in to the machine")
        write(shop, "user.info", '{"event": "the last"}')
        wait_until(lambda: "the last" in collected(machines), "all has arrived")
        told = collected(machines)
    assert re.search(r" warning gunicorn.* \{.*before the collector", told)
    assert re.search(r' err gunicorn.* \{.*unavailable.*x{20000}"\}$', told, re.MULTILINE)
    assert "signed in" not in told


def test_a_machine_whose_certificate_is_not_ours_is_not_heard(machines, tmp_path_factory):
    folder, port = machines
    stranger = tmp_path_factory.mktemp("stranger")
    subprocess.run(["bash", "-ceu", MAKE], cwd=stranger, check=True, capture_output=True)
    with rsyslog(conf(machines, "collect")):
        wait_until(lambda: shakes_hands(port, folder / "tls", folder / "tls"), "the collector listens")
        assert not shakes_hands(port, stranger, trusted=folder / "tls")
        assert not shakes_hands(port, folder / "tls", trusted=stranger)


def shakes_hands(port: int, own: Path, trusted: Path) -> bool:
    """Whether the collector keeps a connection of the shop that shows its own certificate and trusts this authority."""
    context = ssl.create_default_context(cafile=trusted / "ca.pem")
    context.load_cert_chain(own / "shop.example.com.pem", own / "shop.example.com.key")
    try:
        plain = socket.create_connection(("127.0.0.1", port), 5)
        with plain, context.wrap_socket(plain, server_hostname="collector.example.com") as secure:
            secure.settimeout(1)
            return secure.recv(1) != b""
    except TimeoutError:  # It is silent, and listens.
        return True
    except OSError:
        return False
