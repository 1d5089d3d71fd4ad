"""Wishes that the shop could not meet: what to buy next."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.types import Money


class UnmetDemand(Base):
    """One wish that nothing met, without the customer's words.

    `wanted` are the categories with commas between them, or a kind of instrument that the shop does not know;
    `obstacle` is the limit that stood in the way. `user_id` is there as long as chats are remembered, so that a person
    can be told of it and erased with it; then it is forgotten, and the wish is nobody's.
    """

    __tablename__ = "unmet_demand"
    __table_args__ = (Index(None, "asked_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    asked_on: Mapped[date]
    wanted: Mapped[str] = mapped_column(String(1000))
    size: Mapped[str | None] = mapped_column(String(4))
    location: Mapped[str | None] = mapped_column(String(60))
    start_date: Mapped[date | None]
    end_date: Mapped[date | None]
    max_daily_rate: Mapped[Decimal | None] = mapped_column(Money)
    obstacle: Mapped[str] = mapped_column(String(16))
