"""Readiness: what the service needs, asked for real."""

from functools import cache

import structlog
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db

log = structlog.get_logger("health")


def state() -> dict[str, str]:
    """`status` is ok, degraded (only the model is away) or unavailable (database away, or migrations behind).

    `ahead`, while a newer release replaces this one, is no fault: a migration leaves what the release before it needs.
    """
    migrations = _migrations()
    database = "unavailable" if migrations == "unknown" else "ok"
    model = "ok" if current_app.extensions["chat_model"].is_reachable() else "unavailable"
    if migrations not in ("at head", "ahead"):
        status = "unavailable"
    else:
        status = "ok" if model == "ok" else "degraded"
    return {"status": status, "database": database, "migrations": migrations, "language_model": model}


def _migrations() -> str:
    try:
        current = MigrationContext.configure(db.session.connection()).get_current_heads()
    except SQLAlchemyError as error:
        log.error("database unavailable", exc_info=error)
        return "unknown"
    finally:
        db.session.rollback()
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
