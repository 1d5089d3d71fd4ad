"""Backups: one file and one manifest each, checked, encrypted if a key is set, kept by hour, day, week and month.

    shop-20270301T020000Z.dump          the database, as pg_dump or SQLite writes it (.age behind it: encrypted)
    shop-20270301T020000Z.json          its manifest: what it holds, its SHA-256, which model answered
    .last-backup.json, .last-drill.json how the last ones ended
    .making-…, .opened-…                what is being written or read; the next backup removes what was abandoned

A backup is whole when its manifest is there: the manifest is written last.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.engine import URL

from app.config import INSTANCE
from app.models.types import utc_now
from app.operations import database_copy, offsite, outcomes, sealed
from app.operations.database_copy import CopyFailed
from app.operations.outcomes import Outcome as Drill

STAMP = "%Y%m%dT%H%M%S%fZ"
TOLD = {"file", "made_at", "sha256", "kind", "revision", "rows", "encrypted"}
LAST_BACKUP, LAST_DRILL = ".last-backup.json", ".last-drill.json"
ABANDONED = timedelta(days=1)


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

    @property
    def accounts(self) -> int:
        return int(self.told["rows"].get("users", 0))


def make() -> Backup:
    """A new backup, carried away by BACKUP_HOOK; those that need not be kept longer are deleted. Raises CopyFailed."""
    place = _made_folder()
    with outcomes.kept_in(place / LAST_BACKUP) as found:
        _clear(place)
        try:
            made = _make_in(place)
        except OSError as error:
            raise CopyFailed(f"{place} cannot be written to: {error.strerror or error}.") from error
        found.append(f"{made.file.name} is whole.")
        _prune()
        try:
            offsite.carry(made.manifest, made.file)
        except CopyFailed as error:
            raise CopyFailed(f"{made.file} is whole, but not carried away. {error.message}") from error
    return made


def _make_in(place: Path) -> Backup:
    now, key = utc_now(), current_app.config["BACKUP_KEY"]
    manifest = place / f"shop-{now.strftime(STAMP)}.json"
    file = manifest.with_suffix(".dump.age" if key else ".dump")
    with tempfile.TemporaryDirectory(dir=place, prefix=".making-") as making:
        ready = plain = Path(making) / "plain"
        told = database_copy.dump(plain)
        if key:
            ready = Path(making) / "encrypted"
            sealed.seal(plain, ready, key)
        told |= {
            "file": file.name,
            "made_at": now.isoformat(),
            "bytes": ready.stat().st_size,
            "sha256": _digest(ready),
            "encrypted": bool(key),
            "encryption": sealed.AGE if key else None,
            "model": _model(),
        }
        draft = Path(making) / "manifest"
        draft.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
        for written in (ready, draft):
            written.chmod(0o600)
            _settle(written)
        ready.rename(file)
        draft.rename(manifest)
        _settle(place)
    return Backup(manifest, told)


def _model() -> dict[str, Any] | None:
    """What is needed to have the same model again; None where the model cannot be asked."""
    told = current_app.extensions["chat_model"].recipe()
    return told and {**told, "get": f"ollama pull {told['name']}"}


def all_backups() -> list[Backup]:
    """Every whole backup, the newest first."""
    return list(filter(None, map(_read, sorted(folder().glob("shop-*.json"), reverse=True))))


def named(manifest: Path) -> Backup:
    """The backup of this manifest. Raises CopyFailed."""
    backup = _read(manifest)
    if backup is None:
        raise CopyFailed(f"{manifest} is not the manifest of a backup, or cannot be read.")
    return backup


def _read(manifest: Path) -> Backup | None:
    """None where it is no manifest: damaged, unreadable, or gone meanwhile."""
    try:
        told = json.loads(manifest.read_text("utf-8"))
        backup = Backup(manifest, told)
        is_ours = (
            told.keys() >= TOLD
            and isinstance(told["rows"], dict)
            and backup.made_at.tzinfo is not None
            and backup.file.parent == manifest.parent
        )
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return None
    return backup if is_ours else None


def age_seconds() -> float | None:
    """How long ago the newest backup was made; None when there is none."""
    last = next(iter(all_backups()), None)
    return (utc_now() - last.made_at).total_seconds() if last else None


def hold_accounts() -> bool:
    """Whether any backup has an account in it."""
    return any(backup.accounts for backup in all_backups())


def is_whole(backup: Backup) -> str | None:
    """What is wrong with its file; None when it is there and its SHA-256 is that of the manifest. It is read whole."""
    try:
        if _digest(backup.file) == backup.told["sha256"]:
            return None
    except FileNotFoundError:
        return f"{backup.file.name} is missing."
    except OSError as error:
        return f"{backup.file.name} cannot be read: {error.strerror}."
    return f"{backup.file.name} is damaged: its SHA-256 is not that of the manifest."


@contextmanager
def opened(backup: Backup) -> Iterator[Path]:
    """The backup's dump, decrypted, once its checksum was found right. Raises CopyFailed."""
    wrong = is_whole(backup)
    if wrong:
        raise CopyFailed(wrong)
    if not backup.told["encrypted"]:
        yield backup.file
        return
    key = current_app.config["BACKUP_KEY"]
    if not key:
        raise CopyFailed("This backup is encrypted and BACKUP_KEY is not set.")
    with tempfile.TemporaryDirectory(dir=_made_folder(), prefix=".opened-") as opened_in:
        plain = Path(opened_in) / "plain"
        try:
            sealed.unseal(backup.file, plain, key, backup.told.get("encryption") or sealed.FERNET)
        except sealed.NotOpened as error:
            raise CopyFailed("BACKUP_KEY does not open this backup.") from error
        except OSError as error:
            raise CopyFailed(f"The backup cannot be decrypted: {error.strerror or error}.") from error
        yield plain


