"""For which hand it is built."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar, Self

from app.needs.facet import Facet
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.rental.offer import Offer
from app.speech import lexicon
from app.vocabulary import FAMILIES

# Built for one hand: these are for the right one unless the catalogue says otherwise. All others suit both.
ONE_HANDED = frozenset({*FAMILIES["strings"], *FAMILIES["bowed"]} - {"harp"})


@dataclass(frozen=True)
class Handedness(Facet):
    """`handedness` is left or right, as the attribute of the instruments that are built for one hand."""

    NAME: ClassVar = "handedness"
    MARKS: ClassVar = ("handedness",)
    FORGOTTEN_WITH: ClassVar = ("attributes",)
    IS_OF_ONE_PERSON: ClassVar = True
    IS_OF_ONE_PART: ClassVar = True
    GIVES_WAY: ClassVar = 55
    REASONS: ClassVar = ("left_handed", "right_handed", "other_hand")
    WISHES: ClassVar = ("left_handed", "right_handed")

    handedness: str | None = None

    def after(self, step: Step) -> Self:
        said = step.stated("handedness")
        return replace(self, handedness=said[-1]) if said else self

    def merit(self, offer: Offer, need: Need) -> float:
        """Who says nothing hardly wants one for the left hand."""
        return -3 * (self.is_empty and hand_of(offer) == "left")

    def reasons(self, offer: Offer, need: Need) -> Iterator[Reason]:
        if self.handedness and offer.category in ONE_HANDED:
            yield Reason(f"{self.handedness}_handed")

    def relaxation(self, offer: Offer, need: Need) -> Reason:
        return Reason("other_hand")

    def wish(self, need: Need) -> Iterator[Reason]:
        if self.handedness:
            yield Reason(f"{self.handedness}_handed")

    def told(self, need: Need) -> dict[str, Any]:
        return {"attributes": {"handedness": self.handedness} if self.handedness else {}}


def hand_of(offer: Offer) -> str | None:
    """The hand for which it is built, by its attribute or its texts; None where it suits both."""
    if offer.category not in ONE_HANDED:
        return None
    told = lexicon.search_words(f"{offer.name} {offer.model} {offer.description}")
    return str(offer.attributes.get("handedness", "left" if words_for_left().intersection(told) else "right"))


@cache
def words_for_left() -> frozenset[str]:
    """Words under which one for the left hand is found: `lefthanded` (also of `left-handed`), `gaucher`."""
    meanings = lexicon.load().attributes["handedness"].items()
    return frozenset("".join(phrase) for phrase, hand in meanings if hand == "left")
