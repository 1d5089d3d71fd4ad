"""The Flask extensions, unbound. `init.create_app` binds them to an application."""

import contextlib
import os
import sqlite3
from collections.abc import Sequence
from typing import Any

from flask import Flask
from flask_jwt_extended import JWTManager
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Dialect, Engine, MetaData, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """The parent of every table. Constraints are named, so that a migration can find them again."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate()
jwt = JWTManager()
limiter = Limiter(key_func=get_remote_address)

# Told to each transaction and not to the connection: PgBouncer refuses it at a connection's start, and gives the next
# transaction to another connection. SET LOCAL reads nothing, so an isolation level can still be chosen after it.
BOUNDS = "SET LOCAL timezone = 'UTC'; SET LOCAL statement_timeout = '30s'"


def init_database(app: Flask) -> None:
    """Binds `db`; on PostgreSQL every transaction is in UTC, and no statement of it is endless."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            event.listen(db.engine, "begin", bound)


def bound(connection: Connection) -> None:
    connection.exec_driver_sql(BOUNDS)


@event.listens_for(Engine, "do_connect")
def make_sqlite_private(dialect: Dialect, _record: Any, arguments: Sequence[Any], options: dict[str, Any]) -> None:
    """SQLite would make its file readable for everybody. What else is wrong with the place it tells itself."""
    if dialect.name == "sqlite" and arguments[0] != ":memory:" and not options.get("uri"):
        with contextlib.suppress(OSError):
            os.close(os.open(arguments[0], os.O_CREAT | os.O_EXCL, 0o600))


@event.listens_for(Engine, "connect")
def prepare_sqlite(connection: DBAPIConnection, _record: Any) -> None:
    """Readers beside a writer (WAL), foreign keys enforced, and a wait instead of 'database is locked'."""
    if isinstance(connection, sqlite3.Connection):
        for pragma in ("busy_timeout=25000", "journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")
        # SQLite's own lower() knows ASCII alone; places and names have more letters than that.
        connection.create_function("lower", 1, lambda text: text and str(text).lower(), deterministic=True)
