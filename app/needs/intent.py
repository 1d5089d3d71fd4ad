"""What a message asks for: an instrument, an explanation, a word of greeting, or nothing that a music shop knows."""

from enum import StrEnum

from app.needs.understanding import Reading
from app.speech import lexicon


class Kind(StrEnum):
    """What a message asks for (see Evidence.kind)."""

    WISH = "wish"
    ABOUT = "about"
    QUESTION = "question"
    GREETING = "greeting"
    THANKS = "thanks"
    OFF_TOPIC = "off_topic"
    UNCLEAR = "unclear"


# What a wish is made of. A message that says one of these is about an instrument, whatever else it says.
WISHES = frozenset(
    {"category", "budget", "age", "size", "brand", "place", "genre", "level", "quiet", "cheap", "cheaper", "other"}
    | {"next_person", "like_it", "any_price", "any_place", "player", "adjective", "absent", "best"}
)
SPECIFIC = WISHES - {"category", "level", "quiet", "adjective", "player"}


def of(reading: Reading, *, has_passage: bool, asks_question: bool = False) -> Kind:
    """The kind of the message (see Evidence.kind). `has_passage`: the house book could answer it, if it is a question.

    A question that also states a limit ("do you deliver a cello for under 20 a day?") is both: its kind is `question`,
    and the limits count.
    """
    if has_passage and (asks_question or _is_question(reading.tokens) or not reading.says & WISHES):
        return Kind.QUESTION
    if reading.about is not None:
        return Kind.ABOUT
    if reading.says & WISHES:
        return Kind.WISH
    if "thanks" in reading.says and not reading.says & {"show", "days"}:
        return Kind.THANKS
    if "greeting" in reading.says and not reading.words:
        return Kind.GREETING
    off_topic = lexicon.load().sayings["off_topic"]
    if any((word,) in off_topic for word in reading.tokens):
        return Kind.OFF_TOPIC
    return Kind.UNCLEAR


def changes_need(kind: Kind, reading: Reading) -> bool:
    """Whether the message states a wish; a mere question ("is the oboe hard?") leaves the wish as it was."""
    return kind not in (Kind.QUESTION, Kind.OFF_TOPIC) or bool(reading.says & SPECIFIC)


def _is_question(tokens: tuple[str, ...]) -> bool:
    if "?" in tokens:
        return True
    asking = lexicon.load().sayings["asking"]
    return any(tokens[:length] in asking for length in (1, 2, 3))
