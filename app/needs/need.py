"""What is known of a customer's wish."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Self, TypeVar, cast

from app.needs.facet import Facet
from app.needs.facets import all_facets
from app.needs.reason import Reason

F = TypeVar("F", bound=Facet)


class Need:
    """A wish: one value of each facet. `need[Budget]` is its budget, the empty one if nothing is known of it.

    A wish for several different things has `parts`: each holds what is wanted of it alone (its kind, how many, the
    size), and the wish itself what is the same for all (the days, the place); see `each`.

    Of two values of one facet the later counts. For the names of `understood` that are `silenced` the profile is not
    asked: the customer removed them, or said that they do not matter. Needs are never changed; they are equal when all
    that they hold is.
    """

    def __init__(self, *facets: Facet, silenced: tuple[str, ...] = (), parts: tuple["Need", ...] = ()):
        latest = {type(facet): facet for facet in facets}
        self._facets = {facet: value for facet, value in latest.items() if not value.is_empty}
        self.silenced = silenced
        self.parts = parts

    def __getitem__(self, facet: type[F]) -> F:
        return cast(F, self._facets.get(facet) or facet())

    def __iter__(self) -> Iterator[Facet]:
        """Every facet, the empty ones as well: limits first, the firmest of them in front."""
        return (self[facet] for facet in all_facets())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Need) and self._held == other._held

    def __hash__(self) -> int:
        return hash((frozenset(self._facets.items()), self.silenced, self.parts))

    def __repr__(self) -> str:
        held = [repr(facet) for facet in self._facets.values()]
        held += [f"{name}={getattr(self, name)}" for name in ("silenced", "parts") if getattr(self, name)]
        return f"Need({', '.join(held)})"

    @property
    def _held(self) -> tuple[Any, ...]:
        return self._facets, self.silenced, self.parts

    @property
    def each(self) -> tuple["Need", ...]:
        """One whole need for each part, with what is the same for all; the wish itself where it has none."""
        if not self.parts:
            return (self,)
        shared = [facet for facet in self._facets.values() if not facet.IS_OF_ONE_PART and facet.limits_each(self)]
        return tuple(Need(*shared, *part._facets.values(), silenced=self.silenced) for part in self.parts)

    def having(self, *facets: Facet) -> "Need":
        """The same wish with these values of their facets."""
        return Need(*self._facets.values(), *facets, silenced=self.silenced, parts=self.parts)

    def without(self, *facets: type[Facet]) -> "Need":
        """The same wish with some facets let go."""
        return self.having(*(facet() for facet in facets))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known that could choose an instrument."""
        return not self.parts and not any(facet.CHOOSES for facet in self._facets)

    def told(self) -> dict[str, Any]:
        """What a client is told as `understood`. To the attributes several facets may add."""
        told = _told(facet.told(self) for facet in self)
        parts = [_told(facet.told_of_part(part) for facet in part) for part in self.each] if self.parts else []
        return told | {"parts": parts}

    def wish(self) -> tuple[Reason, ...]:
        """What there is to say of it."""
        return tuple(part for facet in self for part in facet.wish(self))

    def forgetting(self, names: Collection[str]) -> "Need":
        """The wish without some of what it told; the profile stays silent there."""
        silenced = tuple(dict.fromkeys((*self.silenced, *names)))
        is_one = bool({"parts", "categories"}.intersection(names))
        parts = () if is_one else tuple(part.forgetting(names) for part in self.parts)
        return Need(*(facet.forgetting(names) for facet in self), silenced=silenced, parts=parts)

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON, without what is not known."""
        held = {name: value for facet in self for name, value in facet.as_data().items()}
        parts = {"parts": [part.as_data() for part in self.parts]} if self.parts else {}
        return held | ({"silenced": list(self.silenced)} if self.silenced else {}) | parts

    @classmethod
    def from_data(cls, data: Mapping[str, Any] | None) -> Self:
        """The need that `as_data` told; names of another version are left out."""
        known = data or {}
        parts = tuple(cls.from_data(part) for part in known.get("parts", ()))
        facets = (facet.from_data(known) for facet in all_facets())
        return cls(*facets, silenced=tuple(known.get("silenced", ())), parts=parts)


def _told(by_facet: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"attributes": {}}
    for facet in by_facet:
        for name, value in facet.items():
            told[name] = told[name] | value if isinstance(value, dict) else value
    return told
