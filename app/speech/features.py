"""What instruments may have, or be made of, in every language at once: `Bogen` is `archet` is `bow`.

A catalogue is written in one language and asked in six. So words are compared by what they mean, as far as the table
(`features.toml`) knows them, and as they are otherwise.
"""

from collections.abc import Collection, Iterator
from functools import cache

from app.speech import languages, lexicon, numbers
from app.speech.lexicon import Phrase, phrase

LONGEST = 3


def are_told(said: str, told: Collection[str]) -> bool:
    """Whether all that these words say is among the words of a text (`lexicon.search_words`), in whatever language."""
    return all(_is_told(part, frozenset(told)) for part in _parts(said))


def also(said: str) -> Iterator[str]:
    """Other words under which a catalogue may tell the same, to be searched for."""
    for part in _parts(said):
        for words in sorted(_alike().get(part, ())):
            yield from words


@cache
def parts() -> frozenset[str]:
    """Words for parts of which an instrument has a number: strings, keys."""
    return frozenset(lexicon.normalise(word) for _, _, said in languages.meanings("features", "part") for word in said)


def _is_told(part: Phrase, told: frozenset[str]) -> bool:
    if any(told.issuperset(words) for words in (part, *_alike().get(part, ()))):
        return True
    number = _number(part)
    return number is not None and any(_number((word,)) == number for word in told)


def _number(said: Phrase) -> int | None:
    """`5`, `five`, `fünf`"""
    found = numbers.at(said, 0)
    value, end = (int(said[0]), 1) if said[0].isdecimal() else found or (None, 0)
    return value if end == len(said) else None


def _parts(said: str) -> Iterator[Phrase]:
    """The words, the longest phrases that the table knows together."""
    words = [word for word in lexicon.words(said) if word.isalnum()]
    place = 0
    while place < len(words):
        length = next((n for n in range(LONGEST, 1, -1) if tuple(words[place : place + n]) in _alike()), 1)
        yield tuple(words[place : place + length])
        place += length


@cache
def _alike() -> dict[Phrase, frozenset[Phrase]]:
    """By phrase: all that mean the same."""
    meant: dict[str, set[Phrase]] = {}
    for section in ("feature", "part"):
        for _, feature, phrases in languages.meanings("features", section):
            meant.setdefault(feature, set()).update(phrase(said) for said in phrases)
    alike: dict[Phrase, set[Phrase]] = {}
    for its in meant.values():
        for said in its:
            alike.setdefault(said, set()).update(its)
    return {said: frozenset(its) for said, its in alike.items()}