def drill(backup: Backup | None = None) -> list[str]:
    """Restores the newest backup (or this one) into a scratch database and compares it with its manifest.

    Returns what was found right, a line each. Raises CopyFailed for the first thing that is not.
    """
    with outcomes.kept_in(_made_folder() / LAST_DRILL) as found:
        found += _drilled(backup or newest())
    return found


def last_drill() -> Drill | None:
    """How the last drill ended; None when there was none yet."""
    return outcomes.read(folder() / LAST_DRILL)


def last_backup() -> outcomes.Outcome | None:
    """How the last `flask backup` ended, BACKUP_HOOK included; None when there was none yet."""
    return outcomes.read(folder() / LAST_BACKUP)


def newest() -> Backup:
    """Raises CopyFailed when there is none."""
    backup = next(iter(all_backups()), None)
    if backup is None:
        raise CopyFailed("There is no backup yet: run flask backup.")
    return backup


def to_restore() -> Backup:
    """The newest that has an account in it: of a shop that was emptied nobody wants the emptiness back."""
    return next((backup for backup in all_backups() if backup.accounts), None) or newest()


def _drilled(backup: Backup) -> list[str]:
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


def restore(backup: Backup, into: URL) -> None:
    """Restores a backup for good: into an empty PostgreSQL database, or to an SQLite file that is not there yet."""
    if into.get_backend_name() != backup.told["kind"]:
        raise CopyFailed(f"This backup is one of {backup.told['kind']}: it cannot go into {into.get_backend_name()}.")
    with opened(backup) as dump:
        database_copy.load(dump, into)


def kept(moments: Iterable[datetime], hours: int, days: int, weeks: int, months: int) -> set[datetime]:
    """Which backups to keep: all of the last hours, and the newest of each of the last days, weeks and months with one.

    The hours are counted from the newest. They keep the first of two backups of one day, made before a release perhaps.
    """
    newest_first = sorted(moments, reverse=True)
    keep = {moment for moment in newest_first if newest_first[0] - moment <= timedelta(hours=hours)}
    for number, period in ((days, "%Y-%m-%d"), (weeks, "%G-%V"), (months, "%Y-%m")):
        newest_of: dict[str, datetime] = {}
        for moment in newest_first:
            newest_of.setdefault(moment.astimezone(UTC).strftime(period), moment)
        keep |= set(list(newest_of.values())[:number])
    return keep


def _prune() -> None:
    config, backups = current_app.config, all_backups()
    keep = kept(
        (backup.made_at for backup in backups),
        config["BACKUP_KEEP_HOURS"],
        config["BACKUP_KEEP_DAYS"],
        config["BACKUP_KEEP_WEEKS"],
        config["BACKUP_KEEP_MONTHS"],
    )
    for backup in backups:
        if backup.made_at not in keep:
            backup.manifest.unlink(missing_ok=True)  # First: without its manifest a file is no backup.
            backup.file.unlink(missing_ok=True)


def _clear(place: Path) -> None:
    """Removes what a process that was killed has left, the whole database in plain among it."""
    until = (utc_now() - ABANDONED).timestamp()
    for left in (*place.glob(".making-*"), *place.glob(".opened-*")):
        if left.stat().st_mtime < until:
            shutil.rmtree(left, ignore_errors=True)  # Another backup may be doing the same.


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


def _settle(path: Path) -> None:
    """Waits until it is on the disk: a power cut must not leave the manifest of a file that is not."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
