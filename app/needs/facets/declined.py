"""What was shown and not liked."""

from collections.abc import Collection, Iterable
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
    """Ids of instruments: those that were seen, and among them those that were refused, which never give way.

    The oldest of very many come into question again.
    """

    NAME: ClassVar = "declined"
    IS_OF_ONE_PERSON: ClassVar = True
    CHOOSES: ClassVar = False
    GIVES_WAY: ClassVar = 60
    REASONS: ClassVar = ("seen_before",)

    declined: tuple[int, ...] = ()
    refused_ones: tuple[int, ...] = ()

    def after(self, step: Step) -> Self:
        """`something else` declines all that were shown, `not that one` one of them and all that was shown with it.

        What is pointed at later is declined no longer.
        """
        before, refused = ((), ()) if is_another_kind(step) else (self.declined, self.refused_ones)
        wanted = {one.instrument_id for one in step.pointing.pointed}
        newly_refused = (one.instrument_id for one in step.pointing.refused)
        return replace(
            self,
            declined=_latest((*before, *_declined_by(step)), wanted),
            refused_ones=_latest((*refused, *newly_refused), wanted),
        )

    def relaxed(self, need: Need) -> Self:
        """What was only seen may be shown again."""
        return replace(self, declined=self.refused_ones)

    def relaxation(self, offer: Offer, need: Need) -> Reason:
        return Reason("seen_before")


def _latest(numbers: Iterable[int], wanted: Collection[int]) -> tuple[int, ...]:
    return tuple(number for number in dict.fromkeys(numbers) if number not in wanted)[-MOST:]


def _declined_by(step: Step) -> tuple[int, ...]:
    """All in view, unless the message says itself what is wrong with them: `not that brand`, `too dear`."""
    is_told = any(mark.is_negated for mark in step.said.of("maker", "quality", "kind")) or step.refuses_maker
    is_told = is_told or step.said.has(Turn.CHEAPER) or step.said.has(Turn.BETTER)
    if (step.wants_others and not is_told) or _refuses_what_is_in_focus(step):
        return tuple(shown.instrument_id for shown in step.shown)
    return tuple(one.instrument_id for one in step.pointing.refused)


def _refuses_what_is_in_focus(step: Step) -> bool:
    """`not that one`: the others were seen as well, and not chosen."""
    return any(mark.value is Turn.THAT_ONE and mark.is_negated for mark in step.said.of("turn"))
