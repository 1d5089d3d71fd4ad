"""Copies of the whole database: SQLite by its online backup, PostgreSQL by pg_dump, both of one instant."""

import os
import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from app import database_url
from app.errors import AppError
from app.extensions import db
from app.models.types import utc_now

TIMEOUT_SECONDS = 3600
SCRATCH, SCRATCH_STAMP = "restore_drill_", "%Y%m%d%H%M%S"
ABANDONED = timedelta(days=1)


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
        yield _file(source)
        return
    if _url().get_backend_name() != "postgresql":
        raise CopyFailed("This backup is one of PostgreSQL, and DATABASE_URL names no such server.")
    name = f"{SCRATCH}{utc_now().strftime(SCRATCH_STAMP)}_{uuid.uuid4().hex[:8]}"
    with _connected(_url(), isolation_level="AUTOCOMMIT") as connection:
        for abandoned in _abandoned(connection):
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {abandoned} WITH (FORCE)"))
        connection.execute(sa.text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    try:
        url = _url().set(database=name)
        load(source, url)
        yield url
    finally:
        with _connected(_url(), isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _abandoned(connection: sa.Connection) -> list[str]:
    """Scratch databases of drills that were killed."""
    like = sa.text("SELECT datname FROM pg_database WHERE datname ~ '^restore_drill_[0-9]{14}_[0-9a-f]{8}$'")
    until = utc_now() - ABANDONED
    return [name for name in connection.scalars(like) if _stamp_of(name) < until]


def _stamp_of(name: str) -> datetime:
    return datetime.strptime(name.split("_")[2], SCRATCH_STAMP).replace(tzinfo=UTC)


def load(source: Path, url: URL) -> None:
    """Restores a dump into an empty database (PostgreSQL), or to a file that is not there yet (SQLite)."""
    if url.get_backend_name() == "sqlite":
        _load_sqlite(source, url.database or "")
        return
    with _connected(url) as connection:
        _refuse_pooler(connection)
        if sa.inspect(connection).get_table_names():
            raise CopyFailed("The database to restore into is not empty.")
    _run(url, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(source))


def _load_sqlite(source: Path, name: str) -> None:
    if name in ("", ":memory:") or name.startswith("file:"):
        raise CopyFailed("Name a file to restore into: sqlite:///a/new/file.")
    target = Path(name)
    for beside in ("", "-wal", "-shm", "-journal"):  # SQLite would read an old log into the new file.
        if Path(f"{name}{beside}").exists():
            raise CopyFailed(f"{name}{beside} is already there. Move it away first.")
    draft = Path(f"{name}.restoring")
    try:
        shutil.copyfile(source, draft)
        draft.chmod(0o600)
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CopyFailed(f"{name} cannot be written: {error.strerror}.") from error


def contents(url: URL) -> dict[str, Any]:
    """What a database holds, as `dump` tells it; SQLite's own check of its file included."""
    with _connected(url) as connection:
        if url.get_backend_name() == "sqlite":
            verdict = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
            if verdict != "ok":
                raise CopyFailed(f"The SQLite file is damaged: {verdict}")
        return _contents(connection, url.get_backend_name())


def _dump_sqlite(url: URL, target: Path) -> dict[str, Any]:
    if not Path(url.database or "").is_file():
        raise CopyFailed(f"There is no SQLite file at {url.database}.")
    try:
        with closing(sqlite3.connect(url.database or "")) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # One file, without a log beside it.
    except sqlite3.Error as error:
        raise CopyFailed(f"SQLite says: {error}.") from error
    return contents(_file(target))


def _dump_postgresql(url: URL, target: Path) -> dict[str, Any]:
    """The rows are counted in the very snapshot that pg_dump writes."""
    with _connected(url, isolation_level="REPEATABLE READ") as connection:
        _refuse_pooler(connection)
        snapshot = connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()
        told = _contents(connection, "postgresql")
        _run(url, "pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
        return told


def _refuse_pooler(connection: sa.Connection) -> None:
    """pg_dump and pg_restore set an empty search_path: a pooler would hand it on, and customers find no table there."""
    driver: Any = connection.connection.dbapi_connection  # psycopg2's; SQLAlchemy's type knows no `info`.
    if driver.info.backend_pid != connection.scalar(sa.text("SELECT pg_backend_pid()")):  # A pooler makes one up.
        raise CopyFailed("This database is reached through a pooler. For backups and restores name PostgreSQL itself.")


def _contents(connection: sa.Connection, kind: str) -> dict[str, Any]:
    """Of the tables that are there: a backup from before the last migration lacks what that brought."""
    there = set(sa.inspect(connection).get_table_names())
    tables = [table.name for table in db.metadata.sorted_tables if table.name in there]
    rows = {name: connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables}
    revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
    return {"kind": kind, "revision": revision, "rows": rows}


@contextmanager
def _connected(url: URL, **options: Any) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url, **options)
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise CopyFailed(f"The database says: {str(getattr(error, 'orig', None) or error).strip()}") from error
    finally:
        engine.dispose()


def _run(url: URL, tool: str, *arguments: str) -> None:
    """One of PostgreSQL's own tools. The password travels by the environment, not by the command line."""
    folder = current_app.config["POSTGRES_BIN"]
    told, secret = database_url.for_tools(url)
    command = [str(Path(folder) / tool) if folder else tool, f"--dbname={told}", *arguments]
    environment = {**os.environ, **secret}
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    except FileNotFoundError as error:
        raise CopyFailed(f"{tool} is not installed (PostgreSQL's client package; POSTGRES_BIN says where).") from error
    except subprocess.CalledProcessError as error:
        raise CopyFailed(f"{tool} failed: {error.stderr.strip()[-500:] or error.returncode}") from error
    except subprocess.TimeoutExpired as error:
        raise CopyFailed(f"{tool} did not end within {TIMEOUT_SECONDS} s.") from error


def _url() -> URL:
    return database_url.read(current_app.config["DATABASE_URL"])


def _file(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))
