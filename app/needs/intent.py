"""What a message asks for: an instrument, an explanation, a word of greeting, or nothing that a music shop knows."""

from enum import StrEnum
from functools import cache

from app.needs.facets import all_facets
from app.needs.understanding import Reading
from app.speech.marks import Turn
from app.speech.reading import Said

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


# How like a message must be to examples of the house book's questions before one of its passages answers (see
# Likeness.best): where it asks, where it only says something, where it asks and says something else as well (a limit, a
# thank-you; a mere name of an instrument is none), where it only says that. Chosen by the share of false answers:
# python -m benchmarks.passages
ASKS, ASKS_OF_KIND, SAYS, ASKS_AND_WISHES, WISHES = 4.8, 5.5, 5.6, 6.8, 9.0
UNKNOWN = 1.5  # Below it a question is liker to what customers ask for than to what they ask of the shop.
BESIDE = frozenset({Turn.OFF_TOPIC, Turn.GREETING, Turn.THANKS})  # What else a message says that asks nothing.
PASSING = frozenset({"place", "maker", "genre"})  # What a question may name in passing.
NAMES = frozenset({"kind", "player", "maker", "absent"})  # Marks that name something to rent,
LIMITS = frozenset({"money", "size", "quantity"})  # and those that beside it make it a wish.


def of(reading: Reading, *, likeness: float = 0.0, asks_question: bool = False) -> Kind:
    """The kind of the message (see Evidence.kind). `likeness`: to the examples of the passage that may answer it.

    A question that also states a wish ("do you deliver? I need a cello") is both: its kind is `question`, and
    `wishes_too` tells. A question that no passage answers and that wishes for nothing is `unanswered`, unless the
    catalogue has what it names.
    """
    if reading.said.foreign is not None:
        return Kind.FOREIGN
    says = reading.says
    asks = asks_question or Turn.ASKING in says
    # "Did Leeds win?" names a place of ours and wishes for nothing.
    is_wish = bool(says & (_of_wish() - PASSING if asks and reading.words else _of_wish()))
    other = (_of_wish() - _merely_named() - PASSING if asks else _of_wish()) | BESIDE
    is_other = bool(says & other) or reading.about is not None
    if likeness >= _least(asks=asks, is_other=is_other, is_wish=is_wish):
        return Kind.QUESTION
    if reading.about is not None:
        return Kind.ABOUT
    if is_wish:
        return Kind.WISH
    if Turn.THANKS in says and not says & {Turn.SHOW, "days"}:
        return Kind.THANKS
    if Turn.GREETING in says and not reading.words:
        return Kind.GREETING
    if Turn.OFF_TOPIC in says:
        return Kind.OFF_TOPIC
    is_question = asks and likeness >= UNKNOWN and bool(reading.words) and Turn.SHOW not in says
    return Kind.UNANSWERED if is_question else Kind.UNCLEAR


def _least(*, asks: bool, is_other: bool, is_wish: bool) -> float:
    """The least likeness for an answer from the house book; `is_other`: the message says something else as well."""
    if is_other:
        return ASKS_AND_WISHES if asks else WISHES
    if asks:
        return ASKS_OF_KIND if is_wish else ASKS
    return SAYS


def wishes_too(reading: Reading, beside: Said) -> bool:
    """Whether a message with a question wishes for something as well: `beside` is what stands outside of the question.

    "Do you deliver? I need a cello" does, and "do you deliver a cello under 20 a day?"; "do you deliver a cello?" not.
    """
    named_beside = {mark.name for mark in beside.marks if not mark.is_negated and not mark.is_background} & NAMES
    return bool(named_beside or (reading.says & NAMES and reading.says & LIMITS))


def states_wish(reading: Reading) -> bool:
    """Whether it says anything that makes it a wish for an instrument, whatever else it says."""
    return bool(reading.says & _of_wish())


def changes_need(kind: Kind, reading: Reading, *, wishes_too: bool = False) -> bool:
    """Whether the message states a wish; a mere question ("is the oboe hard?") leaves the wish as it was."""
    if kind in (Kind.QUESTION, Kind.UNANSWERED):
        return wishes_too
    return kind is not Kind.OFF_TOPIC or bool(reading.says & _of_wish() - _merely_named())


@cache
def _of_wish() -> frozenset[str]:
    choosing = (facet for facet in all_facets() if facet.CHOOSES)
    return TURNS_OF_WISH.union(*(facet.MARKS for facet in choosing))


@cache
def _merely_named() -> frozenset[str]:
    return frozenset(name for facet in all_facets() for name in facet.MERELY_NAMED)
