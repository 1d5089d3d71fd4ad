"""Readiness: what the service needs, asked for real."""

from functools import cache

import structlog
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import exists, select
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.models.user import User
from app.operations import backups
from app.services.transactions import end_reading

log = structlog.get_logger("health")

SERVED = ("at head", "ahead")


def state() -> dict[str, str]:
    """`status` is ok, degraded (only the model is away or loading) or unavailable (database away, emptied or behind).

    `ahead`, while a newer release replaces this one, is no fault: a migration leaves what the release before it needs.
    """
    database, migrations = _database()
    model = current_app.extensions["chat_model"].state()
    if database != "ok" or migrations not in SERVED:
        status = "unavailable"
    else:
        status = "ok" if model == "ok" else "degraded"
    return {"status": status, "database": database, "migrations": migrations, "language_model": model}


def _database() -> tuple[str, str]:
    """How the database is, and its migrations. It is empty when it has no account and a backup has some."""
    try:
        migrations = _migrations()
        is_empty = migrations in SERVED and not db.session.scalar(select(exists().where(User.id.is_not(None))))
    except SQLAlchemyError as error:
        log.error("database unavailable", exc_info=error)
        return "unavailable", "unknown"
    finally:
        end_reading()
    return "empty" if is_empty and backups.hold_accounts() else "ok", migrations


def _migrations() -> str:
    current = MigrationContext.configure(db.session.connection()).get_current_heads()
    if set(current) == _heads():
        return "at head"
    return "behind" if set(current) <= _revisions() else "ahead"


@cache
def _heads() -> set[str]:
    return set(_scripts().get_heads())


@cache
def _revisions() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(current_app.extensions["migrate"].directory)
