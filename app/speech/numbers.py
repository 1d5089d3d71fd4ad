"""Numbers in words: `twenty-five`, `zweihundertfünfzig`, `quatre-vingt-dix`, `خمسة وعشرون`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from app.speech import languages, lexicon
from app.speech.lexicon import Phrase, phrase

HUNDRED, THOUSAND = 100, 1000
LONGEST = 4  # quatre vingt dix sept
MOST_LETTERS = 48  # neunhundertneunundneunzigtausendneunhundert…


@dataclass(frozen=True)
class _Words:
    """`small` numbers by phrase, `large` ones by word, and what joins them; `shy` ones are other words as well."""

    small: dict[Phrase, int]
    large: dict[str, int]
    first: frozenset[str]
    joints: frozenset[str]
    shy: frozenset[Phrase]
    countable: frozenset[Phrase]


def at(tokens: Sequence[str], place: int) -> tuple[int, int] | None:
    """The number that is said in words from this place on, and the place behind it; None where none is."""
    found = _large(tokens, place, THOUSAND) if place < len(tokens) and may_begin(tokens[place]) else None
    if found is None or found[0] == 0:
        return None
    is_shy = tuple(tokens[place : found[1]]) in _words().shy
    return None if is_shy and not lexicon.begins(tokens, found[1], _words().countable) else found


@lru_cache(maxsize=4096)
def may_begin(token: str) -> bool:
    """Whether some number in words begins with this one."""
    return token in _words().first or _glued(token) is not None


def _large(tokens: Sequence[str], place: int, size: int) -> tuple[int, int] | None:
    """`two hundred and five`: how many hundreds, or thousands, and what comes on top."""
    lesser = _small if size == HUNDRED else lambda tokens, place: _large(tokens, place, HUNDRED)
    number, after = lesser(tokens, place) or (None, place)
    if not _is_large(tokens, after, size):
        return None if number is None else _with_rest(tokens, number, after)
    number, after = (1 if number is None else number) * size, after + 1
    joint = after + (after < len(tokens) and tokens[after] in _words().joints)
    more, behind = lesser(tokens, joint) or (0, after)
    if more >= size or _is_large(tokens, behind, HUNDRED) or _is_large(tokens, behind, THOUSAND):
        return number, after
    return (number + more, behind) if more else (number, after)


def _with_rest(tokens: Sequence[str], number: int, after: int) -> tuple[int, int]:
    """`doscientos cincuenta`: hundreds in one word, and what comes on top."""
    more, behind = (_small(tokens, after) or (0, after)) if number >= HUNDRED and not number % HUNDRED else (0, after)
    return (number + more, behind) if more < HUNDRED else (number, after)


def _is_large(tokens: Sequence[str], place: int, size: int) -> bool:
    return place < len(tokens) and _words().large.get(tokens[place]) == size


def _small(tokens: Sequence[str], place: int) -> tuple[int, int] | None:
    for length in range(min(LONGEST, len(tokens) - place), 0, -1):
        number = _words().small.get(tuple(tokens[place : place + length]))
        if number is not None:
            return number, place + length
    glued = _glued(tokens[place]) if place < len(tokens) else None
    return None if glued is None else (glued, place + 1)


@lru_cache(maxsize=4096)
def _glued(token: str) -> int | None:
    """`zweihundertfünfzig`, `duecento`: in one word."""
    if len(token) > MOST_LETTERS:
        return None
    for size, large, joints in _glues():
        before, found, behind = token.partition(large)
        if found and token != large:
            times = _part(before) if before else 1
            more = next((more for joint in joints if (more := _rest(behind, joint)) is not None), None)
            if times is not None and more is not None:
                return times * size + more
    return None


def _rest(word: str, joint: str) -> int | None:
    """What the end of such a word adds."""
    if not word:
        return 0
    return _part(word.removeprefix(joint)) if word.startswith(joint) else None


def _part(word: str) -> int | None:
    small = _words().small.get((word,))
    return _words().large.get(word) or _glued(word) if small is None else small


@cache
def _glues() -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """The large numbers of languages that write in one word, the largest first, each with what joins them there."""
    return tuple(
        (size, lexicon.normalise(word), tuple(languages.file(language, "numbers")["part"]["glued"]))
        for size in (THOUSAND, HUNDRED)
        for language, value, words in languages.meanings("numbers", "large")
        for word in words
        if int(value) == size and "glued" in languages.file(language, "numbers")["part"]
    )


@cache
def _words() -> _Words:
    known, days = lexicon.load(), lexicon.date_words()
    kinds = {(*first, last + ending) for *first, last in known.categories for ending in ("", "s")}
    large = {
        lexicon.normalise(word): int(value)
        for _, value, words in languages.meanings("numbers", "large")
        for word in words
    }
    small = {phrase(said): int(value) for _, value, words in languages.meanings("numbers", "number") for said in words}
    return _Words(
        small=small,
        large=large,
        first=frozenset({*large, *(first for first, *_ in small)}),
        joints=frozenset(
            word for _, part, words in languages.meanings("numbers", "part") if part == "and" for word in words
        ),
        shy=frozenset(phrase(word) for _, word in languages.words("numbers", "shy")),
        countable=frozenset({*kinds, *days.units, *days.clock, *known.currencies, *known.ages["year"]}),
    )
