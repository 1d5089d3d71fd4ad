"""What was said of the wish, and nothing here could use."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from app.needs.facet import Facet
from app.needs.facets.kinds import is_another_kind
from app.needs.need import Need
from app.needs.step import Step

MOST = 12


@dataclass(frozen=True)
class Unread(Facet):
    """Words of the wish, as they were written: they choose nothing, but the customer hears that they do not."""

    NAME: ClassVar = "unread"
    TOLD: ClassVar = ("unread",)
    FORGOTTEN_WITH: ClassVar = ("categories",)
    CHOOSES: ClassVar = False

    unread: tuple[str, ...] = ()

    def after(self, step: Step) -> Self:
        """What was said of another kind of instrument is said of this one no longer."""
        before = () if is_another_kind(step) else self.unread
        return replace(self, unread=tuple(dict.fromkeys((*before, *step.said.unread)))[-MOST:])

    def told(self, need: Need) -> dict[str, Any]:
        return {"unread": list(self.unread)}
