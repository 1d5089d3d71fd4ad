"""One page of a list."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from app.extensions import db

FAR = 2**31 - 1  # No list is longer, and PostgreSQL refuses offsets beyond its integers.


@dataclass(frozen=True)
class Page:
    """`items` of one page, and how many there are in all."""

    items: list[Any]
    total: int


def page_of(query: Select, offset: int, limit: int) -> Page:
    """The rows `offset` to `offset + limit` of a query, and its length: two queries, whatever the size."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    items = db.session.scalars(query.offset(min(offset, FAR)).limit(limit)).all()
    return Page(list(items), total)
