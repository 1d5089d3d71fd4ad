"""Copies of the whole database: SQLite by its online backup, PostgreSQL by pg_dump, both of one instant."""

import os
import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.engine import URL, make_url

from app.errors import AppError
from app.extensions import db

TIMEOUT_SECONDS = 3600


class CopyFailed(AppError):
    """A dump or a restore did not succeed; the message tells the tool's own words."""

    code = 500


def dump(target: Path) -> dict[str, Any]:
    """Writes the database to a file. Returns what it holds: its kind, its migration, and the rows of every table."""
    url = _url()
    return _dump_sqlite(url, target) if url.get_backend_name() == "sqlite" else _dump_postgresql(url, target)


@contextmanager
def scratch(source: Path, kind: str) -> Iterator[URL]:
    """A dump, restored beside the shop's own database and dropped afterwards; a file of SQLite is one as it is."""
    if kind == "sqlite":
        yield make_url(f"sqlite:///{source}")
        return
    if _url().get_backend_name() != "postgresql":
        raise CopyFailed("This backup is one of PostgreSQL, and DATABASE_URL names no such server.")
    name = f"restore_drill_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(_url(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    try:
        url = _url().set(database=name)
        load(source, url)
        yield url
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()


def load(source: Path, url: URL) -> None:
    """Restores a dump into an empty database (PostgreSQL), or to a file that is not there yet (SQLite)."""
    if url.get_backend_name() == "sqlite":
        if Path(url.database or "").exists():
            raise CopyFailed(f"{url.database} is already there. Move it away first.")
        shutil.copy(source, url.database or "")
        return
    with _connected(url) as connection:
        _refuse_pooler(connection)
        if sa.inspect(connection).get_table_names():
            raise CopyFailed("The database to restore into is not empty.")
    _run(url, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(source))


def contents(url: URL) -> dict[str, Any]:
    """What a database holds, as `dump` tells it; SQLite's own check of its file included."""
    with _connected(url) as connection:
        if url.get_backend_name() == "sqlite":
            verdict = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
            if verdict != "ok":
                raise CopyFailed(f"The SQLite file is damaged: {verdict}")
        return _contents(connection, url.get_backend_name())


def _dump_sqlite(url: URL, target: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(url.database or "")) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # One file, without a log beside it.
    return contents(make_url(f"sqlite:///{target}"))


def _dump_postgresql(url: URL, target: Path) -> dict[str, Any]:
    """The rows are counted in the very snapshot that pg_dump writes."""
    engine = sa.create_engine(url, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            _refuse_pooler(connection)
            snapshot = connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()
            told = _contents(connection, "postgresql")
            _run(url, "pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
            return told
    finally:
        engine.dispose()


def _refuse_pooler(connection: sa.Connection) -> None:
    """pg_dump and pg_restore set an empty search_path: a pooler would hand it on, and customers find no table there."""
    told = connection.connection.dbapi_connection.info.backend_pid  # A pooler makes one up.
    if told != connection.scalar(sa.text("SELECT pg_backend_pid()")):
        raise CopyFailed("This database is reached through a pooler. For backups and restores name PostgreSQL itself.")


def _contents(connection: sa.Connection, kind: str) -> dict[str, Any]:
    tables = [table.name for table in db.metadata.sorted_tables]
    rows = {name: connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables}
    revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
    return {"kind": kind, "revision": revision, "rows": rows}


@contextmanager
def _connected(url: URL) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _run(url: URL, tool: str, *arguments: str) -> None:
    """One of PostgreSQL's own tools. The password travels by the environment, not by the command line."""
    folder = current_app.config["POSTGRES_BIN"]
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    command = [str(Path(folder) / tool) if folder else tool, f"--dbname={plain}", *arguments]
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    except FileNotFoundError as error:
        raise CopyFailed(f"{tool} is not installed (PostgreSQL's client package; POSTGRES_BIN says where).") from error
    except subprocess.CalledProcessError as error:
        raise CopyFailed(f"{tool} failed: {error.stderr.strip()[-500:]}") from error
    except subprocess.TimeoutExpired as error:
        raise CopyFailed(f"{tool} did not end within {TIMEOUT_SECONDS} s.") from error


def _url() -> URL:
    return make_url(current_app.config["DATABASE_URL"])
