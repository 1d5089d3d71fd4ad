"""Are there backups that open, were they tried, and would they outlive this machine?"""

import os
from datetime import timedelta

from flask import current_app

from app.models.types import utc_now
from app.operations import backups
from app.operations.deploy_check.finding import Checks, Finding, Status, fail, judge, warn
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
    backup = backups.newest()
    wrong = backups.is_whole(backup)
    found = wrong or f"{backup.file.name} is what its manifest says"
    return judge(wrong is None, found, "Run flask backup now, and find out what has touched the folder.")


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
    hook, last = current_app.config["BACKUP_HOOK"], backups.last_backup()
    if not hook:
        return warn("they stay on this machine", "Set BACKUP_HOOK: deploy/README.md, Backups.")
    if last is None:
        return warn(f"{hook} has not run yet", MAKE_ONE)
    return judge(last.ok, f"{last.at:%Y-%m-%d}: {last.found}", "Run flask backup: it says what is wrong.")


CHECKS: Checks = {
    "backup folder": folder,
    "backup": newest,
    "backup whole": whole,
    "restore drill": drill,
    "backup key": key,
    "backup copies": copies,
}
