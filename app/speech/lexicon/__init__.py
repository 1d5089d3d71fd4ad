"""The vocabulary of wishes, read once from the TOML files in this folder. A shop may add its own words there."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.vocabulary import FAMILIES

FOLDER = Path(__file__).parent
Phrase = tuple[str, ...]
ELISION = re.compile(r"\b(?:l|d|qu|un|dell|all|nell)['’](?=\w)|(?<=\w)['’]")
AGE_BESIDE = re.compile(r"\((\d{1,2})\)")  # my son (12)
RANGE = re.compile(r"(?<=\d)\s?[-–]\s?(?=[€$£]?\s?\d)")
# They stand for phrases about days that `dates.read` took out of a message: a length ("for two weeks"), or any other.
LENGTH, DAYS = "\ue900", "\ue901"
WORD = re.compile(rf"[{LENGTH}{DAYS}]|\d+/\d+(?!\d)|\d+(?:[.,]\d+)*|[^\W\d_]+|[€$£.,;:!?/]")


def normalise(text: str) -> str:
    """Case, accents and look-alike forms folded away: `Querflöte` -> `querflote`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).replace("\N{FRACTION SLASH}", "/").replace("؟", "?")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def elided(text: str) -> str:
    """Normalised, without the articles that cling to their word: `l'été` -> `ete`."""
    return ELISION.sub("", normalise(text))


def words(text: str) -> list[str]:
    """The words, fractions and amounts of a text, and the marks that end a clause."""
    return WORD.findall(AGE_BESIDE.sub(r" aged \1 ", RANGE.sub(" to ", elided(text))))


def plain_words(text: str) -> list[str]:
    """The words of letters alone, without amounts and marks."""
    return [word for word in words(text) if word.isalpha()]


def states_a_number_or_day(text: str) -> bool:
    """Whether a text holds a digit, a number word, money, or the name of a day or month."""
    if any(letter.isnumeric() for letter in text):
        return True
    return states_money_or_day(text) or any(word in load().numbers for word in words(text))


def states_money_or_day(text: str) -> bool:
    """Whether a text speaks of money, or names a day, a month or a stretch of time."""
    known, days = load(), date_words()
    listed = {*(p[0] for p in known.currencies), *(p[0] for p in known.periods)}
    listed |= {p[0] for t in (days.months, days.weekdays, days.offsets, days.units) for p in t if len(p) == 1}
    return any(word in listed for word in words(text))


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
    return any(tuple(tokens[place : place + length]) in phrases for length in (3, 2, 1))


def ends(tokens: Sequence[str], place: int, phrases: frozenset[Phrase]) -> bool:
    """Whether one of the phrases, of three words at most, ends just before this place."""
    return any(tuple(tokens[place - length : place]) in phrases for length in (3, 2, 1) if length <= place)


@dataclass(frozen=True)
class Lexicon:
    """Phrases (as word tuples) by what they mean."""

    categories: dict[Phrase, tuple[str, ...]]
    players: dict[Phrase, tuple[str, ...]]
    absent: dict[Phrase, tuple[str, tuple[str, ...]]]
    adjectives: dict[Phrase, tuple[str, ...]]
    levels: dict[Phrase, str]
    genres: dict[Phrase, str]
    sizes: dict[Phrase, str]
    sayings: dict[str, frozenset[Phrase]]
    bounds: dict[str, frozenset[Phrase]]
    joints: dict[str, frozenset[Phrase]]
    periods: dict[Phrase, str]
    currencies: frozenset[Phrase]
    after: dict[str, frozenset[Phrase]]
    negations: frozenset[Phrase]
    ages: dict[str, frozenset[Phrase]]
    numbers: dict[str, int]
    totals: frozenset[Phrase]


@dataclass(frozen=True)
class DateWords:
    """Phrases about days by what they mean. Weekdays count from Monday, 0; units and durations are in days."""

    months: dict[Phrase, int]
    months_beside_days: dict[Phrase, int]
    weekdays: dict[Phrase, int]
    framed_weekdays: dict[Phrase, int]
    offsets: dict[Phrase, int]
    units: dict[Phrase, int]
    durations: dict[Phrase, int]
    numbers: dict[Phrase, int]
    seasons: dict[Phrase, str]
    holidays: dict[Phrase, tuple[int, ...]]
    sayings: dict[str, frozenset[Phrase]]


