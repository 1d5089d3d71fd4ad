"""The size that is wanted, or what is known of the player's body, from which a size follows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from app.needs import sizing
from app.needs.facet import Facet
from app.needs.facets.kinds import Kinds, is_another_kind
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.sizing import Body
from app.needs.step import Step
from app.rental.offer import Offer
from app.speech.marks import Mark

BUILDS = {"small": -1, "tall": 1}
STEPS = {"up": 1, "down": -1}
USUAL = {"arm": "size_usual_for_arm", "height": "size_usual_at_height", "age": "size_usual_at"}
UNUSUAL = {-1: "size_below_usual_at", 1: "size_above_usual_at"}
FULL = "4/4"


@dataclass(frozen=True)
class Size(Facet):
    """`size` as the shop writes it; `age` in years, `height` and `arm` in centimetres, `build` -1 for small, 1 for tall
    at that age. Where a size is known it counts; a `grown_up` is no child, whatever the age.
    """

    NAME: ClassVar = "size"
    MARKS: ClassVar = ("size", "age", "grade", "height", "arm", "grown_up")
    TOLD: ClassVar = ("size",)
    IS_OF_ONE_PERSON: ClassVar = True
    IS_OF_ONE_PART: ClassVar = True
    GIVES_WAY: ClassVar = 50
    REASONS: ClassVar = ("size", *USUAL.values(), *UNUSUAL.values(), "other_size")
    WISHES: ClassVar = ("in_size", "at_age", "for_grown_up")

    size: str | None = None
    age: int | None = None
    height: int | None = None
    arm: int | None = None
    build: int = 0
    grown_up: bool = False

    def after(self, step: Step) -> Self:
        """Another body beats an older size, and so does another kind of instrument."""
        body = self._body_after(step)
        is_kept = not is_another_kind(step) and body == replace(self, size=body.size)
        kept = replace(body, size=self.size if is_kept else None)
        return replace(kept, size=_size_after(step, kept))

    def _body_after(self, step: Step) -> Self:
        """Of several ages, and of an age and a grown-up, the last that was said counts."""
        said = [mark for mark in step.said.of("age", "grade", "grown_up") if not mark.is_negated]
        heights, arms, growth = step.stated("height"), step.stated("arm"), step.stated("growth")
        builds = [BUILDS[how] for how in growth if how in BUILDS]
        body = self
        if said:
            is_age = said[-1].name != "grown_up"
            age = said[-1].value if is_age else None
            is_same = age == self.age and is_age != self.grown_up
            body = replace(self, age=age, grown_up=not is_age) if is_same else type(self)(age=age, grown_up=not is_age)
        return replace(
            body,
            size=self.size,
            height=heights[-1] if heights else body.height,
            arm=arms[-1] if arms else body.arm,
            build=builds[-1] if builds else body.build,
        )

    @property
    def body(self) -> Body:
        return Body(self.age, self.height, self.arm, self.build)

    @property
    def is_grown_up(self) -> bool:
        """Whether it is known to be for a grown-up, who is shown no child's size."""
        return self.size is None and self.arm is None and (self.grown_up or self.body.is_grown_up)

    @property
    def is_likely_full(self) -> bool:
        """Whether it is for a grown-up, for all that is known: who tells no age hardly asks for a child."""
        return self.is_grown_up or (self.size is None and self.body == Body())

    def usual(self, kinds: Kinds) -> str | None:
        """The size that was said, or the one that follows from the body if it is the same for all that is wanted."""
        if self.size is not None:
            return self.size
        sizes = {self.wanted(category) for category in kinds.categories}
        return sizes.pop() if len(sizes) == 1 else None

    def wanted(self, category: str) -> str | None:
        """The size that an instrument of this kind should have; None where any will do, or any full one."""
        return self.size or (None if self.grown_up else sizing.usual(category, self.body))

    def merit(self, offer: Offer, need: Need) -> float:
        return -3 * (self.is_likely_full and sizing.is_child_size(offer.category, sizing.of(offer)))

    def distance(self, offer: Offer, need: Need) -> float:
        """In steps of size; one that states none is a full one."""
        wanted = self.wanted(offer.category) or (FULL if self.is_grown_up else None)
        return sizing.distance(wanted, sizing.of(offer) or FULL) if wanted else 0

    def reasons(self, offer: Offer, need: Need) -> Iterator[Reason]:
        offered, measure = sizing.of(offer), sizing.measured_by(offer.category, self.body)
        if offered is None or offered not in sizing.written(offer.category, self.wanted(offer.category) or ""):
            return
        if self.size is not None or measure is None:
            yield Reason("size", {"size": offered})
        elif measure == "age" and self.build:
            yield Reason(UNUSUAL[self.build], {"size": offered, "age": self.age})
        else:
            yield Reason(USUAL[measure], {"size": offered, measure: getattr(self, measure)})

    def relaxation(self, offer: Offer, need: Need) -> Reason:
        wanted = self.wanted(offer.category) or (FULL if self.is_grown_up else None)
        return Reason("other_size", {"size": wanted, "age": self.age, "other": sizing.of(offer)})

    def wish(self, need: Need) -> Iterator[Reason]:
        usual = self.usual(need[Kinds])
        if usual:
            yield Reason("in_size", {"size": usual})
        if self.age is not None:
            yield Reason("at_age", {"age": self.age})
        elif self.grown_up:
            yield Reason("for_grown_up")

    def told(self, need: Need) -> dict[str, Any]:
        return {"size": self.usual(need[Kinds])}

    def told_of_part(self, need: Need) -> dict[str, Any]:
        return self.told(need) | {"age": self.age}


def _size_after(step: Step, known: Size) -> str | None:
    """The size after a message: as it is said, the smaller one of two, or the one beside it."""
    said = [mark for mark in step.said.of("size") if not mark.is_negated and _is_of_these(mark, step)]
    sizes = [str(mark.value) for mark in said]
    growth, categories = step.stated("growth"), step[Kinds].categories
    steps = next((STEPS[how] for how in reversed(growth) if how in STEPS), 0)
    if "between" in growth and len(sizes) > 1:
        return min(sizes[-2:], key=_place)
    if steps and len(sizes) < 2:
        from_size = sizes[0] if sizes else known.usual(step[Kinds])
        kind = categories[0] if len(set(categories)) == 1 else ""
        return sizing.beside(kind, from_size, steps) if from_size else known.size
    wanted = [size for size, mark in zip(sizes, said, strict=True) if not mark.is_background] or sizes
    return wanted[-1] if wanted else known.size


def _is_of_these(mark: Mark, step: Step) -> bool:
    """Inches are the size of a viola, and of nothing else here."""
    return mark.value not in sizing.INCHES or "viola" in step[Kinds].categories


def _place(size: str) -> int:
    named = sizing.INCHES.get(size, size)
    return sizing.ORDER.index(named) if named in sizing.ORDER else len(sizing.ORDER)
