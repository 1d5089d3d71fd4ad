"""Are there backups that open, were they tried, and would they outlive this machine?"""

import os
from datetime import timedelta

from flask import current_app

from app.errors import AppError
from app.models.types import utc_now
from app.operations import backups
from app.operations.deploy_check.finding import Checks, Finding, Status, fail, judge, ok, warn
from app.strength import weakness

DAY = 86400
DRILL_EVERY = timedelta(days=8)  # The timer's week, and a day for a machine that was off.
MAKE_ONE = "Run flask backup, and enable its timer."
TRY_ONE = "Run flask restore-drill, and enable its timer."


def folder() -> Finding:
    place = backups.folder()
    if not place.is_dir():
        return fail(f"{place} is not there", MAKE_ONE)
    return judge(os.access(place, os.W_OK | os.X_OK), f"{place}", "Give it to the shop's user.")


def newest() -> Finding:
    age = backups.age_seconds()
    found = "none" if age is None else f"{age / 3600:.1f} hours old"
    return judge(age is not None and age < 1.5 * DAY, found, MAKE_ONE)


def whole() -> Finding:
    """The newest one's file is there, and is what its manifest says."""
    backup = next(iter(backups.all_backups()), None)
    if backup is None:
        return fail("none", MAKE_ONE)
    try:
        with backups.opened(backup):
            return ok(f"{backup.file.name} is what its manifest says")
    except AppError as error:
        return fail(error.message, "Run flask backup now, and find out what has touched the folder.")


def drill() -> Finding:
    last = backups.last_drill()
    if last is None:
        return warn("never tried", TRY_ONE)
    found = f"{last.at:%Y-%m-%d}: {last.found}"
    return judge(last.ok and utc_now() - last.at < DRILL_EVERY, found, TRY_ONE)


def key() -> Finding:
    secret = current_app.config["BACKUP_KEY"]
    if not secret:
        return warn("backups are not encrypted", "Set BACKUP_KEY.")
    todo = "Set another one, and keep the old one: old backups need it."
    return judge(weakness(secret) is None, weakness(secret) or "set and hard to guess", todo, Status.WARN)


def copies() -> Finding:
    """A backup on the disk of the database dies with it."""
    hook = current_app.config.get("BACKUP_HOOK")
    todo = "Set BACKUP_HOOK: what copies each backup to another place."
    return judge(bool(hook), hook or "they stay on this machine", todo, Status.WARN)


CHECKS: Checks = {
    "backup folder": folder,
    "backup": newest,
    "backup whole": whole,
    "restore drill": drill,
    "backup key": key,
    "backup copies": copies,
}
