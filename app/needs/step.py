"""One message after a wish: what each facet becomes."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar, cast

from app.needs import pointing
from app.needs.facet import Facet
from app.needs.need import Need
from app.needs.pointing import Pointing
from app.needs.shown import Shown, View, in_focus
from app.speech.marks import Turn
from app.speech.reading import Said
from app.speech.shelf import Shelf

__all__ = ["Pointing", "Shown", "Step"]

F = TypeVar("F", bound=Facet)


@dataclass(frozen=True)
class Step:
    """What was `said` after a conversation that led to the need `before`, on the day `today`, with `shown` in view.

    `step[Budget]` is the budget after it. Each facet is worked out once, when it is first asked for, so that those that
    hang together (another kind of instrument, and the size) need no order but their own questions.
    """

    said: Said
    before: Need
    shown: View
    today: date
    shelf: Shelf = Shelf()
    named: View = ()
    _after: dict[type[Facet], Facet] = field(default_factory=dict, init=False)

    def __getitem__(self, facet: type[F]) -> F:
        if facet not in self._after:
            self._after[facet] = self._known(facet).after(self)
        return cast(F, self._after[facet])

    def _known(self, facet: type[F]) -> F:
        """What of it still holds when the message begins."""
        is_new_person = facet.IS_OF_ONE_PERSON and self.said.has(Turn.NEXT_PERSON)
        return facet() if is_new_person else self.before[facet]

    def stated(self, name: str) -> tuple[Any, ...]:
        """The values of the marks of this name that no "not" reaches, in their order."""
        return tuple(mark.value for mark in self.said.of(name) if not mark.is_negated)

    @cached_property
    def pointing(self) -> Pointing:
        """Which of the shown ones it points at; who wants something else points at none."""
        found = pointing.of(self.said, self.shown, self.named)
        return Pointing(refused=found.refused) if self.wants_others else found

    @property
    def focus(self) -> Shown | None:
        """What a comparison ("cheaper", "that brand") starts from: what it points at, or what was in view."""
        return self.pointing.one or next(iter(self.pointing.refused), None) or in_focus(self.shown)

    @property
    def refuses_maker(self) -> bool:
        """`not that brand`"""
        return any(mark.value is Turn.THAT_MAKER and mark.is_negated for mark in self.said.of("turn"))

    @property
    def wants_others(self) -> bool:
        """`something else`; and `the other one`, unless two are in view."""
        is_vague = self.said.has(Turn.OTHER_ONE) and pointing.other_of_two(self.shown) is None
        return self.said.has(Turn.OTHER) or is_vague
