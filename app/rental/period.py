"""A stretch of days, as every room speaks of it."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class Period:
    """The days from `start` up to, but not including, `end`. What clients write is inclusive: see `inclusive`."""

    start: date
    end: date

    @classmethod
    def inclusive(cls, first: date, last: date) -> "Period":
        """From the first to the last day, both included."""
        return cls(first, last + timedelta(days=1))

    @classmethod
    def of_days(cls, first: date, days: int) -> "Period":
        return cls(first, first + timedelta(days=days))

    @property
    def last(self) -> date:
        """The last day that belongs to it."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def starting(self, first: date) -> "Period":
        """As many days, from another first one."""
        return Period.of_days(first, self.days)
