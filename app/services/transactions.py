"""Beginning a change with a lock, and ending it with a commit, on both databases."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict
from app.extensions import db


def lock(model: Any, *ids: int) -> None:
    """Ends what was read so far, then locks these rows in the order of their ids.

    An update that changes nothing locks on both databases, and on SQLite begins the transaction that may write; SQLite
    knows no SELECT … FOR UPDATE. Who needs rows of several tables locks a rental first, then instruments.
    """
    db.session.rollback()
    also_lock(model, *ids)


def also_lock(model: Any, *ids: int) -> None:
    """The same within a transaction that has locked something already."""
    for row_id in sorted(set(ids)):
        db.session.execute(
            update(model).where(model.id == row_id).values(id=model.id),
            execution_options={"synchronize_session": False},
        )
    db.session.expire_all()


def insert(model: Any) -> Any:
    """An INSERT that can say what happens ON CONFLICT: both databases speak it alike."""
    return {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[db.engine.dialect.name](model)


def commit(conflict: str) -> None:
    """Commits. Where the database refuses, because somebody else was quicker, raises Conflict with this sentence."""
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise Conflict(conflict) from error
