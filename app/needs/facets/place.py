"""Where it is to be collected."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from app.needs.facet import Facet
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.rental.offer import Offer
from app.speech.marks import Turn


@dataclass(frozen=True)
class Place(Facet):
    """`location` as the shop writes it, or as a profile names it."""

    NAME: ClassVar = "location"
    MARKS: ClassVar = ("place", Turn.ANY_PLACE)
    TOLD: ClassVar = ("location",)
    OPENED_BY: ClassVar = Turn.ANY_PLACE
    PROFILE: ClassVar = "location"
    GIVES_WAY: ClassVar = 10
    REASONS: ClassVar = ("free_at", "elsewhere")
    WISHES: ClassVar = ("at_place",)

    location: str | None = None

    def after(self, step: Step) -> Self:
        said = step.stated("place")
        return replace(self, location=said[-1]) if said else self

    @classmethod
    def of_profile(cls, preferences: Mapping[str, Any]) -> Self:
        return cls(preferences.get("location"))

    def reasons(self, offer: Offer, need: Need) -> Iterator[Reason]:
        if self.location:
            yield Reason("free_at", {"place": self.location})

    def relaxation(self, offer: Offer, need: Need) -> Reason:
        return Reason("elsewhere", {"place": self.location, "places": offer.locations})

    def wish(self, need: Need) -> Iterator[Reason]:
        if self.location:
            yield Reason("at_place", {"place": self.location})

    def told(self, need: Need) -> dict[str, Any]:
        return {"location": self.location}
