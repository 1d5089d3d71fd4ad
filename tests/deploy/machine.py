"""A machine of its own to install the shop on: systemd is its first process, its disk is a copy-on-write view of ours.

Needs root, namespaces and overlay mounts; what it writes is gone when it is switched off. It shares our network, so its
servers listen on our ports.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import psutil

from tests.servers import ROOT, wait_until

BOOT = """
set -e
cd {folder}
mount -t tmpfs disk disk && mkdir disk/changes disk/work
mount -t overlay overlay -o lowerdir=/,upperdir={folder}/disk/changes,workdir={folder}/disk/work root
cd root
mount -t proc proc proc; mount --rbind /sys sys; mount --rbind /dev dev
mount -t tmpfs tmpfs run; mount -t tmpfs tmpfs tmp
[ -e .{checkout} ] || {{ mkdir -p .{checkout} && mount --bind -o ro {checkout} .{checkout}; }}  # It lies in /tmp.
for unit in systemd-udevd.service systemd-logind.service systemd-timesyncd.service systemd-sysctl.service; do
  ln -sf /dev/null etc/systemd/system/$unit
done
rm -f etc/systemd/system/*/systemd-timesyncd.service
mkdir -p before && pivot_root . before && umount -l /before  # A chroot may not make user namespaces, as units want.
export container=test
exec /lib/systemd/systemd --system --unit=basic.target --log-target=journal --show-status=no
"""
NEEDED = (
    "unshare",
    "nsenter",
    "/lib/systemd/systemd",
    "nginx",
    "redis-server",
    "prometheus",
    "prometheus-alertmanager",
    "runuser",
)
PORTS = (80, 443, 5432, 6379, 8000, 8001, 8010, 8011, 9090, 9093)


def why_not() -> str | None:
    """Why no such machine can be made here; None when it can."""
    if os.geteuid() != 0:
        return "only root may"
    missing = [name for name in NEEDED if shutil.which(name) is None and not Path(name).exists()]
    if missing:
        return f"not installed: {', '.join(missing)}"
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run(
            ["unshare", "--mount", "mount", "-t", "tmpfs", "x", folder], capture_output=True, text=True
        )
    if tried.returncode:
        return tried.stderr.strip()
    taken = [port for port in PORTS if _is_taken(port)]
    return f"somebody listens on {taken}" if taken else None


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


class Machine:
    """Switched on when it is made; `run` types a command as its root."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="machine-"))
        for name in ("disk", "root"):
            (self._folder / name).mkdir()
        spaces = ["--pid", "--fork", "--kill-child", "--mount", "--uts", "--ipc", "--propagation", "private"]
        boot = ["unshare", *spaces, "bash", "-c", BOOT.format(folder=self._folder, checkout=ROOT)]
        self._process = subprocess.Popen(boot, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(self._has_booted, "it has booted", 120)
        except AssertionError:
            self.switch_off()
            raise

    def run(self, command: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess:
        """Runs it in a shell; raises AssertionError with what was said when it fails and should not."""
        enter = ["nsenter", "--target", str(self._first()), "--mount", "--pid", "--uts", "--ipc", "--root", "--wd"]
        told = {
            **os.environ,
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            **environment,
        }
        done = subprocess.run([*enter, "bash", "-ceu", command], capture_output=True, text=True, env=told)
        assert not check or done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def path(self, inside: str) -> Path:
        """A file of the machine, seen from here."""
        return Path(f"/proc/{self._first()}/root") / inside.lstrip("/")

    def switch_off(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess, AssertionError):
            os.kill(self._first(), signal.SIGKILL)
        self._process.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _has_booted(self) -> bool:
        return self.run("systemctl is-active basic.target", check=False).returncode == 0

    def _first(self) -> int:
        children = psutil.Process(self._process.pid).children()
        return children[0].pid if children else self._process.pid