@cache
def load() -> Lexicon:
    instruments, wishes, rates = _toml("instruments"), _toml("wishes"), _toml("rates")
    categories: dict[Phrase, tuple[str, ...]] = {}
    for word in instruments["word"]:
        means = tuple(word["means"]) if "means" in word else FAMILIES[word["family"]]
        categories.update({tuple(words(said)): means for said in word["said"]})
    return Lexicon(
        categories=categories,
        players={tuple(words(said)): tuple(word["means"]) for word in instruments["player"] for said in word["said"]},
        absent={
            tuple(words(said)): (word["said"][0], tuple(word["nearest"]))
            for word in instruments["absent"]
            for said in word["said"]
        },
        adjectives={tuple(words(said)): tuple(means) for said, means in wishes["adjective"].items()},
        levels=_by_phrase(wishes["level"]),
        genres=_by_phrase(wishes["genre"]),
        sizes=_by_phrase(wishes["size"]),
        sayings=_sets(wishes["say"]),
        bounds=_sets(rates["bound"]),
        joints=_sets(rates["joint"]),
        periods=_by_phrase(rates["period"]),
        currencies=_sets(rates["currency"])["words"],
        after=_sets(rates["after"]),
        negations=_sets(rates["negation"])["words"],
        ages=_sets(wishes["age"]),
        numbers={normalise(word): value for word, value in rates["number"].items()},
        totals=_sets(_toml("dates")["total"])["words"],
    )


@cache
def date_words() -> DateWords:
    told = _toml("dates")

    def numbered(section: str) -> dict[Phrase, int]:
        return {phrase: int(meaning) for phrase, meaning in _by_phrase(told[section]).items()}

    return DateWords(
        months=numbered("month"),
        months_beside_days={**numbered("month"), **numbered("short_month")},
        weekdays=numbered("weekday"),
        framed_weekdays={**numbered("weekday"), **numbered("short_weekday")},
        offsets=numbered("offset"),
        units=numbered("unit"),
        durations=numbered("duration"),
        numbers=numbered("number"),
        seasons=_by_phrase(told["season"]),
        holidays={phrase: tuple(map(int, day.split("-"))) for phrase, day in _by_phrase(told["holiday"]).items()},
        sayings=_sets(told["say"]),
    )


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def _sets(table: dict[str, list[str]]) -> dict[str, frozenset[Phrase]]:
    return {name: frozenset(tuple(words(said)) for said in phrases) for name, phrases in table.items()}


def _by_phrase(table: dict[str, list[str]]) -> dict[Phrase, str]:
    return {tuple(words(said)): meaning for meaning, phrases in table.items() for said in phrases}


@cache
def makers() -> tuple[str, ...]:
    """Makers that a model may name although they are not in this shop."""
    return tuple(_toml("makers")["makers"])


@cache
def known_for() -> dict[str, tuple[str, ...]]:
    """The categories that some makers are known for."""
    return {maker: tuple(categories) for maker, categories in _toml("makers")["known_for"].items()}


@cache
def stopwords() -> frozenset[str]:
    return frozenset(normalise(word) for word in _toml("stopwords")["words"].split())


@cache
def everyday_words() -> frozenset[str]:
    """Words that are not searched for: the stop words, and those with which people speak of money and time."""
    known = load()
    tables = (*known.bounds.values(), *known.after.values(), *known.ages.values(), known.currencies, known.periods)
    return stopwords() | set(known.numbers) | {word for phrases in tables for phrase in phrases for word in phrase}


def search_words(text: str) -> list[str]:
    """The words under which a text is found: normalised, and a model number also in one piece (`P-145` -> `p145`)."""
    text = normalise(text)
    whole = [re.sub(r"\W", "", joined) for joined in re.findall(r"[^\W_]+(?:-[^\W_]+)+", text)]
    return list(dict.fromkeys([*re.findall(r"[^\W_]+", text), *whole]))
