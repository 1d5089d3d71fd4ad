"""What is known of a customer's wish."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from app.needs.sizing import size_at
from app.rental.period import Period
from app.speech.marks import Spending as Budget

DAYS_OF = {"day": 1, "week": 7, "month": 30}

# What a client is told of a need, and may ask to forget: the contract's names, and the fields behind each.
TOLD: dict[str, tuple[str, ...]] = {
    "categories": ("categories", "quantity", "absent"),
    "refused": ("refused",),
    "min_daily_rate": (),
    "max_daily_rate": ("cheap", "budget_is_relative"),
    "skill_level": ("skill_level",),
    "genres": ("genres",),
    "size": ("size", "age"),
    "location": ("location",),
    "brand": ("brand",),
    "quantity": ("quantity",),
    "attributes": (),
    "from": ("start",),
    "to": ("days",),
}


@dataclass(frozen=True)
class Need:
    """A wish.

    Limits, which are kept or named as relaxed: categories, refused, budget, size (or the one that follows from `age`),
    location, brand, refused_brands, quantity (units free at once), declined (ids), and the days: from `start` for so
    many `days`; one may be known without the other. Leanings, which only order: level,
    genres, quiet, cheap, dear. `absent` is a kind of instrument that the shop does not know; `categories` are then the
    nearest. A budget is relative when it was said as "cheaper" than what was shown. For the names in
    `silenced` the profile is not asked, because the customer removed them.
    """

    categories: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    budget: Budget = Budget()
    budget_is_relative: bool = False
    skill_level: str | None = None
    genres: tuple[str, ...] = ()
    size: str | None = None
    age: int | None = None
    location: str | None = None
    brand: str | None = None
    refused_brands: tuple[str, ...] = ()
    quantity: int = 1
    declined: tuple[int, ...] = ()
    quiet: bool = False
    cheap: bool = False
    dear: bool = False
    absent: str | None = None
    start: date | None = None
    days: int | None = None
    silenced: tuple[str, ...] = ()

    @property
    def period(self) -> Period | None:
        """The days, once both ends are known."""
        return Period.of_days(self.start, self.days) if self.start and self.days else None

    @property
    def limited(self) -> str:
        """The price that the budget limits: `total`, or the rate of a `day`, `week` or `month`.

        Who names a week's budget and stays no longer than a week means what the rental costs. A total cannot be known
        without the number of days: until then no single day may cost more.
        """
        said = self.budget.period
        if said == "total":
            return "total" if self.days else "day"
        return "total" if said != "day" and self.days and self.days <= DAYS_OF[said] else said

    def readings(self) -> tuple["Need", ...]:
        """What a bare budget may mean once the number of days is known, the stricter reading first: the whole rental's
        price keeps within it, or that of a day.
        """
        if not (self.budget.is_bare and self.days and self.days > 1):
            return (self,)
        return tuple(replace(self, budget=replace(self.budget, period=period)) for period in ("total", "day"))

    @property
    def usual_size(self) -> str | None:
        """The size that was said, or the one that follows from the age if it is the same for all that is wanted."""
        if self.size is not None or self.age is None:
            return self.size
        sizes = {size_at(category, self.age) for category in self.categories}
        return sizes.pop() if len(sizes) == 1 else None

    def told(self) -> dict[str, Any]:
        """What a client is told as `understood`, by the names of TOLD."""
        low, high = (self._daily(amount) for amount in (self.budget.low, self.budget.high))
        return {
            "categories": list(self.categories),
            "refused": list(self.refused),
            "min_daily_rate": low,
            "max_daily_rate": high,
            "skill_level": self.skill_level,
            "genres": list(self.genres),
            "size": self.usual_size,
            "location": self.location,
            "brand": self.brand,
            "quantity": self.quantity if self.quantity > 1 else None,
            "attributes": {},
            "from": self.start,
            "to": self.period.last if self.period else None,
        }

    def _daily(self, amount: Decimal | None) -> Decimal | None:
        """A limit of the budget as one of a day, rounded down to cents."""
        days = self.days or 1 if self.budget.period == "total" else DAYS_OF[self.budget.period]
        return None if amount is None else (amount / days).quantize(Decimal("0.01"), ROUND_DOWN)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known that could choose an instrument."""
        return self.without("silenced", "declined", "start", "days") == Need()

    def without(self, *names: str) -> "Need":
        """The same wish with some fields let go."""
        nothing = Need()
        return replace(self, **{name: getattr(nothing, name) for name in names})

    def forgetting(self, names: tuple[str, ...]) -> "Need":
        """The wish after the customer removed some of what it told (names of TOLD); the profile stays silent there."""
        need = self.without(*(field for name in names for field in TOLD[name]))
        if "min_daily_rate" in names:
            need = replace(need, budget=replace(need.budget, low=None))
        if "max_daily_rate" in names:
            need = replace(need, budget=replace(need.budget, high=None))
        if need.budget.low is None and need.budget.high is None:
            need = replace(need, budget=Budget())
        return replace(need, silenced=tuple(dict.fromkeys((*self.silenced, *names))))

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON, without what is not known."""
        nothing = asdict(Need())
        known = {name: value for name, value in asdict(self).items() if value != nothing[name]}
        if "budget" in known:
            budget = self.budget
            known["budget"] = {
                "low": None if budget.low is None else str(budget.low),
                "high": None if budget.high is None else str(budget.high),
                "period": budget.period,
                "is_bare": budget.is_bare,
            }
        if "start" in known:
            known["start"] = str(self.start)
        return known

    @classmethod
    def from_data(cls, data: Mapping[str, Any] | None) -> "Need":
        """The need that `as_data` told; names of another version are left out."""
        known = {field.name for field in fields(cls)}
        values = {name: tuple(v) if isinstance(v, list) else v for name, v in (data or {}).items() if name in known}
        if "budget" in values:
            budget = values["budget"]
            low, high = (None if budget[name] is None else Decimal(budget[name]) for name in ("low", "high"))
            values["budget"] = Budget(low, high, budget["period"], budget.get("is_bare", False))
        if "start" in values:
            values["start"] = date.fromisoformat(values["start"])
        return cls(**values)
