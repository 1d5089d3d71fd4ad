"""Which model is wanted, by its maker's designation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from app.needs.facet import Facet
from app.needs.facets.kinds import is_another_kind
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.rental.offer import Offer
from app.speech.marks import Turn

GIVES_IT_UP = (Turn.OTHER, Turn.CHEAPER, Turn.LIKE_IT)


@dataclass(frozen=True)
class Model(Facet):
    """`model` as it was written. One that `is_not_here` limits nothing: what comes nearest is shown in its place."""

    NAME: ClassVar = "model"
    MARKS: ClassVar = ("model",)
    FORGOTTEN_WITH: ClassVar = ("brand", "categories")
    IS_OF_ONE_PART: ClassVar = True
    GIVES_WAY: ClassVar = 5
    REASONS: ClassVar = ("other_model",)
    WISHES: ClassVar = ("model",)

    model: str | None = None
    is_not_here: bool = False

    def after(self, step: Step) -> Self:
        """The newest one. It goes with its kind, with another maker, and when something else is asked for."""
        said = step.stated("model")
        if said:
            return type(self)(said[-1]) if len(set(said)) == 1 else type(self)()
        is_given_up = any(step.said.has(turn) for turn in GIVES_IT_UP)
        is_other_maker = bool(step.stated("maker"))
        return type(self)() if is_given_up or is_other_maker or is_another_kind(step) else self

    def relaxation(self, offer: Offer, need: Need) -> Reason:
        return Reason("other_model", {"model": self.model, "name": offer.name})

    def wish(self, need: Need) -> Iterator[Reason]:
        if self.model:
            yield Reason("model", {"model": self.model})
