"""What every facet of a wish can be asked."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self

from app.needs.reason import Reason
from app.rental.offer import Offer
from app.speech.marks import Turn

if TYPE_CHECKING:
    from app.needs.need import Need
    from app.needs.step import Step


@dataclass(frozen=True)
class Facet:
    """One thing that a wish can hold. Without arguments it is the facet of a wish of which nothing is known.

    A new one is a file in `facets/`, found there by itself; if it limits, an entry in `candidate_service.LIMITS`. Its
    fields are kept as JSON under their own names, so no two facets have a field of the same name. What it answers:

    - `after` a message, from the marks in it: the newest statement wins, silence keeps.
    - `relaxed`, when nothing keeps all limits: those with the smallest GIVES_WAY give way first, those without never.
    - `merit` of an offer, where it is a leaning, which only orders; `distance`, once it has given way.
    - what there is to say: `reasons` for an offer, the `relaxation` of a limit, its part of the `wish`.
    - `told` to clients as part of `understood`, and `forgetting` what they remove from there.
    """

    NAME: ClassVar[str]  # As it is kept beside an answer, and the name of its texts.
    MARKS: ClassVar[tuple[str, ...]] = ()  # Names of marks, and turns of speech, that state it.
    MERELY_NAMED: ClassVar[tuple[str, ...]] = ()  # Those of them that a mere question holds: "is the oboe hard?"
    TOLD: ClassVar[tuple[str, ...]] = ()  # Its names in `understood`.
    FORGOTTEN_WITH: ClassVar[tuple[str, ...]] = ()  # Names in `understood` of others, with which it goes.
    OPENED_BY: ClassVar[Turn | None] = None  # The turn of speech that says that it does not matter.
    PROFILE: ClassVar[str | None] = None  # The name in `understood` that a profile completes, unless it was removed.
    IS_OF_ONE_PERSON: ClassVar[bool] = False  # "… and one for her brother": it is not the brother's.
    IS_OF_ONE_PART: ClassVar[bool] = False  # Of several different things that are wanted, each may have its own.
    CHOOSES: ClassVar[bool] = True  # Whether it alone can choose an instrument.
    GIVES_WAY: ClassVar[int | None] = None  # Its place in the order in which limits give way.
    REASONS: ClassVar[tuple[str, ...]] = ()  # Names of what it says of offers: each is a text in every language.
    WISHES: ClassVar[tuple[str, ...]] = ()  # Names of what it says of the wish.

    @property
    def is_empty(self) -> bool:
        return self == type(self)()

    def after(self, step: "Step") -> Self:
        """The facet after a message. Of other facets it may ask `step[…]` or, before the message, `step.before[…]`."""
        return self

    @classmethod
    def of_profile(cls, preferences: Mapping[str, Any]) -> Self:
        """What a customer's profile says of it."""
        return cls()

    def completed(self, profile: Self, need: "Need") -> Self:
        """What was said, else what the profile says."""
        return profile if self.is_empty else self

    def relaxed(self, need: "Need") -> Self:
        """The facet when it gives way."""
        return type(self)()

    def limits_each(self, need: "Need") -> bool:
        """Whether each part of a wish keeps it by itself, rather than all of them together."""
        return True

    def merit(self, offer: Offer, need: "Need") -> float:
        """What speaks for an offer: 10 is the weight of a word of its name that was said."""
        return 0

    def distance(self, offer: Offer, need: "Need") -> float:
        """How far an offer is from this limit."""
        return 0

    def reasons(self, offer: Offer, need: "Need") -> Iterator[Reason]:
        """What speaks for an offer that keeps it."""
        return iter(())

    def relaxation(self, offer: Offer, need: "Need") -> Reason:
        """How an offer breaks this limit."""
        raise NotImplementedError(f"{type(self).__name__} never gives way.")

    def wish(self, need: "Need") -> Iterator[Reason]:
        """Its part of the wish."""
        return iter(())

    def told(self, need: "Need") -> dict[str, Any]:
        """What clients are told, by the names of TOLD."""
        return {}

    def told_of_part(self, need: "Need") -> dict[str, Any]:
        """What clients are told of it where the need is one part of a wish: an entry of `understood.parts`."""
        return self.told(need) if self.IS_OF_ONE_PART else {}

    def forgetting(self, names: Collection[str]) -> Self:
        """The facet after the customer removed these names of `understood`."""
        return type(self)() if {*self.TOLD, *self.FORGOTTEN_WITH}.intersection(names) else self

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON, by the names of its fields; nothing for what is not known."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        defaults = {field.name: field.default for field in fields(self)}
        return {name: _plain(value) for name, value in values.items() if value != defaults[name]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The facet that `as_data` told, out of the data of a whole need."""
        return cls(**{field.name: _frozen(data[field.name]) for field in fields(cls) if field.name in data})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, date) else value


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
