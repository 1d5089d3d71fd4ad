"""What the shop offers: an instrument, for some days, at a price."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from app.rental import pricing
from app.rental.period import Period
from app.rental.pricing import Per, Rates

# Facts that only some kinds of instruments have: `{"keys": 88, "weighted_keys": True, "pitch": "B flat"}`.
Attributes = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An instrument as it is offered, with the facts that an answer may state. Money is in `currency`.

    It is offered from `start` for so many `days`; either may be unknown. `units_available` and `locations` (where these
    units stand) are meant for those days, or for the first of them as long as their number is unknown, or for today;
    where none is free then, `start` may be the next day on which one is. `units_total` are all that are not retired,
    `all_locations` is where those in service belong.
    """

    instrument_id: int
    name: str
    brand: str
    model: str
    category: str
    rates: Rates
    deposit: Decimal
    currency: str
    skill_levels: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    size: str | None = None
    description: str = ""
    attributes: Attributes = field(default_factory=dict, hash=False)
    image_url: str | None = None
    start: date | None = None
    days: int | None = None
    units_total: int = 0
    units_available: int = 0
    locations: tuple[str, ...] = ()
    all_locations: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()

    @property
    def period(self) -> Period | None:
        """The days for which it is offered, once both ends are known."""
        return Period.of_days(self.start, self.days) if self.start and self.days else None

    @property
    def available(self) -> bool:
        """Whether at least one unit is free."""
        return self.units_available > 0

    @property
    def daily_rate(self) -> Decimal:
        return self.rates.daily

    @cached_property
    def total(self) -> Decimal | None:
        """What all of its days cost; None as long as their number is unknown."""
        return pricing.total(self.rates, self.days) if self.days else None

    def price(self, per: Per) -> Decimal:
        """The rate for a day, a week or a month, or the total of its days (0 as long as they are not known)."""
        return self.total or Decimal(0) if per == Per.TOTAL else self.rates.per(per)
