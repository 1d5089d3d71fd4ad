"""From what a customer says to what the customer needs.

The newest statement beats older ones, silence keeps them, and what was said beats the profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.needs.facets import all_facets
from app.needs.need import Need
from app.needs.step import Shown, Step
from app.speech import reading
from app.speech.almanac import Almanac
from app.speech.reading import Said
from app.speech.shelf import Shelf


@dataclass(frozen=True)
class Reading:
    """What a message means: the need after it, and the message itself. `about` is the shown one that it points to."""

    need: Need
    said: Said
    about: int | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Those that no rule understood, to be searched for."""
        return self.said.words

    @property
    def tokens(self) -> tuple[str, ...]:
        return self.said.tokens

    @property
    def says(self) -> frozenset[str]:
        """What was said, and not denied: the names of marks, and turns of speech."""
        marks = [mark for mark in self.said.marks if not mark.is_negated]
        return frozenset(mark.value if mark.name == "turn" else mark.name for mark in marks)

    @property
    def stated_kinds(self) -> tuple[tuple[str, ...], ...]:
        """The categories that each word for an instrument may mean; without those that are refused."""
        return tuple(mark.value for mark in self.said.of("kind") if not mark.is_negated)

    @property
    def is_past(self) -> bool:
        """Whether it names days that are over."""
        return any(mark.value.is_past for mark in self.said.of("days"))


def understand(message: str, before: Need, shelf: Shelf, almanac: Almanac, shown: tuple[Shown, ...] = ()) -> Reading:
    """What this message means after a conversation that led to the need `before` and showed `shown`."""
    said = reading.read(message, shelf, almanac)
    step = Step(said, before, shown, almanac.today)
    after = Need(*(step[facet] for facet in all_facets()), silenced=before.silenced)
    pointing = step.pointing
    about = pointing.instrument_id if pointing and not pointing.is_refused else None
    return Reading(after.forgetting(_opened(said)), said, about)


def _opened(said: Said) -> tuple[str, ...]:
    """`price doesn't matter`: names out of `understood` that hold no longer."""
    return tuple(name for f in all_facets() if f.OPENED_BY and said.has(f.OPENED_BY) for name in f.TOLD)


def need_of_profile(preferences: Mapping[str, Any]) -> Need:
    """What the profile says, for where the conversation says nothing."""
    return Need(*(facet.of_profile(preferences) for facet in all_facets()))


def with_profile(need: Need, profile: Need) -> Need:
    """The need, completed by the profile where nothing was said and nothing was removed."""
    open_to_it = [facet for facet in all_facets() if facet.PROFILE and facet.PROFILE not in need.silenced]
    return need.having(*(need[facet].completed(profile[facet], need) for facet in open_to_it))
