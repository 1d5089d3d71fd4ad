"""What was shown and not liked."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from app.needs.facet import Facet
from app.needs.facets.kinds import is_another_kind
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.rental.offer import Offer
from app.speech.marks import Turn

MOST = 100


@dataclass(frozen=True)
class Declined(Facet):
    """Ids of instruments. The oldest of very many come into question again."""

    NAME: ClassVar = "declined"
    IS_OF_ONE_PERSON: ClassVar = True
    CHOOSES: ClassVar = False
    GIVES_WAY: ClassVar = 60
    REASONS: ClassVar = ("seen_before",)

    declined: tuple[int, ...] = ()

    def after(self, step: Step) -> Self:
        """`something else` declines all that were shown, `not that one` one of them."""
        before = () if is_another_kind(step) else self.declined
        return replace(self, declined=tuple(dict.fromkeys((*before, *_declined_by(step))))[-MOST:])

    def relaxation(self, offer: Offer, need: Need) -> Reason:
        return Reason("seen_before")


def _declined_by(step: Step) -> tuple[int, ...]:
    if step.said.has(Turn.OTHER):
        return tuple(shown.instrument_id for shown in step.shown)
    pointing = step.pointing
    return (pointing.instrument_id,) if pointing and pointing.is_refused else ()
