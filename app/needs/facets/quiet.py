"""Whether the neighbours are to sleep."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from app.needs.facet import Facet
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.rental.offer import Offer
from app.speech import lexicon
from app.speech.marks import Turn

# These sound through headphones.
SILENT = frozenset({"digital-piano", "keyboard", "synthesizer", "electronic-drum-kit"})
SOFT = frozenset({"classical-guitar", "ukulele", "electric-guitar", "bass-guitar", "recorder"})
LOUD_TWINS = {"acoustic-piano": "digital-piano"}  # Each with the one that is meant if either will do.
SILENT_KIN = {"drum-kit": "electronic-drum-kit"}  # What can never be quiet, and what is meant by it then.
HEADPHONES = frozenset({"headphone", "headphones", "silent"})  # As descriptions say it.


@dataclass(frozen=True)
class Quiet(Facet):
    """Once said, it stays."""

    NAME: ClassVar = "quiet"
    MARKS: ClassVar = (Turn.QUIET,)
    MERELY_NAMED: ClassVar = (Turn.QUIET,)
    REASONS: ClassVar = ("headphones",)
    WISHES: ClassVar = ("quiet",)

    quiet: bool = False

    def after(self, step: Step) -> Self:
        return replace(self, quiet=self.quiet or step.said.has(Turn.QUIET))

    def kin_of(self, categories: Sequence[str]) -> list[str]:
        """The kinds that are meant: drums that the neighbours are not to hear are electronic ones, and of two kinds of
        pianos it is the one that sounds through headphones.
        """
        if not self.quiet:
            return list(categories)
        silent = [category for category in categories if LOUD_TWINS.get(category) not in categories]
        return [SILENT_KIN.get(category, category) for category in silent]

    def merit(self, offer: Offer, need: Need) -> float:
        if not self.quiet:
            return 0
        return 5 if is_quiet(offer) else 2 * (offer.category in SOFT)

    def reasons(self, offer: Offer, need: Need) -> Iterator[Reason]:
        if self.quiet and is_quiet(offer):
            yield Reason("headphones")

    def wish(self, need: Need) -> Iterator[Reason]:
        if self.quiet:
            yield Reason("quiet")


def is_quiet(offer: Offer) -> bool:
    """Whether it can be played through headphones: by its kind, or because its description says so."""
    if offer.category in SILENT:
        return True
    described = set(lexicon.search_words(f"{offer.name} {offer.description}"))
    return bool(described & HEADPHONES) and offer.category not in SILENT_KIN
