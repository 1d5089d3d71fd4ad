"""Is the database there, whole and the right one, and does it hold what it should?"""

from datetime import timedelta

from flask import current_app
from sqlalchemy import exists, func, select, text

from app.extensions import db
from app.models.user import User
from app.operations import readiness, retention
from app.operations.deploy_check.finding import Checks, Finding, fail, judge, ok, warn

RETENTION_GRACE = timedelta(days=2)
PROCESSES = 4  # Two pools of two instances, as deploy/systemd has them.


def database() -> Finding:
    db.session.execute(text("SELECT 1"))
    if readiness.state()["database"] == "empty":
        return fail("it is empty, and a backup is not", "Restore: deploy/README.md, Disaster recovery.")
    if _is_sqlite():
        return warn("SQLite", "Good for one machine; PostgreSQL for several instances.")
    return ok(f"PostgreSQL {_shown('server_version')}")


def migrations() -> Finding:
    state = readiness.state()["migrations"]
    todo = {"ahead": "Another release has migrated it.", "unknown": "The database does not answer: mend that first."}
    return judge(state == "at head", state, todo.get(state, "Run flask db upgrade."))


def encoding() -> Finding:
    told = "UTF8" if _is_sqlite() else _shown("server_encoding")
    return judge(told == "UTF8", told, "Make the database anew with ENCODING 'UTF8'.")


def time_zone() -> Finding:
    told = "UTC" if _is_sqlite() else _shown("TimeZone")
    return judge(told.upper() in ("UTC", "ETC/UTC"), told, "Leave `timezone` to the application.")


def connections() -> Finding:
    if _is_sqlite():
        return ok("SQLite: a file has no limit of them")
    most, needed = int(_shown("max_connections")), 2 * current_app.config["DATABASE_POOL_SIZE"] * PROCESSES
    found = f"up to {needed} of max_connections {most}, with {PROCESSES} processes"
    return judge(needed <= most - 5, found, "Lower DATABASE_POOL_SIZE or raise max_connections.")


def admin() -> Finding:
    is_there = bool(db.session.scalar(select(exists().where(User.role == "admin"))))
    return judge(is_there, "there is one" if is_there else "none", "Run flask create-admin-user.")


def demo_logins() -> Finding:
    is_there = bool(db.session.scalar(select(exists().where(func.lower(User.email) == "admin@example.com"))))
    return judge(not is_there, "the demo's admin is there" if is_there else "none", "Never in production.")


def consent() -> Finding:
    against = retention.conversations_without_consent()
    found = f"{against} conversations are kept without it" if against else "no conversation is kept without it"
    return judge(not against, found, "Delete them, and tell us: this must not happen.")


def old_conversations() -> Finding:
    overdue, days = retention.overdue_conversations(RETENTION_GRACE), current_app.config["CONVERSATION_KEEP_DAYS"]
    found = f"{overdue} conversations are older than {days} days" if overdue else f"conversations go after {days} days"
    return judge(not overdue, found, "Run flask apply-retention, and enable its timer.")


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _shown(name: str) -> str:
    return str(db.session.scalar(text(f"SHOW {name}")))


CHECKS: Checks = {
    "database": database,
    "migrations": migrations,
    "encoding": encoding,
    "database time zone": time_zone,
    "connections": connections,
    "admin": admin,
    "demo logins": demo_logins,
    "consent": consent,
    "retention": old_conversations,
}
