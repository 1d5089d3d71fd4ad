"""What the machine tells: its disks, its certificate, its services and timers, its clock."""

import re
import shutil
import subprocess
from pathlib import Path

from cryptography import x509
from flask import current_app

from app.config import ROOT
from app.extensions import db
from app.models.types import utc_now
from app.operations import backups

TASKS = ("backup", "restore-drill", "expire-reservations", "apply-retention")
TIMERS = tuple(f"musical-instruments-{task}" for task in TASKS)
SETTINGS_FILES = (ROOT / ".env", Path("/etc/musical-instruments/shop.env"))


def disk_free() -> dict[str, float]:
    """The free share, 0 to 1, of the disks that the shop writes to: of the backups, once there are some, and of the
    database, where it is a file or DATABASE_DISK names a folder there. Raises OSError when that folder is missing.
    """
    places = {"backups": backups.folder()} if backups.folder().exists() else {}
    database = _database_folder()
    if database:
        places["database"] = database
    usage = {name: shutil.disk_usage(place) for name, place in places.items()}
    return {name: told.free / told.total for name, told in usage.items()}


def _database_folder() -> Path | None:
    url = db.engine.url
    if current_app.config["DATABASE_DISK"]:
        return Path(current_app.config["DATABASE_DISK"])
    return Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else None


def certificate_seconds_left() -> float | None:
    """Until the certificate in TLS_CERTIFICATE ends; None when none is named. Raises OSError, ValueError."""
    path = current_app.config["TLS_CERTIFICATE"]
    if not path:
        return None
    certificate = x509.load_pem_x509_certificates(Path(path).read_bytes())[0]
    return (certificate.not_valid_after_utc - utc_now()).total_seconds()


def instance_ports() -> list[str]:
    """The ports of the instances that systemd wants; none where it does not tell."""
    told = _told("systemctl", "show", "--property=Wants", "--value", "musical-instruments.target")
    return re.findall(r"musical-instruments@(\d+)\.service", told or "")


def is_active(unit: str) -> bool | None:
    """Whether systemd has this unit active; None where there is no systemd."""
    told = (_told("systemctl", "is-active", unit) or "").strip()
    return told == "active" if told else None


def idle_timers() -> list[str] | None:
    """Our timers that systemd does not have active; None where there is no systemd."""
    told = _told("systemctl", "is-active", *(f"{name}.timer" for name in TIMERS))
    if told is None or len(told.split()) != len(TIMERS):
        return None
    return [name for name, state in zip(TIMERS, told.split(), strict=True) if state != "active"]


def failed_tasks() -> dict[str, bool] | None:
    """Whether what each of our timers starts failed the last time; None where there is no systemd."""
    told = _told("systemctl", "is-failed", *(f"musical-instruments-task@{task}.service" for task in TASKS))
    if told is None or len(told.split()) != len(TASKS):
        return None
    return {task: state == "failed" for task, state in zip(TASKS, told.split(), strict=True)}


def is_clock_synchronised() -> bool | None:
    """Whether the clock follows a time server; None where systemd does not tell."""
    told = _told("timedatectl", "show", "--property=NTPSynchronized", "--value")
    return None if told is None or told.strip() not in ("yes", "no") else told.strip() == "yes"


def _told(*command: str) -> str | None:
    """What one of systemd's programs says; None where systemd does not run (sd_booted(3)) or does not answer."""
    if not Path("/run/systemd/system").is_dir():
        return None
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
