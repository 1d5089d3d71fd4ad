"""When, and for how long."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Self

from app.needs.facet import Facet
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.rental.offer import Offer
from app.rental.period import Period


@dataclass(frozen=True)
class Days(Facet):
    """From `start` for so many `days`; one may be known without the other."""

    NAME: ClassVar = "dates"
    MARKS: ClassVar = ("days",)
    TOLD: ClassVar = ("from", "to")
    CHOOSES: ClassVar = False
    GIVES_WAY: ClassVar = 0
    REASONS: ClassVar = ("other_days",)
    WISHES: ClassVar = ("for_days",)

    start: date | None = None
    days: int | None = None

    @property
    def period(self) -> Period | None:
        """The days, once both ends are known."""
        return Period.of_days(self.start, self.days) if self.start and self.days else None

    def after(self, step: Step) -> Self:
        """A new first day keeps the number of days, a new number or last day the first one. What is over is dropped."""
        known = type(self)() if self.start and self.start < step.today else self
        for said in step.stated("days"):
            start, days = said.start or known.start, said.days or known.days
            if said.end:
                start = start or step.today
                days = (said.end - start).days + 1 if said.end >= start else None
            known = replace(known, start=start, days=days)
        return known

    def distance(self, offer: Offer, need: Need) -> float:
        """In days: how much later it is free."""
        return (offer.start - self.start).days if self.start and offer.start else 0

    def relaxation(self, offer: Offer, need: Need) -> Reason:
        return Reason("other_days", {"start": offer.start, "last": offer.period.last if offer.period else None})

    def wish(self, need: Need) -> Iterator[Reason]:
        if self.days and self.start is None:
            yield Reason("for_days", {"days": self.days})

    def told(self, need: Need) -> dict[str, Any]:
        return {"from": self.start, "to": self.period.last if self.period else None}

    def forgetting(self, names: Collection[str]) -> Self:
        kept = replace(self, start=None) if "from" in names else self
        return replace(kept, days=None) if "to" in names else kept

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        start = data.get("start")
        return cls(date.fromisoformat(start) if start else None, data.get("days"))
