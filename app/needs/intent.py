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


def of(
    reading: Reading,
    *,
    likeness: float = 0.0,
    is_asked: bool = True,
    asks_question: bool = False,
    is_own: bool = False,
) -> Kind:
    """The kind of the message (see Evidence.kind). `likeness`: to the examples of the passage that may answer it, of a
    part that has a question's form if `is_asked`;
    `is_own`: it is about the customer's own rentals (see needs/affairs.py).

    A question that also states a wish ("do you deliver? I need a cello") is both: its kind is `question`, and
    `wishes_too` tells. A question that no passage answers and that wishes for nothing is `unanswered`, unless the
    catalogue has what it names.
    """
    if reading.said.foreign is not None:
        return Kind.FOREIGN
    if is_own:
        return Kind.OWN
    says = reading.says
    if reading.asking.compared:
        return Kind.COMPARE
    if reading.about is not None and reading.asking.is_sure:
        return Kind.ABOUT
    asks = asks_question or Turn.ASKING in says or compares_kinds(reading)
    # "Did Leeds win?" names a place of ours and wishes for nothing.
    is_wish = bool(says & (_of_wish() - PASSING if asks and reading.words else _of_wish()))
    other = (_of_wish() - _merely_named() - PASSING if asks else _of_wish()) | BESIDE
    is_other = bool(says & other) or reading.about is not None or goes_on(reading)
    if not _is_firm(reading, asks=asks) and likeness >= _least(
        asks=asks and (is_asked or not is_other), is_other=is_other, is_wish=is_wish
    ):
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
    if Turn.OFF_TOPIC in says:
        return Kind.OFF_TOPIC
    is_question = (
        asks and likeness >= UNKNOWN and bool(reading.words) and Turn.SHOW not in says and not goes_on(reading)
    )
    return Kind.UNANSWERED if is_question else Kind.UNCLEAR


def _is_firm(reading: Reading, *, asks: bool) -> bool:
    """Whether it can only be a wish: it moves the days of one, or it asks nothing and says what it should be like."""
    says = reading.says
    if _moves_days(reading) and not reading.need[Kinds].is_empty:
        return True
    limits = says & (_of_wish() - _merely_named() - PASSING)
    return not asks and bool(limits or goes_on(reading) or ("days" in says and says & NAMES))


def _moves_days(reading: Reading) -> bool:
    """Who names an instrument beside a bare day begins a wish, and moves none."""
    is_bare = not reading.says & NAMES
    return any(mark.value.move or (is_bare and mark.value.loose_start) for mark in reading.said.of("days"))


def goes_on(reading: Reading) -> bool:
    """Whether it means something only beside what was said before: it corrects that, moves the days, or refuses."""
    refuses = any(mark.is_negated and mark.name in _of_wish() for mark in reading.said.marks)
    return _moves_days(reading) or refuses or Turn.CORRECTION in reading.says


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


def states_limit(reading: Reading) -> bool:
    """Whether it says what a mere question does not hold: a price, a size, for whom it is."""
    return bool(reading.says & _of_wish() - _merely_named())


def compares_kinds(reading: Reading) -> bool:
    """Whether it asks how kinds of instruments differ: `the difference between a tuba and a euphonium`."""
    kinds = {mark.value for mark in reading.said.of("kind") if not mark.is_negated}
    return len(kinds) > 1 and Turn.COMPARING in reading.says


def need_after(kind: Kind, reading: Reading, before: Need, *, wishes_too: bool = False) -> Need:
    """The wish that goes on after such a message.

    What is asked of one instrument, or of some, limits nothing from now on but for its days: "is that one in York as
    well?" A comparison tells for whom it is made.
    """
    if kind is Kind.ABOUT:
        kept: tuple[type[Facet], ...] = (Days, Quantity, *((Place,) if reading.asking.takes else ()))
    elif kind is Kind.COMPARE:
        kept = (Days, Quantity, Level, Size, Genres)
    else:
        return reading.need if changes_need(kind, reading, wishes_too=wishes_too) else before
    after = before.having(*(reading.need[facet] for facet in kept))
    about = reading.asking.about
    if about and about.category and about.category not in before[Kinds].categories:
        return Need(*after.without(Declined, Maker), Kinds((about.category,)), silenced=after.silenced)
    return after


def changes_need(kind: Kind, reading: Reading, *, wishes_too: bool = False) -> bool:
    """Whether the message states a wish; a mere question ("is the oboe hard?") leaves the wish as it was, and so does
    what is asked of own rentals.

    Who names an instrument and days wishes for it, whatever is asked as well.
    """
    says = reading.says
    if kind is Kind.OWN:
        return False
    if kind in (Kind.QUESTION, Kind.UNANSWERED):
        return wishes_too or ("days" in says and bool(says & NAMES))
    return kind is not Kind.OFF_TOPIC or bool(says & _of_wish() - _merely_named())


@cache
def _of_wish() -> frozenset[str]:
    choosing = (facet for facet in all_facets() if facet.CHOOSES)
    return TURNS_OF_WISH.union(*(facet.MARKS for facet in choosing))


@cache
def _merely_named() -> frozenset[str]:
    return frozenset(name for facet in all_facets() for name in facet.MERELY_NAMED)
