"""What a message asks for: an instrument, an explanation, a word of greeting, or nothing that a music shop knows."""

from enum import StrEnum
from functools import cache

from app.needs.facets import all_facets
from app.needs.understanding import Reading
from app.speech.marks import Turn

# Beside the facets' own marks these are about an instrument, too.
TURNS_OF_WISH = frozenset({Turn.LIKE_IT, Turn.NEXT_PERSON, Turn.OTHER})


class Kind(StrEnum):
    """What a message asks for (see Evidence.kind)."""

    WISH = "wish"
    ABOUT = "about"
    QUESTION = "question"
    GREETING = "greeting"
    THANKS = "thanks"
    OFF_TOPIC = "off_topic"
    UNCLEAR = "unclear"
    COMPARE = "compare"
    OWN = "own"
    UNANSWERED = "unanswered"
    FOREIGN = "foreign"


def of(reading: Reading, *, has_passage: bool, asks_question: bool = False, is_own: bool = False) -> Kind:
    """The kind of the message (see Evidence.kind). `has_passage`: the house book could answer it, if it is a question;
    `is_own`: it is about the customer's own rentals (see needs/affairs.py).

    A question that also states a limit ("do you deliver a cello for under 20 a day?") is both: its kind is `question`,
    and the limits count.
    """
    if reading.said.foreign is not None:
        return Kind.FOREIGN
    if is_own:
        return Kind.OWN
    says = reading.says
    is_wish = states_wish(reading)
    if has_passage and (asks_question or Turn.ASKING in says or not is_wish):
        return Kind.QUESTION
    if reading.about is not None:
        return Kind.ABOUT
    if is_wish:
        return Kind.WISH
    if Turn.THANKS in says and not says & {Turn.SHOW, "days"}:
        return Kind.THANKS
    if Turn.GREETING in says and not reading.words:
        return Kind.GREETING
    return Kind.OFF_TOPIC if Turn.OFF_TOPIC in says else Kind.UNCLEAR


def states_wish(reading: Reading) -> bool:
    """Whether it says anything that makes it a wish for an instrument, whatever else it says."""
    return bool(reading.says & _of_wish())


def states_limit(reading: Reading) -> bool:
    """Whether it says what a mere question does not hold: a price, a size, for whom it is."""
    return bool(reading.says & _of_wish() - _merely_named())


def changes_need(kind: Kind, reading: Reading) -> bool:
    """Whether the message states a wish; a mere question ("is the oboe hard?") leaves the wish as it was, and so does
    what is asked of own rentals.
    """
    return kind is not Kind.OWN and (kind not in (Kind.QUESTION, Kind.OFF_TOPIC) or states_limit(reading))


@cache
def _of_wish() -> frozenset[str]:
    choosing = (facet for facet in all_facets() if facet.CHOOSES)
    return TURNS_OF_WISH.union(*(facet.MARKS for facet in choosing))


@cache
def _merely_named() -> frozenset[str]:
    return frozenset(name for facet in all_facets() for name in facet.MERELY_NAMED)
