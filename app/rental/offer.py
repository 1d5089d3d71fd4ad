"""What the shop offers: an instrument, for some days, at a price."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.rental.period import Period
from app.rental.pricing import Per, Rates

# Facts that only some kinds of instruments have: `{"keys": 88, "weighted_keys": True, "pitch": "B flat"}`.
Attributes = Mapping[str, str | int | float | bool]


@dataclass(frozen=True)
class Offer:
    """An instrument as it is offered, with the facts that an answer may state.

    Rates are in `currency`, for a day, a week and thirty days.

    `units_available` and `locations` are meant for the days asked for, or for today. It is offered from `start` for so
    many `days` at this `total`; where it is not free on the days asked for, `start` is the next day on which it is.
    """

    instrument_id: int
    name: str
    brand: str
    model: str
    category: str
    daily_rate: Decimal
    weekly_rate: Decimal
    monthly_rate: Decimal
    deposit: Decimal
    currency: str
    skill_levels: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    size: str | None = None
    units_available: int = 0
    locations: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    description: str = ""
    attributes: Attributes = field(default_factory=dict, hash=False)
    image_url: str | None = None
    start: date | None = None
    days: int | None = None
    total: Decimal | None = None

    @property
    def period(self) -> Period | None:
        """The days for which it is offered, once both ends are known."""
        return Period.of_days(self.start, self.days) if self.start and self.days else None

    def price(self, per: Per) -> Decimal:
        """The rate for a day, a week or a month, or the total of its days (0 as long as they are not known)."""
        return self.total or Decimal(0) if per == Per.TOTAL else Rates.of(self).per(per)
