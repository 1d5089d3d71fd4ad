"""What is known of a customer's wish."""

from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

DAYS_OF = {"day": 1, "week": 7, "month": 30}


@dataclass(frozen=True)
class Budget:
    """Limits on a rate, in the shop's currency. `period` says on which one: `day`, `week` or `month`."""

    low: Decimal | None = None
    high: Decimal | None = None
    period: str = "day"

    def daily(self, amount: Decimal | None) -> Decimal | None:
        """An amount of this period as one of a day, rounded down to cents."""
        return None if amount is None else (amount / DAYS_OF[self.period]).quantize(Decimal("0.01"), ROUND_DOWN)


@dataclass(frozen=True)
class Need:
    """A wish. Categories, refusals, budget, size, place and brand are limits; level, genres and quiet are leanings."""

    categories: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    budget: Budget = Budget()
    skill_level: str | None = None
    genres: tuple[str, ...] = ()
    size: str | None = None
    location: str | None = None
    brand: str | None = None
    quiet: bool = False
    cheap: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Need()

    def without(self, limit: str) -> "Need":
        """The same wish with one limit let go."""
        return replace(self, **{limit: getattr(Need(), limit)})
