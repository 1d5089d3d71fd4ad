"""The size that is wanted, and the player's age, from which a size follows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from app.needs import sizing
from app.needs.facet import Facet
from app.needs.facets.kinds import Kinds, is_another_kind
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.rental.offer import Offer
from app.speech.marks import Turn
from app.vocabulary import SIZES


@dataclass(frozen=True)
class Size(Facet):
    """`size` as the shop writes it; `age` in years. Where both are known the size counts."""

    NAME: ClassVar = "size"
    MARKS: ClassVar = ("size", "age")
    TOLD: ClassVar = ("size",)
    IS_OF_ONE_PERSON: ClassVar = True
    GIVES_WAY: ClassVar = 50
    REASONS: ClassVar = ("size", "size_usual_at", "other_size")
    WISHES: ClassVar = ("in_size", "at_age")

    size: str | None = None
    age: int | None = None

    def after(self, step: Step) -> Self:
        """Another age beats an older size, and so does another kind of instrument."""
        sizes, ages = step.stated("size"), step.stated("age")
        age = ages[-1] if ages else self.age
        kept = None if is_another_kind(step) or age != self.age else self._resized(step)
        return replace(self, size=sizes[-1] if sizes else kept, age=age)

    def _resized(self, step: Step) -> str | None:
        """`something smaller`: the next smaller size, where one was stated."""
        if self.size not in SIZES or not step.said.has(Turn.SMALLER):
            return self.size
        return SIZES[max(0, SIZES.index(self.size) - 1)]

    def usual(self, kinds: Kinds) -> str | None:
        """The size that was said, or the one that follows from the age if it is the same for all that is wanted."""
        if self.size is not None or self.age is None:
            return self.size
        sizes = {sizing.size_at(category, self.age) for category in kinds.categories}
        return sizes.pop() if len(sizes) == 1 else None

    @property
    def is_likely_full(self) -> bool:
        """Whether it is for a grown-up, for all that is known: who tells no age hardly asks for a child."""
        return self.size is None and (self.age is None or self.age >= sizing.GROWN_UP)

    def merit(self, offer: Offer, need: Need) -> float:
        return -3 * (self.is_likely_full and sizing.is_child_size(offer.category, offer.size))

    def distance(self, offer: Offer, need: Need) -> float:
        """In steps of size; one that states none is a full one."""
        wanted, offered = self._wanted(offer), offer.size or "4/4"
        if wanted not in SIZES or offered not in SIZES:
            return 0
        return abs(SIZES.index(wanted) - SIZES.index(offered))

    def reasons(self, offer: Offer, need: Need) -> Iterator[Reason]:
        if offer.size is not None and self.size == offer.size:
            yield Reason("size", {"size": offer.size})
        elif offer.size is not None and self._wanted(offer) == offer.size:
            yield Reason("size_usual_at", {"size": offer.size, "age": self.age})

    def relaxation(self, offer: Offer, need: Need) -> Reason:
        return Reason("other_size", {"size": self.usual(need[Kinds]), "age": self.age, "other": offer.size})

    def wish(self, need: Need) -> Iterator[Reason]:
        usual = self.usual(need[Kinds])
        if usual:
            yield Reason("in_size", {"size": usual})
        if self.age is not None:
            yield Reason("at_age", {"age": self.age})

    def told(self, need: Need) -> dict[str, Any]:
        return {"size": self.usual(need[Kinds])}

    def _wanted(self, offer: Offer) -> str | None:
        """The size that an instrument of this kind should have."""
        if self.size is not None or self.age is None:
            return self.size
        return sizing.size_at(offer.category, self.age)
