"""What it may cost."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from typing import Any, ClassVar, Self

from app.needs.facet import Facet
from app.needs.facets.days import Days
from app.needs.facets.kinds import is_another_kind
from app.needs.facets.quantity import Quantity
from app.needs.need import Need
from app.needs.reason import Fact, Price, Reason
from app.needs.step import Shown, Step
from app.rental.offer import Offer
from app.rental.pricing import CENT, Per
from app.speech.marks import Turn


@dataclass(frozen=True)
class Budget(Facet):
    """Limits on a price, in the shop's currency: that of a day, a week or a month, or of the whole rental.

    A bare one was said without its period ("under 100"): see `readings`. It is relative when it was said as "cheaper"
    than what was shown. One of the whole rental is for all pieces together unless it `is_each`; the deposit counts
    towards it where it says so (`with_deposit`).
    """

    NAME: ClassVar = "budget"
    MARKS: ClassVar = ("money", Turn.CHEAPER, Turn.BETTER, Turn.ANY_PRICE)
    TOLD: ClassVar = ("min_daily_rate", "max_daily_rate")
    OPENED_BY: ClassVar = Turn.ANY_PRICE
    PROFILE: ClassVar = "max_daily_rate"
    GIVES_WAY: ClassVar = 40
    REASONS: ClassVar = (
        "within_limit",
        "within_all",
        "above_limit",
        "above_all",
        "above_together",
        "below_limit",
        "below_seen",
        "above_seen",
    )
    WISHES: ClassVar = ("at_least", "at_most", "under_seen", "over_seen")

    low: Decimal | None = None
    high: Decimal | None = None
    per: Per = Per.DAY
    is_bare: bool = False
    is_relative: bool = False
    is_each: bool = False
    with_deposit: bool = False

    def after(self, step: Step) -> Self:
        stated = step.said.of("money")
        if stated:
            said = stated[-1].value
            per = Per(said.period)
            return type(self)(
                said.low, said.high, per, said.is_bare, is_each=said.is_each, with_deposit=said.with_deposit
            )
        if step.said.has(Turn.CHEAPER) and step.shown:
            return self._below(step)
        if step.said.has(Turn.BETTER) and step.focus:
            return self._above(step.focus)
        return type(self)() if self.is_relative and is_another_kind(step) else self

    @classmethod
    def _below(cls, step: Step) -> Self:
        """Cheaper than the one that was spoken of, else than the cheapest that was shown."""
        spoken_of = [*step.pointing.pointed[:1], *step.pointing.refused[:1], *(s for s in step.shown if s.is_subject)]
        least = spoken_of[0].daily_rate if spoken_of else min(shown.daily_rate for shown in step.shown)
        return cls(high=max(least - CENT, Decimal(0)), is_relative=True)

    def _above(self, seen: Shown) -> Self:
        """Dearer than what was seen: of a better one nothing else is known. A firm limit above it stays."""
        low = seen.daily_rate + CENT
        is_firm = self.high is not None and self.per == Per.DAY and not self.is_relative and self.high >= low
        return type(self)(low=low, high=self.high if is_firm else None, is_relative=True)

    def limited(self, days: Days) -> Per:
        """The price that it limits.

        Who names a week's budget and stays no longer than a week means what the rental costs. A total cannot be known
        without the number of days: until then no single day may cost more.
        """
        if self.per == Per.TOTAL:
            return Per.TOTAL if days.days else Per.DAY
        is_for_all = self.per != Per.DAY and days.days and days.days <= (self.per.days or 0)
        return Per.TOTAL if is_for_all else self.per

    def limits_each(self, need: Need) -> bool:
        """A price for the whole rental is one for all parts, unless it is said to be for each."""
        is_total = self.per == Per.TOTAL or (self.is_bare and (need[Days].days or 0) > 1)
        return self.is_each or self.high is None or not is_total

    def pieces(self, need: Need) -> int:
        """How many pieces it is for: all that are wanted of the whole rental, else one."""
        is_of_all = self.limited(need[Days]) == Per.TOTAL and not self.is_each
        return need[Quantity].quantity if is_of_all or self.with_deposit else 1

    def counted(self, offer: Offer, need: Need) -> Decimal:
        """What counts towards it."""
        deposit = offer.deposit if self.with_deposit else Decimal(0)
        return (offer.price(self.limited(need[Days])) + deposit) * self.pieces(need)

    def readings(self, days: Days) -> tuple[Self, ...]:
        """What a bare budget may mean once the number of days is known, the stricter reading first: the whole rental's
        price keeps within it, or that of a day.
        """
        if not (self.is_bare and days.days and days.days > 1):
            return (self,)
        return tuple(replace(self, per=per) for per in (Per.TOTAL, Per.DAY))

    @classmethod
    def of_profile(cls, preferences: Mapping[str, Any]) -> Self:
        limit = preferences.get("max_daily_rate")
        return cls(high=Decimal(limit)) if limit else cls()

    def distance(self, offer: Offer, need: Need) -> float:
        """In money."""
        price = self.counted(offer, need)
        if self.high is not None and price > self.high:
            return float(price - self.high)
        return float(self.low - price) if self.low is not None and price < self.low else 0

    def reasons(self, offer: Offer, need: Need) -> Iterator[Reason]:
        if self.is_relative:
            yield Reason("below_seen" if self.low is None else "above_seen", {"price": self.price(offer, need)})
        elif self.high is not None and (need[Days].days or self.per != Per.TOTAL):
            price = self.price(offer, need)
            if self.with_deposit:
                yield Reason("within_all", {"price": price, "deposit": self._deposit(offer, need)})
            else:
                yield Reason("within_limit", {"price": price})

    def relaxation(self, offer: Offer, need: Need) -> Reason:
        price = self.price(offer, need)
        is_dear = self.high is not None and self.counted(offer, need) > self.high
        limit = self.high if is_dear or self.low is None else self.low
        facts: dict[str, Fact] = {"price": price, "limit": replace(price, amount=limit or Decimal(0))}
        if is_dear and self.with_deposit:
            return Reason("above_all", facts | {"deposit": self._deposit(offer, need)})
        return Reason("above_limit" if is_dear else "below_limit", facts)

    def price(self, offer: Offer, need: Need) -> Price:
        """The price of an offer that it limits, of all pieces that it is for; without the deposit."""
        per = self.limited(need[Days])
        amount = offer.price(per) * self.pieces(need)
        return Price(amount, offer.currency, per, need[Days].days if per == Per.TOTAL else None)

    def _deposit(self, offer: Offer, need: Need) -> Price:
        return Price(offer.deposit * self.pieces(need), offer.currency, Per.TOTAL)

    def wish(self, need: Need) -> Iterator[Reason]:
        per = Per.TOTAL if self.per == Per.TOTAL else self.limited(need[Days])
        if self.is_relative:
            yield Reason("under_seen" if self.low is None else "over_seen")
            return
        for name, limit in (("at_least", self.low), ("at_most", self.high)):
            if limit is not None:
                yield Reason(name, {"price": Price(limit, "", per)})

    def told(self, need: Need) -> dict[str, Any]:
        low, high = (self._daily(amount, need[Days]) for amount in (self.low, self.high))
        return {"min_daily_rate": low, "max_daily_rate": high}

    def told_of_part(self, need: Need) -> dict[str, Any]:
        return {"max_daily_rate": self.told(need)["max_daily_rate"]}

    def _daily(self, amount: Decimal | None, days: Days) -> Decimal | None:
        """A limit as one of a day, rounded down to cents."""
        covered = self.per.days or days.days or 1
        return None if amount is None else (amount / covered).quantize(CENT, ROUND_DOWN)

    def forgetting(self, names: Collection[str]) -> Self:
        kept = replace(self, low=None) if "min_daily_rate" in names else self
        kept = replace(kept, high=None, is_relative=False) if "max_daily_rate" in names else kept
        return type(self)() if kept.low is None and kept.high is None else kept

    def as_data(self) -> dict[str, Any]:
        if self.is_empty:
            return {}
        low, high = (None if amount is None else str(amount) for amount in (self.low, self.high))
        stated = {"low": low, "high": high, "period": str(self.per), "is_bare": self.is_bare}
        stated |= {name: True for name in ("is_each", "with_deposit") if getattr(self, name)}
        return {"budget": stated} | ({"budget_is_relative": True} if self.is_relative else {})

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        stated = data.get("budget")
        if not stated:
            return cls()
        low, high = (None if stated[name] is None else Decimal(stated[name]) for name in ("low", "high"))
        is_relative = data.get("budget_is_relative", False)
        flags = {name: stated.get(name, False) for name in ("is_bare", "is_each", "with_deposit")}
        return cls(low, high, Per(stated["period"]), is_relative=is_relative, **flags)
