"""The music that is to be played."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from app.needs.facet import Facet
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.rental.offer import Offer


@dataclass(frozen=True)
class Genres(Facet):
    """Of the genres that one message names all count."""

    NAME: ClassVar = "genres"
    MARKS: ClassVar = ("genre",)
    TOLD: ClassVar = ("genres",)
    PROFILE: ClassVar = "genres"
    IS_OF_ONE_PERSON: ClassVar = True
    REASONS: ClassVar = ("plays",)
    WISHES: ClassVar = ("for_genres",)

    genres: tuple[str, ...] = ()

    def after(self, step: Step) -> Self:
        said = tuple(dict.fromkeys(step.stated("genre")))
        return replace(self, genres=said) if said else self

    @classmethod
    def of_profile(cls, preferences: Mapping[str, Any]) -> Self:
        return cls(tuple(preferences.get("favorite_genres") or ()))

    def merit(self, offer: Offer, need: Need) -> float:
        return 2 * len(self._played_on(offer))

    def reasons(self, offer: Offer, need: Need) -> Iterator[Reason]:
        if self._played_on(offer):
            yield Reason("plays", {"genres": self._played_on(offer)})

    def wish(self, need: Need) -> Iterator[Reason]:
        if self.genres:
            yield Reason("for_genres", {"genres": self.genres})

    def told(self, need: Need) -> dict[str, Any]:
        return {"genres": list(self.genres)}

    def _played_on(self, offer: Offer) -> tuple[str, ...]:
        return tuple(genre for genre in self.genres if genre in offer.genres)
