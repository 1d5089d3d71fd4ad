"""Readiness: what the service needs, asked for real."""

from functools import cache

import structlog
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db

log = structlog.get_logger("health")


def readiness() -> dict[str, str]:
    """`status` is ok, degraded (only the model is away) or unavailable (database away, or migrations behind)."""
    migrations = _migrations()
    database = "unavailable" if migrations == "unknown" else "ok"
    model = "ok" if current_app.extensions["chat_model"].is_reachable() else "unavailable"
    if migrations != "at head":
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
    return "at head" if set(current) == _heads() else "behind"


@cache
def _heads() -> set[str]:
    return set(ScriptDirectory(current_app.extensions["migrate"].directory).get_heads())
