"""One message after a wish: what each facet becomes."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, cast

from app.needs.facet import Facet
from app.needs.need import Need
from app.speech.marks import Turn
from app.speech.reading import Said

F = TypeVar("F", bound=Facet)
PLACES = {Turn.FIRST: 0, Turn.SECOND: 1, Turn.THIRD: 2, Turn.LAST: -1}


@dataclass(frozen=True)
class Shown:
    """An instrument that the last answer recommended."""

    instrument_id: int
    daily_rate: Decimal


@dataclass(frozen=True)
class Pointing:
    """One of the shown instruments was pointed at: `the second one`, or refused: `not the second one`."""

    instrument_id: int
    is_refused: bool


@dataclass(frozen=True)
class Step:
    """What was `said` after a conversation that led to the need `before`, on the day `today`, with `shown` in view.

    `step[Budget]` is the budget after it. Each facet is worked out once, when it is first asked for, so that those that
    hang together (another kind of instrument, and the size) need no order but their own questions.
    """

    said: Said
    before: Need
    shown: tuple[Shown, ...]
    today: date
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

    @property
    def pointing(self) -> Pointing | None:
        """Which of the shown ones it points at; who wants something else points at none."""
        if self.said.has(Turn.OTHER):
            return None
        pointed = [mark for mark in self.said.of("turn") if PLACES.get(mark.value, len(self.shown)) < len(self.shown)]
        if not self.shown or not pointed:
            return None
        return Pointing(self.shown[PLACES[pointed[0].value]].instrument_id, pointed[0].is_negated)
