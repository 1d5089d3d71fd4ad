"""What a message asks for: an instrument, an explanation, a word of greeting, or nothing that a music shop knows."""

from enum import StrEnum
from functools import cache

from app.needs.facet import Facet
from app.needs.facets import all_facets
from app.needs.facets.days import Days
from app.needs.facets.declined import Declined
from app.needs.facets.genres import Genres
from app.needs.facets.kinds import Kinds
from app.needs.facets.level import Level
from app.needs.facets.maker import Maker
from app.needs.facets.place import Place
from app.needs.facets.quantity import Quantity
from app.needs.facets.size import Size
from app.needs.need import Need
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
    if reading.asking.compared:
        return Kind.COMPARE
    if reading.about is not None and reading.asking.is_sure:
        return Kind.ABOUT
    if has_passage and (asks_question or Turn.ASKING in says or not is_wish or compares_kinds(reading)):
        return Kind.QUESTION
    if reading.about is not None:
        return Kind.ABOUT
    if compares_kinds(reading):
        return Kind.COMPARE
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


def compares_kinds(reading: Reading) -> bool:
    """Whether it asks how kinds of instruments differ: `the difference between a tuba and a euphonium`."""
    kinds = {mark.value for mark in reading.said.of("kind") if not mark.is_negated}
    return len(kinds) > 1 and Turn.COMPARING in reading.says


def need_after(kind: Kind, reading: Reading, before: Need) -> Need:
    """The wish that goes on after such a message.

    What is asked of one instrument, or of some, limits nothing from now on but for its days: "is that one in York as
    well?" A comparison tells for whom it is made.
    """
    if kind is Kind.ABOUT:
        kept: tuple[type[Facet], ...] = (Days, Quantity, *((Place,) if reading.asking.takes else ()))
    elif kind is Kind.COMPARE:
        kept = (Days, Quantity, Level, Size, Genres)
    else:
        return reading.need if changes_need(kind, reading) else before
    after = before.having(*(reading.need[facet] for facet in kept))
    about = reading.asking.about
    if about and about.category and about.category not in before[Kinds].categories:
        return Need(*after.without(Declined, Maker), Kinds((about.category,)), silenced=after.silenced)
    return after


def changes_need(kind: Kind, reading: Reading) -> bool:
    """Whether the message states a wish; a mere question ("is the oboe hard?") leaves the wish as it was, and so does
    what is asked of own rentals.

    Who names an instrument and days wishes for it, whatever is asked as well.
    """
    if kind is Kind.OWN:
        return False
    names_days = "days" in reading.says and states_wish(reading)
    return kind not in (Kind.QUESTION, Kind.OFF_TOPIC) or names_days or states_limit(reading)


@cache
def _of_wish() -> frozenset[str]:
    choosing = (facet for facet in all_facets() if facet.CHOOSES)
    return TURNS_OF_WISH.union(*(facet.MARKS for facet in choosing))


@cache
def _merely_named() -> frozenset[str]:
    return frozenset(name for facet in all_facets() for name in facet.MERELY_NAMED)
