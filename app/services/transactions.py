"""One change of the database, whole or not at all: how it begins, locks and ends, on both databases."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import CursorResult, UpdateBase, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict
from app.extensions import db

HAS_FAILED = "a part of the change under way has failed"  # In the session's `info` as long as a change is under way.

# Rows that were in the way: of a foreign key, a unique value, an exclusion constraint, a trigger of migration 0004.
CONTRADICTIONS = ("23503", "23505", "23P01")
CONTRADICTIONS_OF_SQLITE = (
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY,
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    sqlite3.SQLITE_CONSTRAINT_TRIGGER,
)


@contextmanager
def change(lost_race: str | None = None) -> Iterator[None]:
    """Commits at its end, and rolls everything back on any exception: `with change():`, or `@change()` on a function.

    Within another change it is a part of that one, which alone commits; when a part has failed, the whole never does.
    Where the database refuses, because somebody else was quicker, raises Conflict with the sentence `lost_race`.
    """
    try:
        with _part() if _is_under_way() else _whole():
            yield
    except IntegrityError as error:
        if lost_race is None or not is_lost_race(error):
            raise
        raise Conflict(lost_race) from error


def end_reading() -> None:
    """Holds no connection from now on: before a password is hashed or a model asked. What was not committed goes."""
    if _is_under_way():
        raise RuntimeError("A change is under way; what may take long comes before or after it.")
    db.session.rollback()


def lock(model: Any, *ids: int) -> None:
    """Locks these rows, in the order of their ids, until the change ends; what was read so far is read anew.

    An update that changes nothing locks on both databases, and on SQLite begins the transaction that may write; SQLite
    knows no SELECT … FOR UPDATE. Who needs rows of several tables locks a rental first, then instruments.
    """
    for row_id in sorted(set(ids)):
        db.session.execute(
            update(model).where(model.id == row_id).values(id=model.id),
            execution_options={"synchronize_session": False},
        )
    db.session.expire_all()


def insert(model: Any) -> Any:
    """An INSERT that can say what happens ON CONFLICT: both databases speak it alike."""
    return {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[db.engine.dialect.name](model)


def met(statement: UpdateBase) -> int:
    """Executes an UPDATE or DELETE, and says how many rows it met. Rows that were read keep what they told."""
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return result.rowcount


def is_lost_race(error: IntegrityError) -> bool:
    """Whether other rows were in the way: a foreign key, a unique value, days that are taken."""
    if isinstance(error.orig, sqlite3.IntegrityError):
        return error.orig.sqlite_errorcode in CONTRADICTIONS_OF_SQLITE
    return getattr(error.orig, "pgcode", None) in CONTRADICTIONS


def _is_under_way() -> bool:
    return HAS_FAILED in db.session.info


@contextmanager
def _whole() -> Iterator[None]:
    session = db.session()
    session.info[HAS_FAILED] = False
    try:
        yield
        if session.info[HAS_FAILED]:
            raise RuntimeError("A part of this change has failed: the rest cannot be kept without it.")
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info[HAS_FAILED]


@contextmanager
def _part() -> Iterator[None]:
    session = db.session()
    try:
        yield
        session.flush()  # What the database refuses is told by the part that asked for it.
    except BaseException:
        session.info[HAS_FAILED] = True
        raise
