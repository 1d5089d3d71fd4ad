"""What a message asks of the instruments in view: facts of one, a comparison of some, or to have one."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.needs.pointing import Pointing
from app.needs.shown import Shown, View, in_focus
from app.speech import lexicon
from app.speech.marks import Fact, Mark, Turn
from app.speech.reading import Said

MOST_COMPARED = 3
# Limits that a question about one instrument asks after: "is it for beginners?", "is that one in York as well?"
ASKED_BY = {"level": Fact.LEVEL, "size": Fact.SIZE, "place": Fact.PLACE, "genre": Fact.GENRES}
# A mere "and the deposit is?" is asked of the instrument in focus; these may be asked of the shop: "where are you?"
NOT_OF_THE_FOCUS = frozenset({Fact.PLACE, Fact.STOCK, Fact.ALL})
# These are asked of an instrument alone: beside a word that points at it no page of the house book knows them better.
OF_ONE_ALONE = frozenset({Fact.DEPOSIT, Fact.PLACE, Fact.LEVEL, Fact.SIZE})
# Beside these a word may ask for a fact as well: "can I use headphones with it?"
ASKING_TOO = ("fact", "pronoun", "turn", "number", "adjective", "own")
# Of prices these wish: "without a look at the price" asks for none.
OF_PRICES = frozenset({Turn.ANY_PRICE, Turn.CHEAP, Turn.CHEAPER})
GENERAL = frozenset({Fact.RATES, Fact.STOCK})  # What is asked for beside another fact belongs to that one.
ENDS = {".", "!", "?", ";"}


@dataclass(frozen=True)
class Asking:
    """`facts` (each a Fact, or a topic of descriptions) are asked of the one that it is `about`, in these `words`.

    `takes`: it is wanted.

    `is_sure`: no page of the house book answers it better; `is_told_alone`: nor has one anything to add.
    """

    about: Shown | None = None
    compared: View = ()
    facts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    takes: bool = False
    is_sure: bool = False
    is_told_alone: bool = False


def of(said: Said, pointing: Pointing, shown: View) -> Asking:
    """What is asked of what is `shown`, or of what the message itself names."""
    compared = _compared(said, pointing, shown)
    if compared:
        return Asking(compared=compared, facts=tuple(dict.fromkeys(_facts(said))))
    takes = said.has(Turn.TAKE)
    facts = tuple(dict.fromkeys(_facts(said))) or tuple(dict.fromkeys(_asked_limits(said)))
    whole = _is_whole(said, (*shown, *pointing.pointed))
    about = _about(said, pointing, shown, facts, takes=takes, is_whole=whole)
    if about is None:
        return Asking()
    is_sure = takes or (bool(facts) and whole) or (bool(pointing.pointed) and bool(OF_ONE_ALONE.intersection(facts)))
    words = tuple(token for mark in said.of("fact") for token in said.tokens[mark.start : mark.end])
    return Asking(about, (), facts, words, takes, is_sure, whole and bool(pointing.pointed))


def _compared(said: Said, pointing: Pointing, shown: View) -> View:
    pointed = pointing.pointed
    is_choice = any((token,) in lexicon.load().either for token in said.tokens) or _asks(said)
    if len(pointed) > 1 and (said.has(Turn.COMPARING) or is_choice):
        return pointed[:MOST_COMPARED]
    asks_of_all = said.has(Turn.THOSE) and any(said.of("fact"))
    if not (said.has(Turn.COMPARING) or asks_of_all) or len(shown) < 2:
        return ()
    if len(pointed) == 1 and pointed[0] in shown:
        return (pointed[0], next(one for one in shown if one != pointed[0]))
    return shown[:MOST_COMPARED] if not pointed and not _names_kind(said) else ()


def _about(
    said: Said, pointing: Pointing, shown: View, facts: tuple[str, ...], *, takes: bool, is_whole: bool
) -> Shown | None:
    if pointing.pointed:
        is_meant = pointing.is_plain or facts or takes or (_asks(said) and not said.of("money", "maker"))
        return pointing.pointed[0] if is_meant else None
    if pointing.refused or _names_kind(said) or said.has(Turn.OTHER) or not shown:
        return None
    points_back = bool(said.of("pronoun"))
    is_question = bool(facts) and _asks(said) and is_whole and not NOT_OF_THE_FOCUS.intersection(facts)
    return in_focus(shown) if takes or (facts and points_back) or is_question else None


def _facts(said: Said) -> Iterator[str]:
    """`How much is the deposit?` asks for the deposit alone, `how many watts?` not for how many are there."""
    stated = [mark for mark in said.marks if mark.name not in ASKING_TOO or mark.value in OF_PRICES]
    found = [mark.value for mark in said.of("fact") if not any(_covers(other, mark) for other in stated)]
    return (fact for fact in found if fact not in GENERAL or {*found} <= GENERAL)


def _covers(mark: Mark, other: Mark) -> bool:
    """`full size` states a size, and asks for none."""
    return mark.start <= other.start and other.end <= mark.end


def _asked_limits(said: Said) -> Iterator[str]:
    return (ASKED_BY[mark.name] for mark in said.of(*ASKED_BY) if _asks(said))


def _asks(said: Said) -> bool:
    return said.has(Turn.ASKING)


def _names_kind(said: Said) -> bool:
    """Not by what it asks for: the keys of `weighted keys` are no keyboard."""
    named = (mark for mark in said.of("kind", "absent") if not mark.is_negated)
    return any(not any(_covers(fact, mark) for fact in said.of("fact")) for mark in named)


def _is_whole(said: Said, known: View) -> bool:
    """Whether the sentence of the last fact holds nothing but that: everyday words, marks, and names in view."""
    asked = said.of("fact") or said.of(*ASKED_BY)
    if not asked:
        return False
    ends = [place for place, token in enumerate(said.tokens) if token in ENDS]
    begin = max((end + 1 for end in ends if end < asked[-1].start), default=0)
    end = min((end for end in ends if end >= asked[-1].end), default=len(said.tokens))
    explained = {place for mark in said.marks if mark.name != "own" for place in range(mark.start, mark.end)}
    names = {word for one in known for word in lexicon.search_words(one.name)}
    words = lexicon.everyday_words() | names | {one for (one, *rest) in lexicon.load().either if not rest}
    return all(
        place in explained or len(token) == 1 or not token.isalpha() or token in words
        for place, token in enumerate(said.tokens[begin:end], begin)
    )
