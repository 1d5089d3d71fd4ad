"""The judge's tables of words, read from words.toml, and the cutting of a text into tokens and phrases."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("words.toml")
LANGUAGES = ("en", "de", "fr", "es", "it", "ar")
MARK = "[\ue000-\uf8ff]"  # A name that was found stands in the text as one private letter.
TOKENS = re.compile(rf"{MARK}|\d+/\d+|\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s]|_")
GROUPED = re.compile(r"(?<=\d)[\u00a0\u202f'](?=\d{3}\b)")
ARABIC_SIGNS = str.maketrans({"٫": ".", "٬": "", "،": ",", "؛": ";"})
PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ب", "ل", "ف", "ك")


@dataclass(frozen=True)
class Found:
    """A phrase of a table, from token `start` up to `end`; `value` is what the table says of it."""

    value: Any
    start: int
    end: int


def clean(text: str) -> str:
    """Plain letters and figures: compatible forms made one, no marks of direction, no vowel signs, Western figures."""
    text = unicodedata.normalize("NFKC", GROUPED.sub("", text)).translate(ARABIC_SIGNS)
    letters = (letter for letter in text if unicodedata.category(letter) not in ("Cf", "Mn"))
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in letters)


def tokens(text: str) -> list[str]:
    """The words, numbers, sizes, names and signs of a cleaned text, in small letters."""
    return TOKENS.findall(text.casefold())


@cache
def table(language: str, name: str) -> dict[tuple[str, ...], Any]:
    """From phrases to what they stand for: the key or the place in the file where they are listed."""
    entry = _file()[language][name]
    if name == "everyday":
        return dict.fromkeys(((word,) for word in tokens(clean(entry))), True)
    if name == "numbers":
        return {(clean(word).casefold(),): number for word, number in entry.items()}
    if isinstance(entry, dict):
        return {phrase: key for key, listed in entry.items() for phrase in _phrases(listed)}
    if entry and isinstance(entry[0], list):
        return {phrase: place for place, listed in enumerate(entry) for phrase in _phrases(listed)}
    return dict.fromkeys(_phrases(entry), True)


def tables(language: str) -> list[str]:
    """The names of a language's tables."""
    return list(_file()[language])


@cache
def kinds(language: str) -> dict[tuple[str, ...], frozenset[str]]:
    """From what instruments are called to the categories that are called so."""
    called: dict[tuple[str, ...], set[str]] = {}
    for slug, names in _file()["categories"].items():
        for phrase in _phrases(names[language]):
            called.setdefault(phrase, set()).add(slug)
    return {phrase: frozenset(slugs) for phrase, slugs in called.items()}


@cache
def is_known(language: str, word: str) -> bool:
    """Whether a word stands in one of the language's tables, as it is or behind an article that is written with it."""
    known = _all_words(language)
    return any(form in known for form in forms(language, word))


def says(text: str, name: str, language: str) -> bool:
    """Whether a phrase of this table stands in the text."""
    return bool(find(table(language, name), tokens(clean(text)), language))


def forms(language: str, word: str) -> Iterator[str]:
    """The word, and in Arabic what is left of it without what is written together with it."""
    yield word
    if language == "ar":
        yield from (word.removeprefix(prefix) for prefix in PREFIXES if word.startswith(prefix) and len(word) > 3)


def find(phrases: dict[tuple[str, ...], Any], words: list[str], language: str = "") -> list[Found]:
    """The phrases of a table that occur, the longer before the shorter, none inside another."""
    found, place = [], 0
    while place < len(words):
        match = _longest(phrases, words, place, language)
        if match:
            found.append(match)
        place = match.end if match else place + 1
    return found


def _longest(phrases: dict[tuple[str, ...], Any], words: list[str], start: int, language: str) -> Found | None:
    for length in range(min(5, len(words) - start), 0, -1):
        for first in forms(language, words[start]):
            value = phrases.get((first, *words[start + 1 : start + length]))
            if value is not None:
                return Found(value, start, start + length)
    return None


@cache
def _all_words(language: str) -> frozenset[str]:
    names = [name for name in _file()[language] if name != "numbers"]
    phrases = [phrase for name in names for phrase in table(language, name)]
    return frozenset(word for phrase in [*phrases, *table(language, "numbers")] for word in phrase)


def _phrases(listed: Iterable[str]) -> list[tuple[str, ...]]:
    return [tuple(tokens(clean(phrase))) for phrase in listed]


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))
