"""Rentals, the days on which they and maintenance occupy a unit, and the record of what happened to them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.models.instrument import Instrument, Unit, one_of
from app.models.types import Money, UtcDateTime, utc_now
from app.rental.period import Period
from app.vocabulary import RENTAL_STATUSES, RENTAL_STEPS


class Rental(Base):
    """A customer's rental of one unit, from `start_date` to `end_date`, both included.

    The rates, the deposit and the currency are those that were agreed; later changes of the catalogue leave them.
    `total` is the price of the days, `late_fee` is charged beside it. Without `user_id` the person was erased.
    """

    __tablename__ = "rentals"
    __table_args__ = (
        CheckConstraint(one_of("status", RENTAL_STATUSES), name="status"),
        CheckConstraint("end_date >= start_date", name="dates"),
        CheckConstraint("total >= 0 AND late_fee >= 0 AND deposit >= 0", name="money"),
        Index(None, "user_id", "start_date"),
        Index(None, "status", "start_date"),
        Index(None, "start_date"),
        Index(None, "instrument_id", "status"),
        Index(None, "unit_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instruments.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    start_date: Mapped[date]
    end_date: Mapped[date]
    status: Mapped[str] = mapped_column(String(10), default="reserved")
    daily_rate: Mapped[Decimal] = mapped_column(Money)
    weekly_rate: Mapped[Decimal] = mapped_column(Money)
    monthly_rate: Mapped[Decimal] = mapped_column(Money)
    total: Mapped[Decimal] = mapped_column(Money)
    deposit: Mapped[Decimal] = mapped_column(Money)
    late_fee: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    instrument: Mapped[Instrument] = relationship()
    unit: Mapped[Unit] = relationship()
    steps: Mapped[list["RentalStep"]] = relationship(order_by="RentalStep.id")

    @property
    def period(self) -> Period:
        return Period.inclusive(self.start_date, self.end_date)

    @property
    def days(self) -> int:
        return self.period.days

    @property
    def instrument_name(self) -> str:
        return self.instrument.name

    @property
    def location(self) -> str:
        """Where the unit stands: there it is collected."""
        return self.unit.location


class Occupancy(Base):
    """The days on which a unit cannot be rented: from `start_date` up to, but not including, `free_from`.

    The one place of truth for what is free. It belongs to a rental, whose turnaround it includes, or is a block that
    staff put there (no `rental_id`). `is_out` says that the unit left the shop and has not come back, however late.
    The database refuses two rows of one unit on the same day: an exclusion constraint in PostgreSQL, triggers in
    SQLite (migration 0004).
    """

    __tablename__ = "occupancies"
    __table_args__ = (
        CheckConstraint("free_from > start_date", name="days"),
        Index(None, "unit_id", "free_from"),
        Index(None, "rental_id"),
        # Written as SQLAlchemy writes the condition, so that queries find the index.
        Index(
            "ix_occupancies_out",
            "unit_id",
            unique=True,
            postgresql_where=text("is_out"),
            sqlite_where=text("is_out = 1"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    rental_id: Mapped[int | None] = mapped_column(ForeignKey("rentals.id", ondelete="CASCADE"))
    start_date: Mapped[date]
    free_from: Mapped[date]
    is_out: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    @property
    def end_date(self) -> date:
        """The last day, as clients are told."""
        return Period(self.start_date, self.free_from).last


class RentalStep(Base):
    """What happened to a rental: who did it (null: the shop's timer, or a person who was erased), when, and what
    changed. The `amount`s of all steps add up to what is owed, `total + late_fee`.
    """

    __tablename__ = "rental_steps"
    __table_args__ = (CheckConstraint(one_of("step", RENTAL_STEPS), name="step"), Index(None, "rental_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    rental_id: Mapped[int] = mapped_column(ForeignKey("rentals.id", ondelete="CASCADE"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    step: Mapped[str] = mapped_column(String(10))
    from_status: Mapped[str | None] = mapped_column(String(10))
    to_status: Mapped[str] = mapped_column(String(10))
    amount: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
