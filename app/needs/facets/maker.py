"""Who made it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from app.needs.facet import Facet
from app.needs.facets.kinds import Kinds, is_another_kind, names_kind
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.step import Step
from app.rental.offer import Offer


@dataclass(frozen=True)
class Maker(Facet):
    """The `brand` that is wanted, and those that are refused: these never give way."""

    NAME: ClassVar = "brand"
    MARKS: ClassVar = ("maker",)
    TOLD: ClassVar = ("brand",)
    IS_OF_ONE_PART: ClassVar = True
    GIVES_WAY: ClassVar = 20
    REASONS: ClassVar = ("made_by", "other_maker")
    WISHES: ClassVar = ("by", "not_by")

    brand: str | None = None
    refused_brands: tuple[str, ...] = ()

    def after(self, step: Step) -> Self:
        """The maker that was wanted of another kind of instrument is not wanted of this one; a refusal stays."""
        newly_refused = [mark.value for mark in step.said.of("maker") if mark.is_negated]
        if step.refuses_maker and step.focus and step.focus.brand:
            newly_refused.append(step.focus.brand)
        is_over = is_another_kind(step) or self._makes_none_of_it(step)
        wanted = [*([] if is_over else [self.brand]), *step.stated("maker")]
        brand = wanted[-1] if wanted and wanted[-1] not in newly_refused else None
        refused = dict.fromkeys((*self.refused_brands, *newly_refused))
        return replace(self, brand=brand, refused_brands=tuple(maker for maker in refused if maker != brand))

    def _makes_none_of_it(self, step: Step) -> bool:
        """`a Casio?` … `a mandolin then`: a maker that was wanted of no kind, and makes none of those wanted now."""
        makes = {category for brand, category in step.shelf.makes if brand == self.brand}
        is_of_none = not step.before[Kinds].categories and names_kind(step.said)
        return is_of_none and bool(makes) and not makes.intersection(step[Kinds].categories)

    def relaxed(self, need: Need) -> Self:
        return replace(self, brand=None)

    def reasons(self, offer: Offer, need: Need) -> Iterator[Reason]:
        if self.brand and offer.brand == self.brand:
            yield Reason("made_by", {"maker": self.brand})

    def relaxation(self, offer: Offer, need: Need) -> Reason:
        return Reason("other_maker", {"maker": self.brand, "other": offer.brand})

    def wish(self, need: Need) -> Iterator[Reason]:
        if self.brand:
            yield Reason("by", {"maker": self.brand})
        if self.refused_brands:
            yield Reason("not_by", {"makers": self.refused_brands})

    def told(self, need: Need) -> dict[str, Any]:
        return {"brand": self.brand}

    def forgetting(self, names: Collection[str]) -> Self:
        """A maker that was refused was not told, so it cannot be removed."""
        return replace(self, brand=None) if "brand" in names else self
