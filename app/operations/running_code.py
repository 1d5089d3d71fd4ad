"""Which code runs on a PostgreSQL database: every connection tells in its name which schema its code was written for.

A pooler in transaction mode (PgBouncer) shows the name of whoever asked last and hides the others, so a connection that
goes through one says that too: what it hides cannot be known.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

from app.extensions import db

NAME = "musical-instruments-"
POOLED = "-pooled"
LAST_LOOK_SECONDS = 3.0  # Who was stopped a moment ago may still be listed.
OTHERS = sa.text(
    "SELECT pid, coalesce(host(client_addr), 'this host') AS host, application_name FROM pg_stat_activity"
    " WHERE datname = current_database() AND (pid <> pg_backend_pid() OR application_name LIKE '%' || :pooled)"
    " AND starts_with(application_name, :name) ORDER BY host, pid"
)


@dataclass(frozen=True)
class Process:
    """A connection of running code: `schema` is what that code was written for, None when a pooler hides it."""

    pid: int
    host: str
    schema: str | None

    def __str__(self) -> str:
        code = f"code for {self.schema}" if self.schema else "a pooler, which hides who is behind it"
        return f"{code} (on {self.host}, connection {self.pid})"


def init_running_code(app: Flask) -> None:
    """Names the application's connections."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name != "postgresql":
        return

    @cache
    def name() -> str:
        return f"{NAME}{ScriptDirectory(app.extensions['migrate'].directory).get_current_head()}"

    @sa.event.listens_for(engine, "do_connect")
    def tell_name(_dialect: Any, _record: Any, _arguments: Any, given: dict[str, Any]) -> None:
        given["application_name"] = name()

    @sa.event.listens_for(engine, "connect")
    def tell_pooler(connection: Any, _record: Any) -> None:
        """The server behind a pooler is another one than the one that let us in."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            if cursor.fetchone() != (connection.info.backend_pid,):
                cursor.execute("SELECT set_config('application_name', %s, false)", (name() + POOLED,))
        connection.commit()


def who_needs(connection: sa.Connection, is_needed: Callable[[str], bool]) -> list[Process]:
    """Running code of whose schema `is_needed` says so, and what a pooler hides. With SQLite nobody is known."""
    if connection.dialect.name != "postgresql":
        return []
    end = time.monotonic() + LAST_LOOK_SECONDS
    while (found := _look(connection, is_needed)) and time.monotonic() < end:
        time.sleep(0.2)
    return found


def _look(connection: sa.Connection, is_needed: Callable[[str], bool]) -> list[Process]:
    connection.execute(sa.text("SELECT pg_stat_clear_snapshot()"))  # A transaction sees one moment otherwise.
    found = []
    for row in connection.execute(OTHERS, {"name": NAME, "pooled": POOLED}):
        schema = row.application_name.removeprefix(NAME)
        if schema.endswith(POOLED):
            found.append(Process(row.pid, row.host, None))
        elif is_needed(schema):
            found.append(Process(row.pid, row.host, schema))
    return found
