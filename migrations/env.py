"""Runs the migrations: all pending ones in one transaction, one process at a time, on SQLite and on PostgreSQL."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app, g

from app.models.types import Money, UtcDateTime
from app.operations.schema_change import SchemaChange

LOCK = 7_201_118  # Any number that no other use of PostgreSQL's advisory locks takes.


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Our column types as the plain ones they are made of: migrations import nothing of the application."""
    if kind == "type" and isinstance(item, Money):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def lock(connection: sa.Connection) -> None:
    """Holds up a second `flask db upgrade`; for SQLite this also makes the DDL transactional."""
    if connection.dialect.name == "sqlite":
        # Rebuilding a table must not empty those that point to it.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def run() -> None:
    migrate = current_app.extensions["migrate"]
    change = g.get("schema_change") or SchemaChange()  # What an operator typed (app/migration_cli.py) is watched.
    with migrate.db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            render_item=render_item,
            on_version_apply=change.note,
            transactional_ddl=True,  # One transaction for all, on SQLite too: `lock` begins it there.
            **migrate.configure_args,
        )
        with context.begin_transaction():
            lock(connection)
            with change.watched(context.get_context(), context.script):
                context.run_migrations()
        if connection.in_transaction():
            connection.commit()


if context.is_offline_mode():
    raise SystemExit("Migrations run online only: they lock the database.")
run()
