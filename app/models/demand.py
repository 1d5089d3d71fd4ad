"""Wishes that the shop could not meet: what to buy next."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.types import Money


class UnmetDemand(db.Model):
    """One wish that nothing met: no words of the customer, and not who it was.

    `wanted` are the categories with commas between them, or a kind of instrument that the shop does not know;
    `obstacle` is the limit that stood in the way.
    """

    __tablename__ = "unmet_demand"
    __table_args__ = (Index(None, "asked_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_on: Mapped[date]
    wanted: Mapped[str] = mapped_column(String(1000))
    size: Mapped[str | None] = mapped_column(String(4))
    location: Mapped[str | None] = mapped_column(String(60))
    start_date: Mapped[date | None]
    end_date: Mapped[date | None]
    max_daily_rate: Mapped[Decimal | None] = mapped_column(Money)
    obstacle: Mapped[str] = mapped_column(String(16))
