"""How well somebody plays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from app.needs.facet import Facet
from app.needs.facets.size import Size
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.rental.offer import Offer
from app.speech.recognisers.age import level_after


@dataclass(frozen=True)
class Level(Facet):
    """`skill_level` is beginner, intermediate or advanced."""

    NAME: ClassVar = "skill_level"
    MARKS: ClassVar = ("level", "years_played")
    MERELY_NAMED: ClassVar = ("level",)
    TOLD: ClassVar = ("skill_level",)
    PROFILE: ClassVar = "skill_level"
    IS_OF_ONE_PERSON: ClassVar = True
    IS_OF_ONE_PART: ClassVar = True
    REASONS: ClassVar = ("suits_level",)
    WISHES: ClassVar = ("for_level",)

    skill_level: str | None = None

    def after(self, step: Step) -> Self:
        """Years of playing say more than a word."""
        said = [*step.stated("level"), *(level_after(years) for years in step.stated("years_played"))]
        return replace(self, skill_level=said[-1]) if said else self

    @classmethod
    def of_profile(cls, preferences: Mapping[str, Any]) -> Self:
        return cls(preferences.get("experience_level"))

    def completed(self, profile: Self, need: Need) -> Self:
        """A wish that is about a child says nothing of the customer's own level."""
        return profile if self.is_empty and need[Size].age is None else self

    def merit(self, offer: Offer, need: Need) -> float:
        """Who has wished nothing yet is likely to begin."""
        return 4 * (self.skill_level in offer.skill_levels) + (need.is_empty and "beginner" in offer.skill_levels)

    def reasons(self, offer: Offer, need: Need) -> Iterator[Reason]:
        if self.skill_level in offer.skill_levels:
            yield Reason("suits_level", {"level": self.skill_level})

    def wish(self, need: Need) -> Iterator[Reason]:
        if self.skill_level:
            yield Reason("for_level", {"level": self.skill_level})

    def told(self, need: Need) -> dict[str, Any]:
        return {"skill_level": self.skill_level}
