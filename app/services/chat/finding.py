"""What a turn's answer rests on: by the kind of message, the evidence for it."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.answers import ranking, together
from app.answers.evidence import Evidence
from app.answers.passages import Passage
from app.errors import NotFound
from app.needs import intent
from app.needs.facets.days import Days
from app.needs.facets.kinds import Kinds, names_kind
from app.needs.facets.model import Model
from app.needs.facets.thrift import Thrift
from app.needs.intent import Kind
from app.needs.need import Need
from app.needs.shown import View
from app.needs.understanding import Reading
from app.rental.pricing import Per
from app.services import candidate_service
from app.services.chat import own
from app.services.chat.own import Own
from app.services.chat.turn import Asked
from app.speech import lexicon
from app.speech.marks import Turn

MOST_COMPARED = 20  # Choices of one part, among which a budget for all parts may choose.


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a message is about: its reading, the need completed by the profile, what was shown before.

    `parts` are the needs of a wish for several different things, each with what is the same for all; one need else.
    `meant` is the vector of a vague wish, `limit` the most choices that are wanted, `own` what is asked of own rentals.
    `passage` is that of the house book which answers, and `wishes_too` says that a wish stands beside the question.
    """

    user_id: int
    asked: Asked
    kind: Kind
    reading: Reading
    need: Need
    parts: tuple[Need, ...]
    shown: View
    meant: Sequence[float] | None
    limit: int
    passage: Passage | None = None
    wishes_too: bool = False
    own: Own | None = None


def find(matter: Matter) -> Evidence:
    """The evidence for an answer. Raises NotFound for an instrument that was named by its id and is not there."""
    if matter.asked.instrument_id is not None:
        asking = matter.reading.asking
        return replace(candidate_service.evidence_about(matter.need, matter.asked.instrument_id), asked=asking.facts)
    return FINDERS.get(matter.kind, _wished)(matter)


def _none(matter: Matter) -> Evidence:
    return Evidence(matter.need, kind=matter.kind)


def _questioned(matter: Matter) -> Evidence:
    """Beside what the house book answers: what was wished for in the same breath, or what its passage is to show."""
    if matter.wishes_too:
        return _wished(matter)
    if matter.passage is None or matter.passage.tells not in SHOWING:
        return _none(matter)
    return _wished(matter) if matter.reading.says & intent.NAMES else _named(matter)


def _named(matter: Matter) -> Evidence:
    """Only what is named by its model."""
    found = _wished(matter)
    named = tuple(choice for choice in found.choices if ranking.is_named(choice.offer, matter.reading.words))
    return replace(found, choices=named) if named else _none(matter)


def _unanswered(matter: Matter) -> Evidence:
    """Nothing, unless the catalogue has what the question names."""
    found = _wished(matter)
    return found if found.kind is Kind.WISH else _none(matter)


def _own(matter: Matter) -> Evidence:
    return own.evidence(matter.own, matter.reading, matter.need) if matter.own else _none(matter)


def _about(matter: Matter) -> Evidence:
    if matter.reading.about is not None:
        asking = matter.reading.asking
        with contextlib.suppress(NotFound):  # It was withdrawn since it was shown.
            found = candidate_service.evidence_about(matter.need, matter.reading.about)
            found = replace(found, asked=asking.facts, asked_words=asking.words, limits_asked=matter.reading.need)
            return replace(found, is_taken=asking.takes)
    return _wished(matter)


def _compared(matter: Matter) -> Evidence:
    """Those that were pointed at; of kinds that were named, the first choice of each."""
    reading = matter.reading
    cheap_first = matter.need
    if reading.said.has(Turn.CHEAPER):
        cheap_first = matter.need.having(Thrift(cheap=True), _for_as_long(reading, matter.need[Days]))
    ids = [one.instrument_id for one in reading.asking.compared]
    if ids:
        return candidate_service.evidence_compared(cheap_first, ids, reading.asking.facts)
    kinds = dict.fromkeys(category for mark in reading.said.of("kind") for category in mark.value)
    return candidate_service.evidence_of_kinds(cheap_first, tuple(kinds))


def _for_as_long(reading: Reading, days: Days) -> Days:
    """`Cheaper if we keep it a month`: the period that is named is compared, where no days are known."""
    periods = lexicon.load().periods
    named = [Per(periods[(token,)]) for token in reading.tokens if (token,) in periods]
    return replace(days, days=named[0].days) if named and days.days is None else days


def _wished(matter: Matter) -> Evidence:
    words = matter.reading.words
    if len(matter.parts) > 1:
        found_for_each = candidate_service.evidence(matter.parts, words, MOST_COMPARED)
        return together.choose(matter.need, found_for_each)
    (found,) = candidate_service.evidence([matter.need], words, matter.limit, matter.meant)
    if found.need[Model].is_not_here and not found.need[Kinds].categories:
        return Evidence(found.need, kind=Kind.ABOUT)  # Of what kind it is must be asked.
    is_named = found.is_meant or any(ranking.is_named(choice.offer, words) for choice in found.choices[:1])
    if matter.asked.route == "recommend" or is_named or not matter.need.is_empty:
        kind = Kind.QUESTION if matter.kind == Kind.QUESTION else Kind.WISH
        return replace(found, kind=kind, is_named=is_named)
    return replace(found, kind=matter.kind)


def _foreign(matter: Matter) -> Evidence:
    """What fits the instrument that it names beyond doubt; never another one in its place."""
    if not names_kind(matter.reading.said):
        return _none(matter)
    (found,) = candidate_service.evidence([matter.need], (), matter.limit)
    kept = found if found.relaxed is not Kinds else Evidence(matter.need)
    return replace(kept, kind=matter.kind)


SHOWING = ("deposit", "kinds")  # What a passage tells that is said of instruments.
# How the evidence for each kind is found; for all others as for a wish.
FINDERS: dict[Kind, Callable[[Matter], Evidence]] = {
    Kind.ABOUT: _about,
    Kind.COMPARE: _compared,
    Kind.QUESTION: _questioned,
    Kind.OWN: _own,
    Kind.THANKS: _none,
    Kind.OFF_TOPIC: _none,
    Kind.FOREIGN: _foreign,
    Kind.UNANSWERED: _unanswered,
}
