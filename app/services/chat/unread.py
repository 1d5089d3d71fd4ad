"""What was said of a wish and nothing could use: the catalogue has the last word, then the customer hears it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from app.answers.evidence import Choice, Evidence
from app.needs.facets.kinds import Kinds
from app.needs.facets.model import Model
from app.needs.facets.unread import MOST, Unread
from app.needs.intent import Kind
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.understanding import Reading
from app.rental.offer import Offer
from app.speech import features, lexicon
from app.speech.marks import Mark
from app.speech.reading import Said
from app.speech.shelf import Shelf

TOLD_IN = (Kind.WISH, Kind.ABOUT, Kind.COMPARE, Kind.QUESTION)
MOST_TOLD = 3


@dataclass(frozen=True)
class Settled:
    """The words of a message that are `used` after all, and what the customer must hear of the others.

    The `evidence` tells beside each choice which of them its description holds.
    """

    evidence: Evidence
    used: frozenset[str]
    left: tuple[str, ...]
    notices: tuple[Reason, ...]

    def of(self, need: Need) -> Need:
        """The need with what is left of the message, also where it states no wish ("have you a branch in Bath?")."""
        known = (*need[Unread].unread, *self.left)
        left = tuple(dict.fromkeys(word for word in known if word not in self.used))
        return need.having(replace(need[Unread], unread=left[-MOST:]))


def settle(reading: Reading, evidence: Evidence, shelf: Shelf) -> Settled:
    """Words that an instrument which is shown has in its texts or facts are used; no query."""
    said = reading.said
    told = [_words_of(offer) for offer in (*evidence.candidates, *evidence.compared)]
    wishes = [each.need for each in (evidence, *evidence.parts)]
    missing = {need[Model].model for need in wishes if need[Model].is_not_here}
    elsewhere = {mark.value for mark in said.of("elsewhere")}
    models = {word: mark for word in said.unread for mark in said.of("model") if word.endswith(mark.value)}
    used = {word for word in said.unread if any(features.are_told(word, its) for its in told)}
    used |= {word for word, mark in models.items() if mark.value not in missing and not _is_beside_kind(mark, said)}
    left = [word for word in said.unread if word not in used]
    unnamed = [word for word in left if word in models and not any(need[Kinds].categories for need in wishes)]
    of_days = {word for mark in said.of("days") for word in mark.value.unread}  # Of these a notice tells already.
    # What is asked of one that was shown is answered there.
    plain = (
        ()
        if evidence.asked
        else tuple(
            word for word in left if word not in elsewhere | of_days and not _is_missing(models.get(word), missing)
        )
    )
    described = tuple(word for word in said.unread if word in used and word not in elsewhere and word not in models)
    notices = [
        *(Reason("no_model", {"model": word}) for word in unnamed),
        *([Reason("unread", {"words": plain[:MOST_TOLD]})] if plain else []),
        *(Reason("no_branch", {"place": place, "places": shelf.places}) for place in left if place in elsewhere),
    ]
    if evidence.kind not in TOLD_IN:
        return Settled(evidence, frozenset(used), (), ())
    return Settled(_told_of(evidence, described), frozenset(used), tuple(left), tuple(notices))


def _told_of(evidence: Evidence, words: tuple[str, ...]) -> Evidence:
    """The evidence; of each choice its reasons tell which of these words the catalogue has of it."""

    def told(choice: Choice) -> Choice:
        its = _words_of(choice.offer)
        found = tuple(word for word in words if features.are_told(word, its))
        return replace(choice, reasons=(*choice.reasons, Reason("described", {"words": found}))) if found else choice

    return replace(evidence, choices=tuple(map(told, evidence.choices))) if words else evidence


def _is_missing(mark: Mark | None, missing: Collection[str | None]) -> bool:
    """Whether it is a model of which the answer says anyway that it is not here."""
    return mark is not None and mark.value in missing


def _is_beside_kind(mark: Mark, said: Said) -> bool:
    """Whether it stands right beside an instrument: `the TR-909 digital piano`."""
    return any(mark.end == kind.start or mark.start == kind.end for kind in said.of("kind"))


def _words_of(offer: Offer) -> frozenset[str]:
    facts = " ".join(f"{value} {name}" for name, value in offer.attributes.items() if value is not False)
    text = f"{offer.name} {offer.brand} {offer.model} {offer.category} {offer.description} {facts}"
    return frozenset(lexicon.search_words(text))
