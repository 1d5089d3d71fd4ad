"""What a rental costs: one function for the quote, the booking, the search, the chat and every later change.

Pure: rates and days in, exact Decimals out.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

WEEK, MONTH = 7, 30  # Days that a weekly and a monthly rate cover.
CENT = Decimal("0.01")


class Per(StrEnum):
    """What a price is for: one day, one week, thirty days, or the whole rental."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TOTAL = "total"

    @property
    def days(self) -> int | None:
        """How many days it covers; None for the whole rental, which knows that by itself."""
        return {Per.DAY: 1, Per.WEEK: WEEK, Per.MONTH: MONTH}.get(self)


class Priced(Protocol):
    """What keeps three rates: an instrument, or a rental with those that were agreed."""

    @property
    def daily_rate(self) -> Decimal: ...
    @property
    def weekly_rate(self) -> Decimal: ...
    @property
    def monthly_rate(self) -> Decimal: ...


@dataclass(frozen=True)
class Rates:
    """What one day, seven days and thirty days cost, in one currency."""

    daily: Decimal
    weekly: Decimal
    monthly: Decimal

    @classmethod
    def of(cls, priced: Priced) -> "Rates":
        """Those of an instrument, or those that a rental was agreed at."""
        return cls(priced.daily_rate, priced.weekly_rate, priced.monthly_rate)

    def per(self, per: Per) -> Decimal:
        """The rate for a day, a week or a month. A total is no rate: see `total`."""
        return {Per.DAY: self.daily, Per.WEEK: self.weekly, Per.MONTH: self.monthly}[per]


class Cover(NamedTuple):
    """A number of monthly, weekly and daily rates that together cover a rental."""

    months: int
    weeks: int
    days: int


def covers(days: int) -> list[Cover]:
    """The covers of at least this many days among which the cheapest always is, provided that a week never costs more
    than seven days (where it does, seven days take its place: see `total`). At most two for each number of months.
    """
    found = []
    for months in range(-(-days // MONTH) + 1):
        rest = max(0, days - months * MONTH)
        found.append(Cover(months, rest // WEEK, rest % WEEK))
        if rest % WEEK:
            found.append(Cover(months, rest // WEEK + 1, 0))
    return found


def total(rates: Rates, days: int) -> Decimal:
    """The cheapest mix of monthly, weekly and daily rates that covers at least `days` days.

    At least, not exactly: where a week costs less than six days, six days cost no more than the week. So a longer
    rental is never cheaper than a shorter one, and none is dearer than so many single days.
    """
    week = min(rates.weekly, WEEK * rates.daily)
    return min(c.months * rates.monthly + c.weeks * week + c.days * rates.daily for c in covers(days))


def extension(rates: Rates, days: int, longer: int) -> Decimal:
    """What `longer` days cost more than `days` did, at the same rates."""
    return total(rates, longer) - total(rates, days)


def late_fee(rates: Rates, days_late: int, grace_days: int) -> Decimal:
    """The daily rate for each day after the last one; nothing as long as they are no more than the days of grace."""
    return rates.daily * days_late if days_late > grace_days else Decimal(0)


def exchanged_total(paid: Decimal, days_used: int, days: int, anew: Decimal) -> Decimal:
    """The total after an exchange: the days already used keep their share of what was agreed (`paid`, for all `days`),
    the others cost their share of what the new instrument costs for all of them (`anew`).
    """
    shared = (paid * days_used + anew * (days - days_used)) / days
    return shared.quantize(CENT, ROUND_HALF_UP)
