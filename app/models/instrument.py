"""The catalogue: instruments (what can be rented) and units (the physical items of each)."""

from datetime import datetime
from decimal import Decimal

from flask import current_app
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.models.types import Money, UtcDateTime, utc_now
from app.rental.offer import Attributes
from app.vocabulary import CONDITIONS, FAMILY_OF, SIZES, SKILL_LEVELS, UNIT_STATUSES


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The SQL of a check constraint."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


# What PostgreSQL's full-text index holds; SQLite has a virtual table, instrument_search, kept by triggers.
SEARCH_VECTOR = text("to_tsvector('simple'::regconfig, search_words)")


class Instrument(Base):
    """A catalogue entry. Withdrawn ones keep their row, so that history still knows what was rented.

    It says what is so on every day. What depends on days, prices of them and free units, is told by an Offer.
    """

    __tablename__ = "instruments"
    __table_args__ = (
        CheckConstraint("daily_rate >= 0 AND weekly_rate >= 0 AND monthly_rate >= 0 AND deposit >= 0", name="money"),
        CheckConstraint(f"size IS NULL OR {one_of('size', SIZES)}", name="size"),
        Index(None, "category", "daily_rate"),
        Index(None, "family"),
        Index(None, "daily_rate"),
        Index(None, "name"),
        Index(None, "brand"),
        Index(None, "created_at"),
        Index("ix_instruments_search_words", SEARCH_VECTOR, postgresql_using="gin").ddl_if(dialect="postgresql"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    brand: Mapped[str] = mapped_column(String(60))
    model: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(32))
    family: Mapped[str] = mapped_column(String(16))
    description: Mapped[str] = mapped_column(Text, default="")
    size: Mapped[str | None] = mapped_column(String(4))
    daily_rate: Mapped[Decimal] = mapped_column(Money)
    weekly_rate: Mapped[Decimal] = mapped_column(Money)
    monthly_rate: Mapped[Decimal] = mapped_column(Money)
    deposit: Mapped[Decimal] = mapped_column(Money)
    attributes: Mapped[Attributes] = mapped_column(JSON, default=dict)
    search_words: Mapped[str] = mapped_column(Text, default="")
    image_url: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    units: Mapped[list["Unit"]] = relationship(back_populates="instrument", order_by="Unit.id")
    levels: Mapped[list["InstrumentLevel"]] = relationship(cascade="all, delete-orphan")
    genre_rows: Mapped[list["InstrumentGenre"]] = relationship(cascade="all, delete-orphan")

    @property
    def currency(self) -> str:
        """The shop keeps one currency: a setting, not a column."""
        currency: str = current_app.config["SHOP_CURRENCY"]
        return currency

    @property
    def skill_levels(self) -> list[str]:
        return sorted((row.level for row in self.levels), key=SKILL_LEVELS.index)

    @skill_levels.setter
    def skill_levels(self, levels: list[str]) -> None:
        kept = {row.level: row for row in self.levels}
        self.levels = [kept.get(level) or InstrumentLevel(level=level) for level in dict.fromkeys(levels)]

    @property
    def genres(self) -> list[str]:
        return sorted(row.genre for row in self.genre_rows)

    @genres.setter
    def genres(self, genres: list[str]) -> None:
        kept = {row.genre: row for row in self.genre_rows}
        self.genre_rows = [kept.get(genre) or InstrumentGenre(genre=genre) for genre in dict.fromkeys(genres)]

    def set_category(self, category: str) -> None:
        """The family follows from the category."""
        self.category, self.family = category, FAMILY_OF[category]


class InstrumentLevel(Base):
    """A level of player that an instrument suits."""

    __tablename__ = "instrument_levels"
    __table_args__ = (CheckConstraint(one_of("level", SKILL_LEVELS), name="level"), Index(None, "level"))

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instruments.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str] = mapped_column(String(12), primary_key=True)


class InstrumentGenre(Base):
    """A genre, in lower case, that an instrument suits."""

    __tablename__ = "instrument_genres"
    __table_args__ = (Index(None, "genre"),)

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instruments.id", ondelete="CASCADE"), primary_key=True)
    genre: Mapped[str] = mapped_column(String(40), primary_key=True)


class Unit(Base):
    """A physical item: what a customer carries home."""

    __tablename__ = "units"
    __table_args__ = (
        CheckConstraint(one_of("condition", CONDITIONS), name="condition"),
        CheckConstraint(one_of("status", UNIT_STATUSES), name="status"),
        Index(None, "instrument_id", "status"),
        Index(None, "location"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instruments.id"))
    serial_number: Mapped[str] = mapped_column(String(60), unique=True)
    condition: Mapped[str] = mapped_column(String(8), default="good")
    location: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(12), default="in_service")

    instrument: Mapped[Instrument] = relationship(back_populates="units")
