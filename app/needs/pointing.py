"""Which of the shown instruments a message points at, and which it refuses: `the second`, `the Roland`, `not that one`.

A reference is an ordinal, a rate ("the cheaper one"), a maker or a word of a name that tells one of them from the
others, `that one`, or `the other one` of two. What no rule can tell is pointed at by nobody.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.needs.shown import Shown, View, in_focus
from app.speech import lexicon
from app.speech.marks import Mark, Turn
from app.speech.reading import Said

PLACES = {Turn.FIRST: 0, Turn.SECOND: 1, Turn.THIRD: 2, Turn.LAST: -1}
# Words under any other mark describe a wish: they are no part of an instrument's name here.
IN_NAMES = ("maker", "pronoun", "number", "quantity", "money", "own")


@dataclass(frozen=True)
class Pointing:
    """What is `pointed` at, in the order of the message, and what is `refused`.

    `is_plain`: by a word that does nothing else. A maker or a word of a name may as well be a wish for more like it.
    """

    pointed: View = ()
    refused: View = ()
    is_plain: bool = False

    @property
    def one(self) -> Shown | None:
        return self.pointed[0] if len(self.pointed) == 1 else None


def of(said: Said, shown: View, named: View = ()) -> Pointing:
    """`named` are instruments of the catalogue that the message names by their models: they need not be shown."""
    known = {one.instrument_id for one in shown}
    named = tuple(one for one in named if one.instrument_id not in known)
    by_turn = list(_by_turn(said, shown))
    weakly = (_by_maker(said, shown), _by_kind(said, shown), _by_name(said, shown), _by_name(said, named))
    found = [*by_turn, *(pair for pairs in weakly for pair in pairs)]
    found.sort(key=lambda pair: pair[0].start)
    refused = tuple(dict.fromkeys(one for mark, one in found if mark.is_negated))
    pointed = tuple(dict.fromkeys(one for mark, one in found if not mark.is_negated and one not in refused))
    return Pointing(pointed, refused, any(one in pointed for _, one in by_turn))


def other_of_two(shown: View) -> Shown | None:
    """`the other one`, where two are in view."""
    return next(one for one in shown if one != in_focus(shown)) if len(shown) == 2 else None


def _by_turn(said: Said, shown: View) -> Iterator[tuple[Mark, Shown]]:
    for mark in said.of("turn"):
        one = _meant(mark.value, shown) if shown else None
        if one is not None:
            yield mark, one


def _meant(turn: Turn, shown: View) -> Shown | None:
    if turn in PLACES:
        return shown[PLACES[turn]] if PLACES[turn] < len(shown) else None
    return OTHERWISE[turn](shown) if turn in OTHERWISE else None


def _cheapest(shown: View) -> Shown | None:
    return min(shown, key=lambda one: one.daily_rate) if len(shown) > 1 else None


def _dearest(shown: View) -> Shown | None:
    return max(shown, key=lambda one: one.daily_rate) if len(shown) > 1 else None


OTHERWISE: Mapping[Turn, Callable[[View], Shown | None]] = {
    Turn.CHEAPER_ONE: _cheapest,
    Turn.DEARER_ONE: _dearest,
    Turn.THAT_ONE: in_focus,
    Turn.OTHER_ONE: other_of_two,
}


def _by_maker(said: Said, shown: View) -> Iterator[tuple[Mark, Shown]]:
    """`the Roland`, where one of them is made by it."""
    for mark in said.of("maker"):
        made = [one for one in shown if one.brand == mark.value]
        if len(made) == 1:
            yield mark, made[0]


def _by_kind(said: Said, shown: View) -> Iterator[tuple[Mark, Shown]]:
    """`the tenor`, where one of several kinds is a tenor."""
    definite = lexicon.load().definite
    for mark in said.of("kind", "adjective"):
        called = [one for one in shown if one.category in mark.value]
        if len(called) == 1 < len(shown) and tuple(said.tokens[mark.start - 1 : mark.start]) in definite:
            yield mark, called[0]


def _by_name(said: Said, shown: View) -> Iterator[tuple[Mark, Shown]]:
    """By words that stand in one of the names alone."""
    if not shown:
        return
    words = {one: _words(one.name) for one in shown}
    wishing = (mark for mark in said.marks if mark.name not in IN_NAMES)
    explained = {place for mark in wishing for place in range(mark.start, mark.end)}
    for start, end, word in _spoken(said.tokens, explained):
        its = [one for one in shown if word in words[one]]
        if len(its) == 1:
            yield Mark("name", word, start, end, _is_refused(said, start)), its[0]


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in lexicon.search_words(name) if len(word) > 2 and not word.isdigit())


def _spoken(tokens: tuple[str, ...], explained: set[int]) -> Iterator[tuple[int, int, str]]:
    """The words of a message, and those that stand together as one: `p 145`, `fp 90 x`."""
    stop = lexicon.everyday_words()
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + 4, len(tokens) + 1)):
            parts = tokens[start:end]
            if explained.intersection(range(start, end)) or not all(part.isalnum() for part in parts):
                break
            if end > start + 1 and not any(map(str.isdigit, parts)):
                continue
            if not (len(parts) == 1 and parts[0] in stop):
                yield start, end, "".join(parts)


def _is_refused(said: Said, start: int) -> bool:
    """Whether a `not` stands right before it, an article between them at most."""
    nots = lexicon.load().clauses["not"]
    return any(tuple(said.tokens[start - back : start - back + 1]) in nots for back in (1, 2) if start >= back)
