"""The vocabulary of all languages together: phrases by what they mean.

A message is short and often mixed ("ein Cello, please"), so that the words of every language are understood at once.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from app.speech import languages
from app.speech.marks import Absent
from app.speech.words import DAYS, LENGTH, Phrase, begins, elided, ends, normalise, search_words, words
from app.vocabulary import FAMILIES

__all__ = ["DAYS", "LENGTH", "Phrase", "begins", "elided", "ends", "normalise", "search_words", "words"]

Meaning = TypeVar("Meaning")
Categories = tuple[str, ...]
Phrases = frozenset[Phrase]


@dataclass(frozen=True)
class Lexicon:
    """Phrases (as word tuples) by what they mean. `rates` are periods that need no joint ("70 weekly")."""

    categories: dict[Phrase, Categories]
    players: dict[Phrase, Categories]
    absent: dict[Phrase, Absent]
    adjectives: dict[Phrase, Categories]
    moods: dict[Phrase, Categories]
    bare: dict[Phrase, str]
    shy_genres: dict[str, Phrases]
    levels: dict[Phrase, str]
    first_ones: Phrases
    genres: dict[Phrase, str]
    sizes: dict[Phrase, str]
    attributes: dict[str, dict[Phrase, str]]
    turns: dict[str, Phrases]
    facts: dict[Phrase, str]
    topics: dict[Phrase, str]
    qualities: dict[Phrase, str]
    pronouns: dict[Phrase, Phrases]
    either: Phrases
    definite: Phrases
    clauses: dict[str, Phrases]
    nothing: Phrases
    idioms: Phrases
    ordinary: Phrases
    no_slip: Phrases
    bounds: dict[str, Phrases]
    after: dict[str, Phrases]
    followers: Phrases
    joints: dict[str, Phrases]
    periods: dict[Phrase, str]
    rates: dict[Phrase, str]
    currencies: Phrases
    coins: Phrases
    negations: Phrases
    totals: Phrases
    with_deposit: Phrases
    ages: dict[str, Phrases]
    adults: Phrases
    relatives: dict[str, Phrases]
    lengths: dict[str, Phrases]
    growth: dict[str, Phrases]
    grades: dict[Phrase, int]


@dataclass(frozen=True)
class PartWords:
    """Phrases with which several things are named at once. An ensemble stands for categories and how many of each."""

    joints: dict[str, Phrases]
    also: Phrases
    of: dict[str, Phrases]
    single: Phrases
    many: dict[Phrase, int]
    persons: Phrases
    ensembles: dict[Phrase, tuple[tuple[str, int], ...]]
    goes_with: dict[str, str]


@dataclass(frozen=True)
class DateWords:
    """Phrases about days by what they mean. Weekdays count from Monday, 0; units and durations are in days.

    `evenings` are offsets of which one day alone is meant (tonight), `feasts` names in `[when]` of languages/any,
    `parts` of a month: beginning, middle, end.
    """

    months: dict[Phrase, int]
    months_beside_days: dict[Phrase, int]
    shy_months: Phrases
    weekdays: dict[Phrase, int]
    framed_weekdays: dict[Phrase, int]
    habits: dict[Phrase, int]
    offsets: dict[Phrase, int]
    evenings: dict[Phrase, int]
    past: Phrases
    units: dict[Phrase, int]
    clock: Phrases
    durations: dict[Phrase, int]
    seasons: dict[Phrase, str]
    feasts: dict[Phrase, str]
    parts: dict[Phrase, str]
    ordinals: dict[Phrase, int]
    suffixes: Phrases
    sayings: dict[str, Phrases]


@cache
def load() -> Lexicon:
    return Lexicon(
        categories=_table("kinds", "kind", categories_of) | _table("kinds", "family", FAMILIES.__getitem__),
        players=_table("kinds", "player", categories_of),
        absent=_absent(),
        adjectives={
            phrase(adjective): tuple(leaves) for _, adjective, leaves in languages.meanings("kinds", "adjective")
        },
        moods=_table("kinds", "mood", categories_of),
        bare=_table("kinds", "bare", str),
        shy_genres=_sets("wishes", "shy_genre"),
        levels=_table("wishes", "level", str),
        first_ones=_set("wishes", "first_one"),
        genres=_table("wishes", "genre", str),
        sizes=_table("wishes", "size", str),
        attributes={name: _table("attributes", name, str) for name in languages.sections("attributes")},
        turns=_sets("wishes", "turn"),
        facts=_table("facts", "fact", str),
        topics=_table("facts", "topic", str),
        qualities=_table("facts", "quality", str),
        pronouns=_pronouns(),
        either=_set("facts", "either"),
        definite=_set("facts", "definite"),
        clauses=_sets("wishes", "clause"),
        nothing=_set("wishes", "nothing"),
        idioms=_set("wishes", "idiom"),
        ordinary=_set("kinds", "ordinary"),
        no_slip=_set("kinds", "no_slip"),
        bounds=_sets("money", "bound"),
        after=_sets("money", "after"),
        followers=_set("money", "follower"),
        joints=_sets("money", "joint"),
        periods=_table("money", "period", str),
        rates=_table("money", "rate", str),
        currencies=frozenset(_table("money", "currency", str)),
        coins=_set("money", "coin"),
        negations=_set("money", "negation"),
        totals=_set("money", "total"),
        with_deposit=_set("money", "with_deposit"),
        ages=_sets("wishes", "age"),
        adults=_set("bodies", "adult"),
        relatives=_sets("bodies", "relative"),
        lengths=_sets("bodies", "unit") | _sets("bodies", "length"),
        growth=_sets("bodies", "growth"),
        grades=_table("bodies", "grade", int),
    )


@cache
def date_words() -> DateWords:
    months, weekdays = _table("days", "month", int), _table("days", "weekday", int)
    return DateWords(
        months=months,
        months_beside_days=months | _table("days", "short_month", int),
        shy_months=_set("days", "shy_month"),
        weekdays=weekdays,
        framed_weekdays=weekdays | _table("days", "short_weekday", int),
        habits=_table("days", "habit", int),
        offsets=_table("days", "offset", int),
        evenings=_table("days", "evening", int),
        past=_set("days", "past"),
        units=_table("days", "unit", int),
        clock=_set("days", "clock"),
        durations=_table("days", "duration", int),
        seasons=_table("days", "season", str),
        feasts=_table("days", "feast", str),
        parts=_table("days", "part", str),
        ordinals=_table("numbers", "ordinal", int) | _table("days", "day_number", int),
        suffixes=_set("days", "suffix"),
        sayings=_sets("days", "say"),
    )


@cache
def part_words() -> PartWords:
    known = languages.file(languages.ANY, "parts")
    scoring = {name: tuple(of.items()) for name, of in known["scoring"].items()}
    return PartWords(
        joints=_sets("parts", "joint"),
        also=_set("parts", "also"),
        of=_sets("parts", "of"),
        single=_set("parts", "single"),
        many=_table("parts", "many", int),
        persons=_set("parts", "person"),
        ensembles=_table("parts", "ensemble", scoring.__getitem__),
        goes_with=known["goes_with"],
    )


@cache
def first_date_words() -> frozenset[str]:
    """The words that a phrase about days may begin with."""
    known = date_words()
    tables = [table for name, table in vars(known).items() if name != "sayings"]
    return frozenset(said[0] for table in (*tables, *known.sayings.values()) for said in table if said)


@cache
def telling_date_words() -> frozenset[str]:
    """The words of phrases about days, without articles and what else stands before any word."""
    known = date_words()
    tables = [table for name, table in vars(known).items() if name != "sayings"]
    small = {word for kind in ("one", "definite", "weak_in") for said in known.sayings[kind] for word in said}
    words = {word for table in (*tables, *known.sayings.values()) for said in table for word in said}
    return frozenset(word for word in words - small if word.isalpha())


@cache
def first_words_of_sayings() -> dict[str, frozenset[str]]:
    """By kind of saying about days: the words that its phrases begin with."""
    return {kind: frozenset(said[0] for said in sayings if said) for kind, sayings in date_words().sayings.items()}


def phrase(said: str) -> Phrase:
    return tuple(words(said))


def _table(name: str, section: str, read: Callable[[str], Meaning]) -> dict[Phrase, Meaning]:
    return {
        phrase(said): read(meaning) for _, meaning, phrases in languages.meanings(name, section) for said in phrases
    }


def _sets(name: str, section: str) -> dict[str, Phrases]:
    sets: dict[str, set[Phrase]] = {}
    for _, meaning, phrases in languages.meanings(name, section):
        sets.setdefault(meaning, set()).update(phrase(said) for said in phrases)
    return {meaning: frozenset(phrases) for meaning, phrases in sets.items()}


def _set(name: str, section: str) -> Phrases:
    return frozenset(phrase(said) for _, said in languages.words(name, section))


def _pronouns() -> dict[Phrase, Phrases]:
    """Each with the languages of which it is one, as phrases of one word: `es` is German, `lo` Spanish and Italian."""
    found: dict[Phrase, frozenset[Phrase]] = {}
    for language, word in languages.words("facts", "pronoun"):
        found[phrase(word)] = found.get(phrase(word), frozenset()) | {(language,)}
    return found


def words_telling(table: str, meaning: str) -> frozenset[str]:
    """The single words of every language that tell this topic or quality of an instrument."""
    return _told()[table, meaning]


@cache
def _told() -> dict[tuple[str, str], frozenset[str]]:
    told: dict[tuple[str, str], frozenset[str]] = {}
    for table in ("topic", "quality", "described"):
        for _, meaning, said in languages.meanings("facts", table):
            single = {words_of_it[0] for one in said if len(words_of_it := words(one)) == 1}
            name = ("quality" if table == "described" else table, meaning)
            told[name] = told.get(name, frozenset()) | single
    return told


def categories_of(name: str) -> Categories:
    """What a category, or a group of several, stands for."""
    return tuple(languages.file(languages.ANY, "kinds")["group"].get(name, (name,)))


def _absent() -> dict[Phrase, Absent]:
    """Each by all its names, and told by the first of them."""
    nearest = languages.file(languages.ANY, "kinds")["nearest"]
    return {
        phrase(said): Absent(names[0], tuple(nearest[group]))
        for _, group, instruments in languages.meanings("kinds", "absent")
        for names in instruments
        for said in names
    }


@cache
def false_friends(language: str) -> Phrases:
    """Names of instruments in other languages that mean something else in this one."""
    return frozenset(
        phrase(word) for word in languages.file(language, "kinds").get("false_friend", {}).get("words", ())
    )


@cache
def of_music(section: str) -> Mapping[str, Categories]:
    """What languages/any/kinds.toml says of kinds and music under this name."""
    return {name: tuple(said) for name, said in languages.file(languages.ANY, "kinds")[section].items()}


@cache
def words_of(language: str) -> frozenset[str]:
    """Every word that a language's files hold."""
    return frozenset(word for text in _said_in(language) for word in words(text))


