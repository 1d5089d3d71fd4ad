"""From a text to words: case, accents and look-alike forms folded away."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from app.speech import languages

Phrase = tuple[str, ...]
READ_CHARACTERS = 2000  # Of a message.
AGE_BESIDE = re.compile(r"\((\d{1,2})\)")  # my son (12)
FEET_BESIDE = re.compile(r"(?<![\d/])([2-7])\s?['’′]\s?(\d{1,2})(?:\s?[\"″”]|(?!\d))")  # 4'2"
INCHES_BESIDE = re.compile(r"(?<![\d/])(\d{2}(?:[.,]\d| 1/2|½)?)\s?[\"″”]")  # 15.5"
MARKS = str.maketrans("؟،؛", "?,;")
AND_SIGN = re.compile(r"(?<!\S)[&+](?=\s)")
RANGE = re.compile(r"(?<=\d)\s?[-–]\s?(?=[€$£]?\s?\d)")
# Signs among the tokens. The first two stand for phrases about days that `dates.read` took out of a message, a length
# ("for two weeks") or any other; the others for what is written without a word: 7-9, an age in brackets, `&` or `+`.
LENGTH, DAYS, TO, AGED, PLUS = "\ue900", "\ue901", "\ue902", "\ue903", "\ue904"
# Pictures of instruments and of people, each a word of its own.
PICTURES = "🎙🎤🎧🎷-🎻🥁🪇-🪉🪕🪗🪘👦-👩👴-👶🧑-🧓🤫"
SIGNS = f"{LENGTH}{DAYS}{TO}{AGED}{PLUS}{PICTURES}"
WORD = re.compile(rf"[{SIGNS}]|\d+/\d+(?!\d)|\d+(?:[.,]\d+)*|[^\W\d_]+|[€$£.,;:!?/]")


def normalise(text: str) -> str:
    """Case, accents and look-alike forms folded away: `Querflöte` -> `querflote`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).replace("\N{FRACTION SLASH}", "/").translate(MARKS)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def elided(text: str) -> str:
    """Normalised, without the articles that cling to their word: `l'été` -> `ete`."""
    return _glued().sub(r"\1 ", _elision().sub("", normalise(text)))


@cache
def _glued() -> re.Pattern[str]:
    """`viertelgeige`: the beginning of a word that is written as one with the instrument behind it."""
    first = {normalise(word) for _, word in languages.words("everyday", "glued")}
    behind = {normalise(word) for _, _, said in languages.meanings("kinds", "kind") for word in said}
    return re.compile(rf"\b({_any_of(first)})(?={_any_of(behind)})")


def _any_of(these: set[str]) -> str:
    return "|".join(map(re.escape, sorted(these, key=len, reverse=True)))


@cache
def _elision() -> re.Pattern[str]:
    articles = "|".join(
        sorted({article for _, article in languages.words("everyday", "elided")}, key=len, reverse=True)
    )
    return re.compile(rf"\b(?:{articles})['’](?=\w)|(?<=\w)['’]")


def words(text: str) -> list[str]:
    """The words, fractions and amounts of a text, and the marks that end a clause."""
    signed = AND_SIGN.sub(PLUS, RANGE.sub(f" {TO} ", elided(_spelled_lengths(text))))
    return WORD.findall(AGE_BESIDE.sub(rf" {AGED} \1 ", signed))


def _spelled_lengths(text: str) -> str:
    """Signs of feet and inches as words: `4'2"` -> `4 ft 2 inch`, `15.5"` -> `15.5 inch`."""
    return INCHES_BESIDE.sub(r"\1 inch", FEET_BESIDE.sub(r"\1 ft \2 inch", text))


def plain_words(text: str) -> list[str]:
    """The words of letters alone, without amounts and marks."""
    return [word for word in words(text) if word.isalpha()]


def exact_words(text: str, language: str) -> list[str]:
    """The words of letters alone, as this language writes them: `là` is not `la`; Arabic without its vowel signs."""
    if language == "ar":
        return plain_words(text)
    composed = unicodedata.normalize("NFC", text.casefold())
    return [word for word in WORD.findall(_elision().sub("", composed)) if word.isalpha()]


def forms(word: str, language: str) -> tuple[str, ...]:
    """The word, and in Arabic what is left of it without the particles that cling to its beginning."""
    if language != "ar":
        return (word,)
    found = [word]
    for clitics in ("و", "ف"), ("ب", "ل", "ك", "لل"), ("ال",):
        found += [form[len(c) :] for form in found for c in clitics if form.startswith(c) and len(form) > len(c) + 1]
    return tuple(dict.fromkeys(found))


def begins(tokens: Sequence[str], place: int, phrases: frozenset[Phrase]) -> bool:
    """Whether one of the phrases, of three words at most, begins at this place."""
    if place >= len(tokens) or tokens[place] not in _words_at(0, phrases):
        return False
    return any(tuple(tokens[place : place + length]) in phrases for length in (3, 2, 1))


def ends(tokens: Sequence[str], place: int, phrases: frozenset[Phrase]) -> bool:
    """Whether one of the phrases, of three words at most, ends just before this place."""
    if not 0 < place <= len(tokens) or tokens[place - 1] not in _words_at(-1, phrases):
        return False
    return any(tuple(tokens[place - length : place]) in phrases for length in (3, 2, 1) if length <= place)


@lru_cache(maxsize=256)
def _words_at(place: int, phrases: frozenset[Phrase]) -> frozenset[str]:
    """The words that stand at this place in one of the phrases: most tokens are none of them."""
    return frozenset(phrase[place] for phrase in phrases if phrase)


def search_words(text: str) -> list[str]:
    """The words under which a text is found: normalised, and a model number also in one piece (`P-145` -> `p145`)."""
    text = normalise(text)
    whole = [re.sub(r"\W", "", joined) for joined in re.findall(r"(?<![^\W_])[^\W_]+(?:-[^\W_]+)+", text)]
    return list(dict.fromkeys([*re.findall(r"[^\W_]+", text), *whole]))
