"""The everyday words of which a model's sentence may be made: allow-lists, one file a language.

A word that stands in no list is said only where an instrument's own facts hold it (`app/answers/facts.py`). How the
lists were made is told at the top of each `languages/<xx>/harmless.toml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from app.speech import languages
from app.speech.words import Phrase, exact_words, forms

LONGEST = 5  # Words of a phrase.


@dataclass(frozen=True)
class Harmless:
    """Words and set phrases by what a sentence does with them, as the language writes them.

    `function` words say nothing alone, those of `joint` set two statements apart; `greeting`, `recommend` and
    `describe` do what their names say; those of `ask` count in questions only. `qualities` are words for instruments:
    each may be said of one whose description holds it.
    """

    function: frozenset[Phrase]
    joint: frozenset[Phrase]
    greeting: frozenset[Phrase]
    recommend: frozenset[Phrase]
    describe: frozenset[Phrase]
    ask: frozenset[Phrase]
    qualities: frozenset[Phrase]


@cache
def of(language: str) -> Harmless | None:
    """The words of this language; None for one of which the house holds no list."""
    told = languages.file(language, "harmless") if language in languages.known() else {}
    if not told:
        return None
    return Harmless(**{name: _phrases(told[name], language) for name in Harmless.__dataclass_fields__})


@cache
def every() -> dict[str, Harmless]:
    """The words of every language for which the house holds a list."""
    found = {language: of(language) for language in languages.known()}
    return {language: words for language, words in found.items() if words is not None}


def uncovered(said: Sequence[str], allowed: frozenset[Phrase], language: str) -> list[str]:
    """The words that no allowed phrase covers, longest phrases first."""
    left, place = [], 0
    while place < len(said):
        length = next((n for n in range(LONGEST, 1, -1) if tuple(said[place : place + n]) in allowed), 1)
        if length == 1 and not any((form,) in allowed for form in forms(said[place], language)):
            left.append(said[place])
        place += length
    return left


def _phrases(listed: list[str], language: str) -> frozenset[Phrase]:
    return frozenset(tuple(exact_words(entry, language)) for entry in listed)