@cache
def written_words_of(language: str) -> frozenset[str]:
    """The same as they are written, with their accents; without the names of instruments, which travel."""
    return frozenset(
        word
        for text in _said_in(language, but=("kind", "family", "absent"))
        for word in re.findall(r"[^\W\d_]+", text.casefold())
    )


def _said_in(language: str, but: Collection[str] = ()) -> Iterator[str]:
    files = languages.everything(language)
    yield from files.get("kinds", {}).get("adjective", {})  # Their lists hold categories, no words.
    yield from texts_in(
        [part for file in files.values() for section, part in file.items() if section not in ("adjective", *but)]
    )


def texts_in(data: Any) -> Iterator[str]:
    """What the lists say, however deep they lie."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping | list):
        for part in data.values() if isinstance(data, Mapping) else data:
            yield from texts_in(part)


@cache
def _languages_of_kinds() -> Mapping[Phrase, frozenset[str]]:
    known: dict[Phrase, set[str]] = {}
    for language, _, names in languages.meanings("kinds", "kind"):
        for name in names:
            known.setdefault(phrase(name), set()).add(language)
    return {said: frozenset(its) for said, its in known.items()}


def languages_of_kind(said: Phrase) -> frozenset[str]:
    """The languages that call an instrument so, in the singular or with an English plural's s."""
    known = _languages_of_kinds()
    return known.get(said) or known.get((*said[:-1], said[-1].removesuffix("s")), frozenset())


