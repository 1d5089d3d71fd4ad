"""From what a customer says to what the customer needs.

The newest statement beats older ones, silence keeps them, and what was said beats the profile.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.needs import asking, parting
from app.needs.asking import Asking
from app.needs.facets import all_facets
from app.needs.facets.budget import Budget
from app.needs.facets.kinds import Kinds, names_kind
from app.needs.need import Need
from app.needs.parting import Parted
from app.needs.shown import View
from app.needs.step import Step
from app.speech import lexicon, reading
from app.speech.almanac import Almanac
from app.speech.reading import Said
from app.speech.shelf import Shelf


@dataclass(frozen=True)
class Reading:
    """What a message means: the need after it, the message itself, and what it asks of the instruments in view."""

    need: Need
    said: Said
    asking: Asking = Asking()

    @property
    def about(self) -> int | None:
        """The one instrument that it points to."""
        return self.asking.about.instrument_id if self.asking.about else None

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
    def asks_sum(self) -> bool:
        """Whether it speaks of what all of it costs together, and not of what it may cost."""
        totals = lexicon.load().totals
        is_budget = bool(self.said.of("money"))
        return not is_budget and any(lexicon.begins(self.tokens, place, totals) for place in range(len(self.tokens)))


def understand(message: str, before: Need, shelf: Shelf, almanac: Almanac, shown: View = ()) -> Reading:
    """What this message means after a conversation that led to the need `before` and showed `shown`."""
    return understood(reading.read(message, shelf, almanac), before, shelf, almanac, shown)


def understood(said: Said, before: Need, shelf: Shelf, almanac: Almanac, shown: View = (), named: View = ()) -> Reading:
    """The same for one that was read already; `named` are those of the catalogue that it names by their models."""
    parted = parting.parted(said)
    step = Step(parted.shared, before, shown, almanac.today, shelf, named)
    after = Need(*(step[facet] for facet in all_facets()), silenced=before.silenced)
    after = _of_several(after, _parts(parted, step))
    whole = step if parted.shared is said else Step(said, before, shown, almanac.today, shelf, named)
    return Reading(after.forgetting(_opened(said)), said, asking.of(said, whole.pointing, shown))


def _of_several(need: Need, parts: tuple[Need, ...]) -> Need:
    """The need with parts: of what each part has for itself it only holds which kinds there are."""
    if not parts:
        return need
    categories = dict.fromkeys(category for part in parts for category in part[Kinds].categories)
    kinds = Kinds(tuple(categories), need[Kinds].refused)
    shared = (facet for facet in need if not facet.IS_OF_ONE_PART)
    return Need(*shared, kinds, silenced=need.silenced, parts=parts)


def _parts(parted: Parted, step: Step) -> tuple[Need, ...]:
    """The parts of the wish: those that the message names, else those that were known before and are still wanted."""
    named = tuple(dict.fromkeys(_part(Need(), step, said) for said in parted.parts))
    if len(named) > 1:
        return _gone_together(named)
    said, before = step.said, step.before
    if not names_kind(said):
        return tuple(_part(part, step, said) for part in before.parts)
    new = _part(Need(), step, said)
    known = before.parts or (_own(before),)
    if _is_one_more(said) and new[Kinds] != known[-1][Kinds] and not known[0][Kinds].is_empty:
        return _gone_together((*known, new))
    meant = [part for part in before.parts if set(part[Kinds].categories) & set(new[Kinds].categories)]
    if len(meant) != 1:
        return ()
    return tuple(_part(part, step, said) if part is meant[0] else part for part in before.parts)


def _part(before: Need, step: Step, said: Said) -> Need:
    """One part after what was said of it."""
    its = Step(said, before, step.shown, step.today, step.shelf, step.named)
    budget = [its[Budget]] if said.of("money") and said is not step.said else []
    return Need(*(its[facet] for facet in all_facets() if facet.IS_OF_ONE_PART), *budget)


def _own(need: Need) -> Need:
    """A wish for one thing as the first part of a wish for several."""
    return Need(*(facet for facet in need if facet.IS_OF_ONE_PART))


def _is_one_more(said: Said) -> bool:
    """`and a stand, please`, `I also need an amp`: said of something beside what was wanted before."""
    also = lexicon.part_words().also
    return any(lexicon.begins(said.tokens, place, also) for place in range(min(4, len(said.tokens))))


def _gone_together(parts: tuple[Need, ...]) -> tuple[Need, ...]:
    """A word for several kinds means the one that goes with another part: an amplifier, the one for a bass."""
    goes_with = lexicon.part_words().goes_with
    beside = {goes_with[category] for part in parts for category in part[Kinds].categories if category in goes_with}
    return tuple(part.having(_meant_beside(part[Kinds], beside)) for part in parts)


def _meant_beside(kinds: Kinds, beside: Collection[str]) -> Kinds:
    meant = tuple(category for category in kinds.categories if category in beside)
    return replace(kinds, categories=meant) if meant else kinds


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
