"""When, and for how long."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, ClassVar, Self

from app.needs.facet import Facet
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.rental.offer import Offer
from app.rental.period import Period
from app.speech.days.said import Dates, Loose, Move
from app.speech.days.together import first_from, in_month, near

LONGEST_MONTH = 28  # Days that have the same numbers in every month; longer ones are whole months.


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
            known = known.heard(said, step.today)
        return known

    def heard(self, said: Dates, today: date) -> Self:
        """After what one message says. Days that are not used leave none behind that somebody could book."""
        if said.move and self.period and said.move.is_step:
            return self._moved(said.move, self.period, today)
        if said.troubles and said.start is None:
            is_end_alone = all(trouble.is_end for trouble in said.troubles)
            return replace(self, start=self.start if is_end_alone else None, days=said.days)
        start, days = said.start or self.start, said.days or self.days
        if said.start and self.start and said.loose_start is Loose.MONTH:
            start = near(said.start.day, self.start, today)
        if said.troubles and not said.days:
            days = None
        if said.move and said.move.keeps_end and self.period and start and start <= self.period.last:
            days = (self.period.last - start).days + 1
        if said.end:
            start = start or today
            end = first_from(said.end, start, said.loose_end) if said.loose_end else said.end
            days = (end - start).days + 1 if end >= start else None
        return replace(self, start=start, days=days)

    def _moved(self, move: Move, period: Period, today: date) -> Self:
        """The known days, moved: later, longer, right after themselves, into another month."""
        start, days = period.start, period.days
        if move.month and days < LONGEST_MONTH:
            start = in_month(start.day, move.month, today) or start
        elif move.after:
            steps = -(-days // move.after) if move.after > 1 else 1
            is_whole = days <= move.after
            start += timedelta(days=move.after if is_whole else days)
            days = days if is_whole or steps == 1 else move.after
        start += timedelta(days=move.later)
        days = max(1, days + move.longer)
        return replace(self, start=max(start, today), days=days)

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