@cache
def makers() -> tuple[str, ...]:
    """Makers that somebody may name although they are not in this shop."""
    return tuple(languages.file(languages.ANY, "makers")["makers"])


@cache
def spelled_makers() -> Mapping[Phrase, str]:
    """Makers as they are written in other letters than their own."""
    spelled = languages.file(languages.ANY, "makers")["spelled"]
    return {phrase(said): maker for maker, its in spelled.items() for said in its}


@cache
def ambiguous_makers() -> Phrases:
    """Makers whose names are ordinary words, too."""
    return frozenset(phrase(said) for said in languages.file(languages.ANY, "makers")["ambiguous"]["words"])


@cache
def known_for() -> Mapping[str, Categories]:
    """The categories that some makers are known for."""
    known = languages.file(languages.ANY, "makers")["known_for"]
    return {maker: tuple(categories) for maker, categories in known.items()}


@cache
def series_of(maker: str | None) -> Mapping[str, Categories]:
    """By the beginning of its designation: what a series of this maker is; of any maker those that only one has."""
    known = languages.file(languages.ANY, "makers")["series"]
    if maker is not None:
        return {
            normalise(begins).replace(" ", ""): categories_of(kind)
            for kind, its in known.get(maker, {}).items()
            for begins in its
        }
    every = [(begins, kinds) for name in known for begins, kinds in series_of(name).items() if len(begins) > 1]
    counts = Counter(begins for begins, _ in every)
    return {begins: kinds for begins, kinds in every if counts[begins] == 1}


@cache
def stopwords() -> frozenset[str]:
    return frozenset(normalise(word) for _, word in languages.words("everyday", "stop"))


@cache
def place_words() -> frozenset[str]:
    """Words that stand in the names of many places."""
    return frozenset(normalise(word) for _, word in languages.words("everyday", "place"))


@cache
def everyday_words() -> frozenset[str]:
    """Words that are not searched for: the stop words, and those with which people speak of money and time."""
    known = load()
    tables: tuple[Iterable[Phrase], ...] = (
        *known.bounds.values(),
        *known.after.values(),
        *known.ages.values(),
        known.currencies,
        known.periods,
        known.rates,
        *({phrase(said)} for _, _, numbers in languages.meanings("numbers", "number") for said in numbers),
    )
    return stopwords() | {word for phrases in tables for found in phrases for word in found}
