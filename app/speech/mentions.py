"""Phrases in a text: instruments, limits and turns of speech, as the recognisers of phrases know them.

Longest phrases first, and nothing across an idiom. A `not` reaches to the end of its clause, what somebody owns already
is in the background, and a slip of the pen in an instrument's name is forgiven.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import Any

from app.speech import lexicon, spelling
from app.speech.lexicon import Phrase
from app.speech.marks import Mark
from app.speech.recognisers import kind
from app.speech.recognisers.clause import Clause
from app.speech.shelf import Shelf
from app.speech.words import READ_CHARACTERS, forms

Vocabulary = Mapping[Phrase, tuple[str, Any]]
LONGEST_PHRASE = 6
FEWEST_LETTERS, LONG = 5, 8  # Of a word in which one slip is forgiven, and in which two are.
CLAUSE_ENDS = {".", ";", "!", "?", ":"}


def kinds_in(text: str) -> list[frozenset[str]]:
    """The kinds of instruments that a text names, each as the categories that the word may mean.

    Words that are also ordinary ones ("bass", "keys", "strings") do not count.
    """
    said = scan(lexicon.words(text[:READ_CHARACTERS]), _instrument_words(), mend_typos=False)
    return [frozenset(mark.value) for mark in said]


def scan(tokens: Sequence[str], vocabulary: Vocabulary, *, mend_typos: bool = True) -> Iterator[Mark]:
    """The marks of phrases, and one of a clause for each phrase that means nothing, in their order."""
    is_negated, is_background, place = False, False, 0
    prefers = any((token,) in lexicon.load().clauses["prefers"] for token in tokens)
    idioms = _idioms(tokens)
    limits = _limits(idioms, len(tokens))
    while place < len(tokens):
        if place in idioms:
            place = idioms[place]
            continue
        length, meaning = _longest(tokens, place, vocabulary, limits[place])
        if meaning is None and mend_typos:
            meaning = vocabulary.get(_without_typo(tokens[place]))
        if meaning is None:
            if _ends_clause(tokens, place):
                is_negated = is_background = False
            place += 1
            continue
        name, value = meaning
        if value is Clause.NOT:
            is_negated = not _speaks_of_money(tokens, place + length)
        elif value is Clause.NEITHER:
            is_pair = tokens.count(tokens[place]) > 1  # "né … né"; a single "ne" is German for "eine".
            is_negated = is_negated or (is_pair and _names_kind(tokens, place + length, vocabulary, limits))
        elif value is Clause.THAN:
            is_negated = is_negated or prefers
        elif value in (Clause.BUT, Clause.WANT):
            is_negated, is_background = is_negated and value is Clause.WANT, False
        elif value is Clause.HAS:
            is_background = True
        else:
            is_refused = is_negated or _is_refused_behind(tokens, place + length)
            yield Mark(name, value, place, place + length, is_refused, is_background)
        place += length


def _names_kind(tokens: Sequence[str], place: int, vocabulary: Vocabulary, limits: Sequence[int]) -> bool:
    """Whether an instrument is named right here: `né viola`, while a French `ne` stands before a verb."""
    _, meaning = _longest(tokens, place, vocabulary, limits[place]) if place < len(tokens) else (1, None)
    return meaning is not None and meaning[0] == kind.NAME


def _is_refused_behind(tokens: Sequence[str], place: int) -> bool:
    """Whether a `not` ends the clause right here: `trompeta no, una corneta`."""
    behind = tuple(tokens[place + 1 : place + 2])
    return tuple(tokens[place : place + 1]) in lexicon.load().clauses["not"] and behind in ((",",), (".",), (";",))


def _idioms(tokens: Sequence[str]) -> dict[int, int]:
    """Where phrases stand whose words mean nothing by themselves ("B flat", "second hand"), each with its end."""
    known = lexicon.load().idioms
    found: dict[int, int] = {}
    place = 0
    while place < len(tokens):
        ends = (place + length for length in (3, 2, 1) if tuple(tokens[place : place + length]) in known)
        end = next(ends, None)
        if end is not None:
            found[place] = end
        place = place + 1 if end is None else end
    return found


def _limits(idioms: Mapping[int, int], length: int) -> list[int]:
    """For each place: where the next idiom begins, or the end."""
    limits, limit = [length] * length, length
    for place in range(length - 1, -1, -1):
        limits[place] = limit
        limit = place if place in idioms else limit
    return limits


def _speaks_of_money(tokens: Sequence[str], place: int) -> bool:
    """Whether a `not` belongs to a price: `I don't want to pay more than 15 for a flute` refuses no flute."""
    money = lexicon.load().clauses["money"]
    ahead = range(place, min(place + 4, len(tokens)))
    return any(tuple(tokens[start : start + length]) in money for start in ahead for length in (2, 1))


def _ends_clause(tokens: Sequence[str], place: int) -> bool:
    if tokens[place] == ",":
        return tuple(tokens[place + 1 : place + 2]) not in lexicon.load().clauses["joins"]
    return tokens[place] in CLAUSE_ENDS


def _longest(
    tokens: Sequence[str], place: int, vocabulary: Vocabulary, limit: int
) -> tuple[int, tuple[str, Any] | None]:
    for length in range(min(LONGEST_PHRASE, limit - place), 0, -1):
        phrase = tuple(tokens[place : place + length])
        for form in (phrase, *_singulars(phrase), *_without_particles(phrase)):
            if form in vocabulary:
                return length, vocabulary[form]
    return 1, None


def _singulars(phrase: Phrase) -> Iterator[Phrase]:
    """`guitars` -> `guitar`, `saxes` -> `sax`."""
    *first, last = phrase
    for ending in ("s", "es"):
        if len(last) > 2 + len(ending) and last.endswith(ending):
            yield (*first, last[: -len(ending)])


def _without_particles(phrase: Phrase) -> Iterator[Phrase]:
    """`الكمان`, `للكمان` -> `كمان`; of two words at most, as every word has several forms."""
    if len(phrase) <= 2 and not phrase[0].isascii():
        yield from product(*(forms(word, "ar") for word in phrase))


@cache
def _single_words() -> Mapping[str, tuple[str, ...]]:
    """By their first letter: the instrument words that are long enough to be recognised with a typo."""
    by_letter: dict[str, list[str]] = {}
    for first, *rest in lexicon.load().categories:
        is_shy = (first,) in lexicon.load().ordinary and len(first) < LONG  # "times" is no slip of "timps".
        if not rest and len(first) >= FEWEST_LETTERS and not is_shy:
            by_letter.setdefault(first[0], []).append(first)
    return {letter: tuple(words) for letter, words in by_letter.items()}


@lru_cache(maxsize=8192)
def _without_typo(token: str) -> Phrase:
    """The instrument word, or its plural, that a token of five letters or more nearly spells, or ().

    One slip is forgiven, two in a long word; the first letter must be right.
    """
    if len(token) < FEWEST_LETTERS or not token.isalpha() or spelling.is_known(token):
        return ()
    if (token,) in lexicon.load().no_slip:
        return ()
    for word in (token, token.removesuffix("s")):
        meant = spelling.nearest(word, _single_words().get(word[0], ()), fewest_of_two=LONG)
        if len(word) >= FEWEST_LETTERS and len({lexicon.load().categories[(name,)] for name in meant}) == 1:
            return (meant[0],)
    return ()


@cache
def _instrument_words() -> dict[Phrase, tuple[str, Any]]:
    ordinary = lexicon.load().ordinary
    return {said: meaning for said, meaning in kind.phrases(Shelf()).items() if said not in ordinary}
