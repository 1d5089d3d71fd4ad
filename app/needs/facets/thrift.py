"""Whether the lowest rates come first, or the highest."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from app.needs.facet import Facet
from app.needs.facets.budget import Budget
from app.needs.facets.kinds import is_another_kind
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.speech.marks import Turn


@dataclass(frozen=True)
class Thrift(Facet):
    """Who asks for `cheap` ones no longer asks for the best (`dear`), and the other way round."""

    NAME: ClassVar = "thrift"
    MARKS: ClassVar = (Turn.CHEAP, Turn.CHEAPER, Turn.BEST)
    FORGOTTEN_WITH: ClassVar = ("max_daily_rate",)
    WISHES: ClassVar = ("cheap",)

    cheap: bool = False
    dear: bool = False

    def after(self, step: Step) -> Self:
        """Cheaper than what was shown of another kind of instrument says nothing of this one."""
        is_void = step.before[Budget].is_relative and is_another_kind(step)
        asks_cheaper = step.said.has(Turn.CHEAPER) and not step.said.of("money")
        asks_cheap, asks_best = step.said.has(Turn.CHEAP), step.said.has(Turn.BEST)
        was_cheap = self.cheap and not is_void and not asks_best and not step.said.has(Turn.BETTER)
        return replace(
            self,
            cheap=asks_cheaper or was_cheap or (asks_cheap and not asks_best),
            dear=not asks_cheap and (self.dear or asks_best),
        )

    def wish(self, need: Need) -> Iterator[Reason]:
        if self.cheap:
            yield Reason("cheap")
