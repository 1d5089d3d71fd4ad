"""Qualities that are refused: `not plastic, please`."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from app.needs.facet import Facet
from app.needs.facets.kinds import is_another_kind
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.speech import lexicon

STUDENT = "student"  # What is made for beginners: `no student model`, `nothing for beginners`.


@dataclass(frozen=True)
class Without(Facet):
    """What an instrument must not be by its texts; it never gives way. A wish for the same takes a refusal back."""

    NAME: ClassVar = "without"
    MARKS: ClassVar = ("quality",)
    MERELY_NAMED: ClassVar = ("quality",)
    FORGOTTEN_WITH: ClassVar = ("refused",)
    GIVES_WAY: ClassVar = 90
    WISHES: ClassVar = ("without",)

    qualities: tuple[str, ...] = ()

    def after(self, step: Step) -> Self:
        before = () if is_another_kind(step) else self.qualities
        refused = [mark.value for mark in step.said.of("quality") if mark.is_negated]
        refused += [STUDENT for mark in step.said.of("level") if mark.is_negated and mark.value == "beginner"]
        wanted = step.stated("quality")
        return replace(self, qualities=tuple(q for q in dict.fromkeys((*before, *refused)) if q not in wanted))

    def relaxed(self, need: Need) -> Self:
        return self

    def wish(self, need: Need) -> Iterator[Reason]:
        for quality in self.qualities:
            yield Reason("without", {"quality": quality})


def words_for(qualities: Collection[str]) -> frozenset[str]:
    """Words under which instruments are found that have one of these qualities."""
    return frozenset().union(*(lexicon.words_telling("quality", quality) for quality in qualities))
