"""How many are needed at once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from app.needs.facet import Facet
from app.needs.facets.kinds import in_question, names_kind
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.rental.offer import Offer
from app.speech.marks import Turn
from app.speech.recognisers.quantity import QUANTITIES


@dataclass(frozen=True)
class Quantity(Facet):
    """So many units must be free at once."""

    NAME: ClassVar = "quantity"
    MARKS: ClassVar = ("quantity",)
    MERELY_NAMED: ClassVar = ("quantity",)
    TOLD: ClassVar = ("quantity",)
    FORGOTTEN_WITH: ClassVar = ("categories",)
    IS_OF_ONE_PERSON: ClassVar = True
    IS_OF_ONE_PART: ClassVar = True
    GIVES_WAY: ClassVar = 30
    REASONS: ClassVar = ("units_free", "fewer_units")
    WISHES: ClassVar = ("pieces",)

    quantity: int = 1

    def after(self, step: Step) -> Self:
        """Who names an instrument without a number means one. The number of an age counts nothing.

        Of several numbers that count what is wanted the last one is meant: the first ones tell how it was before.
        """
        ages = {mark.start for mark in step.said.of("age")}
        counted = [mark for mark in step.said.of("quantity") if not mark.is_negated and mark.start not in ages]
        wanted = {mark.start for mark in in_question(step.said) if not mark.is_negated}
        meant = [mark for mark in counted if mark.end in wanted] or counted[:1]
        if meant:
            return replace(self, quantity=meant[-1].value)
        if names_kind(step.said):
            return replace(self, quantity=1)
        return replace(self, quantity=self._enough(step))

    def _enough(self, step: Step) -> int:
        """`four would do`, where several were wanted."""
        numbers = [mark.value for mark in step.said.of("number") if mark.value in QUANTITIES]
        is_said = self.quantity > 1 and step.said.has(Turn.WOULD_DO) and not step.said.of("days", "money", "age")
        return numbers[0] if is_said and len(numbers) == 1 else self.quantity

    def distance(self, offer: Offer, need: Need) -> float:
        return max(0, self.quantity - offer.units_available)

    def reasons(self, offer: Offer, need: Need) -> Iterator[Reason]:
        if self.quantity > 1:
            yield Reason("units_free", {"units": offer.units_available})

    def relaxation(self, offer: Offer, need: Need) -> Reason:
        return Reason("fewer_units", {"units": offer.units_available, "quantity": self.quantity})

    def wish(self, need: Need) -> Iterator[Reason]:
        if self.quantity > 1:
            yield Reason("pieces", {"quantity": self.quantity})

    def told(self, need: Need) -> dict[str, Any]:
        return {"quantity": self.quantity if self.quantity > 1 else None}

    def told_of_part(self, need: Need) -> dict[str, Any]:
        return {"quantity": self.quantity}
