"""What is known of a customer's wish."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Self, TypeVar, cast

from app.needs.facet import Facet
from app.needs.facets import all_facets
from app.needs.reason import Reason

F = TypeVar("F", bound=Facet)


class Need:
    """A wish: one value of each facet. `need[Budget]` is its budget, the empty one if nothing is known of it.

    Of two values of one facet the later counts. For the names of `understood` that are `silenced` the profile is not
    asked: the customer removed them, or said that they do not matter. Needs are never changed; they are equal when all
    that they hold is.
    """

    def __init__(self, *facets: Facet, silenced: tuple[str, ...] = ()):
        latest = {type(facet): facet for facet in facets}
        self._facets = {facet: value for facet, value in latest.items() if not value.is_empty}
        self.silenced = silenced

    def __getitem__(self, facet: type[F]) -> F:
        return cast(F, self._facets.get(facet) or facet())

    def __iter__(self) -> Iterator[Facet]:
        """Every facet, the empty ones as well: limits first, the firmest of them in front."""
        return (self[facet] for facet in all_facets())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Need) and (self._facets, self.silenced) == (other._facets, other.silenced)

    def __hash__(self) -> int:
        return hash((frozenset(self._facets.items()), self.silenced))

    def __repr__(self) -> str:
        held = [repr(facet) for facet in self._facets.values()]
        return f"Need({', '.join([*held, *([f'silenced={self.silenced}'] if self.silenced else [])])})"

    def having(self, *facets: Facet) -> "Need":
        """The same wish with these values of their facets."""
        return Need(*self._facets.values(), *facets, silenced=self.silenced)

    def without(self, *facets: type[Facet]) -> "Need":
        """The same wish with some facets let go."""
        return self.having(*(facet() for facet in facets))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known that could choose an instrument."""
        return not any(facet.CHOOSES for facet in self._facets)

    def told(self) -> dict[str, Any]:
        """What a client is told as `understood`. To the attributes several facets may add."""
        told: dict[str, Any] = {"attributes": {}, "parts": []}
        for facet in self:
            for name, value in facet.told(self).items():
                told[name] = told[name] | value if isinstance(value, dict) else value
        return told

    def wish(self) -> tuple[Reason, ...]:
        """What there is to say of it."""
        return tuple(part for facet in self for part in facet.wish(self))

    def forgetting(self, names: Collection[str]) -> "Need":
        """The wish without some of what it told; the profile stays silent there."""
        silenced = tuple(dict.fromkeys((*self.silenced, *names)))
        return Need(*(facet.forgetting(names) for facet in self), silenced=silenced)

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON, without what is not known."""
        held = {name: value for facet in self for name, value in facet.as_data().items()}
        return held | ({"silenced": list(self.silenced)} if self.silenced else {})

    @classmethod
    def from_data(cls, data: Mapping[str, Any] | None) -> Self:
        """The need that `as_data` told; names of another version are left out."""
        known = data or {}
        return cls(*(facet.from_data(known) for facet in all_facets()), silenced=tuple(known.get("silenced", ())))
