"""One page of a list."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select

from app.extensions import db

Item = TypeVar("Item")
FAR = 2**31 - 1  # No list is longer, and PostgreSQL refuses offsets beyond its integers.


@dataclass(frozen=True)
class Page(Generic[Item]):
    """`items` of one page, and how many there are in all."""

    items: list[Item]
    total: int


def page_of(query: Select[Item], offset: int, limit: int) -> Page[Item]:
    """The rows `offset` to `offset + limit` of a query, and its length: two queries, whatever the size."""
    total = db.session.scalars(select(func.count()).select_from(query.order_by(None).subquery())).one()
    items = db.session.scalars(query.offset(min(offset, FAR)).limit(limit)).all()
    return Page(list(items), total)
