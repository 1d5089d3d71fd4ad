"""Backups: one file and one manifest each, checked, encrypted if a key is set, kept by day, week and month.

    shop-20270301T020000Z.dump          the database, as pg_dump or SQLite writes it (.enc behind it: encrypted)
    shop-20270301T020000Z.json          its manifest: what it holds, its SHA-256, which model answered

A backup is whole when its manifest is there: the manifest is written last.
"""

import base64
import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from sqlalchemy.engine import make_url

from app.config import INSTANCE
from app.models.types import utc_now
from app.operations import database_copy, outcomes
from app.operations.database_copy import CopyFailed
from app.operations.outcomes import Outcome as Drill

STAMP = "%Y%m%dT%H%M%S%fZ"
LAST_DRILL = ".last-drill.json"


@dataclass(frozen=True)
class Backup:
    """One backup, as its manifest tells it."""

    manifest: Path
    told: dict[str, Any]

    @property
    def file(self) -> Path:
        return self.manifest.with_name(self.told["file"])

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.told["made_at"])


def make() -> Backup:
    """A new backup; then those that need not be kept any longer are deleted. Raises CopyFailed."""
    place, now = _made_folder(), utc_now()
    name = f"shop-{now.strftime(STAMP)}"
    with tempfile.TemporaryDirectory(dir=place, prefix=".making-") as making:
        plain = Path(making) / "plain"
        told = database_copy.dump(plain)
        key = _key()
        file = place / (f"{name}.dump.enc" if key else f"{name}.dump")
        ready = Path(making) / "encrypted" if key else plain
        if key:
            ready.write_bytes(key.encrypt(plain.read_bytes()))
        ready.chmod(0o600)
        told |= {
            "file": file.name,
            "made_at": now.isoformat(),
            "bytes": ready.stat().st_size,
            "sha256": _digest(ready),
            "encrypted": key is not None,
            "model": current_app.extensions["chat_model"].recipe(),
        }
        ready.rename(file)
        draft = Path(making) / "manifest"
        draft.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
        draft.rename(place / f"{name}.json")
    made = Backup(place / f"{name}.json", told)
    _prune()
    return made


def all_backups() -> list[Backup]:
    """Every whole backup, the newest first."""
    manifests = sorted(folder().glob("shop-*.json"), reverse=True)
    return [Backup(path, json.loads(path.read_text("utf-8"))) for path in manifests]


def age_seconds() -> float | None:
    """How long ago the newest backup was made; None when there is none."""
    newest = next(iter(all_backups()), None)
    return (utc_now() - newest.made_at).total_seconds() if newest else None


@contextmanager
def opened(backup: Backup) -> Iterator[Path]:
    """The backup's dump in a folder of its own, decrypted, once its checksum was found right. Raises CopyFailed."""
    if not backup.file.exists():
        raise CopyFailed(f"{backup.file.name} is missing.")
    if _digest(backup.file) != backup.told["sha256"]:
        raise CopyFailed(f"{backup.file.name} is damaged: its SHA-256 is not that of the manifest.")
    with tempfile.TemporaryDirectory(dir=folder(), prefix=".opened-") as opened_in:
        plain = Path(opened_in) / "plain"
        plain.write_bytes(_decrypted(backup))
        yield plain


def _decrypted(backup: Backup) -> bytes:
    content, key = backup.file.read_bytes(), _key()
    if not backup.told["encrypted"]:
        return content
    if key is None:
        raise CopyFailed("This backup is encrypted and BACKUP_KEY is not set.")
    try:
        return key.decrypt(content)
    except InvalidToken as error:
        raise CopyFailed("BACKUP_KEY does not open this backup.") from error


def drill(backup: Backup | None = None) -> list[str]:
    """Restores the newest backup (or this one) into a scratch database and compares it with its manifest.

    Returns what was found right, a line each. Raises CopyFailed for the first thing that is not.
    """
    with outcomes.kept_in(_made_folder() / LAST_DRILL) as found:
        found += _drilled(backup or next(iter(all_backups()), None))
    return found


def last_drill() -> Drill | None:
    """How the last drill ended; None when there was none yet."""
    return outcomes.read(folder() / LAST_DRILL)


def _drilled(backup: Backup | None) -> list[str]:
    if backup is None:
        raise CopyFailed("There is no backup yet: run flask backup.")
    told = backup.told
    with opened(backup) as dump, database_copy.scratch(dump, told["kind"]) as url:
        found = database_copy.contents(url)
    for name, expected in told["rows"].items():
        if found["rows"].get(name) != expected:
            raise CopyFailed(f"{name} has {found['rows'].get(name)} rows, the manifest says {expected}.")
    if found["revision"] != told["revision"]:
        raise CopyFailed(f"It is at migration {found['revision']}, the manifest says {told['revision']}.")
    return [
        f"{backup.file.name} is whole: its SHA-256 is that of the manifest.",
        f"It restores into an empty database, at migration {told['revision']}.",
        f"All {len(told['rows'])} tables have their {sum(told['rows'].values())} rows.",
    ]


def restore(backup: Backup, url: str) -> None:
    """Restores a backup for good: into an empty PostgreSQL database, or to an SQLite file that is not there yet."""
    with opened(backup) as dump:
        database_copy.load(dump, make_url(url))


def kept(moments: Iterable[datetime], days: int, weeks: int, months: int) -> set[datetime]:
    """Which backups to keep: the newest of each of the last days, weeks and months that have one."""
    newest_first = sorted(moments, reverse=True)
    keep: set[datetime] = set(newest_first[:1])
    for number, period in ((days, "%Y-%m-%d"), (weeks, "%G-%V"), (months, "%Y-%m")):
        newest: dict[str, datetime] = {}
        for moment in newest_first:
            newest.setdefault(moment.astimezone(UTC).strftime(period), moment)
        keep |= set(list(newest.values())[:number])
    return keep


def _prune() -> None:
    config, backups = current_app.config, all_backups()
    keep = kept(
        (backup.made_at for backup in backups),
        config["BACKUP_KEEP_DAYS"],
        config["BACKUP_KEEP_WEEKS"],
        config["BACKUP_KEEP_MONTHS"],
    )
    for backup in backups:
        if backup.made_at not in keep:
            backup.manifest.unlink()  # First: without its manifest a file is no backup.
            backup.file.unlink(missing_ok=True)


def folder() -> Path:
    """Where backups are kept; it need not be there."""
    return Path(current_app.config["BACKUP_DIR"] or INSTANCE / "backups")


def _made_folder() -> Path:
    """The same, made when it is not there."""
    place = folder()
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CopyFailed(f"{place} cannot be made: {error.strerror}.") from error
    return place


def _key() -> Fernet | None:
    """From BACKUP_KEY, any long text."""
    text = current_app.config["BACKUP_KEY"]
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())) if text else None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
