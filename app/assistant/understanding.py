"""From what a customer says to what the customer needs.

The newest statement beats older ones, silence keeps them, and what was said beats the profile.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from app.assistant import budget, lexicon
from app.assistant.lexicon import Phrase
from app.assistant.need import Budget, Need

Vocabulary = Mapping[Phrase, tuple[str, Any]]
LONGEST_PHRASE = 5
CLAUSE_ENDS = {".", ";", "!", "?", ":"}
READ_CHARACTERS = 2000


@dataclass(frozen=True)
class Shelf:
    """Names that only the catalogue knows: the makers and the places of its instruments."""

    brands: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mention:
    """Something meaningful that was said: its kind, what it means, and whether a `not` stood before it."""

    kind: str
    value: Any
    negated: bool = False


def understand(message: str, before: Need, shelf: Shelf) -> Need:
    """The need after this message."""
    tokens = lexicon.words(message[:READ_CHARACTERS])
    mentions = list(_mentions(tokens, _vocabulary(shelf)))
    need = _with_categories(before, mentions)
    for kind, field in (("level", "skill_level"), ("size", "size"), ("place", "location"), ("brand", "brand")):
        said = [mention.value for mention in mentions if mention.kind == kind and not mention.negated]
        if said:
            need = replace(need, **{field: said[-1]})
    genres = tuple(dict.fromkeys(m.value for m in mentions if m.kind == "genre" and not m.negated))
    need = replace(
        need,
        genres=genres or need.genres,
        quiet=need.quiet or _said("quiet", mentions),
        cheap=need.cheap or _said("cheap", mentions),
    )
    if _said("any_price", mentions):
        return replace(need, budget=Budget(), cheap=False)
    return replace(need, budget=budget.read(tokens) or need.budget)


def understand_all(messages: Iterable[str], shelf: Shelf) -> Need:
    """The need after a whole conversation, oldest message first."""
    need = Need()
    for message in messages:
        need = understand(message, need, shelf)
    return need


def kinds_in(text: str) -> list[frozenset[str]]:
    """The kinds of instruments that a text names, each as the categories that the word may mean.

    Words that are also ordinary ones ("bass", "keys", "strings") do not count.
    """
    said = _mentions(lexicon.words(text[:READ_CHARACTERS]), _instrument_words(), mend_typos=False)
    return [frozenset(mention.value) for mention in said]


def need_of_profile(preferences: Mapping[str, Any]) -> Need:
    """What the profile says, for where the conversation says nothing."""
    limit = preferences.get("max_daily_rate")
    return Need(
        categories=tuple(preferences.get("preferred_instruments") or ()),
        budget=Budget(high=Decimal(limit)) if limit else Budget(),
        skill_level=preferences.get("experience_level"),
        genres=tuple(preferences.get("favorite_genres") or ()),
        location=preferences.get("location"),
    )


def with_profile(need: Need, profile: Need) -> Need:
    """The need, completed by the profile where nothing was said. A refusal also silences the profile's wish."""
    categories = need.categories or tuple(c for c in profile.categories if c not in need.refused)
    return replace(
        need,
        categories=categories,
        budget=need.budget if need.budget != Budget() else profile.budget,
        skill_level=need.skill_level or profile.skill_level,
        genres=need.genres or profile.genres,
        location=need.location or profile.location,
    )


def _with_categories(need: Need, mentions: list[Mention]) -> Need:
    said = [mention for mention in mentions if mention.kind == "category"]
    wanted = tuple(dict.fromkeys(c for mention in said if not mention.negated for c in mention.value))
    refused = tuple(dict.fromkeys(c for mention in said if mention.negated for c in mention.value if c not in wanted))
    changed = replace(
        need,
        categories=wanted or tuple(c for c in need.categories if c not in refused),
        refused=tuple(dict.fromkeys(c for c in (*need.refused, *refused) if c not in wanted)),
    )
    # A size or a maker was said of the old instrument; it does not carry over to another kind.
    return replace(changed, size=None, brand=None) if wanted and not set(wanted) & set(need.categories) else changed


def _said(kind: str, mentions: list[Mention]) -> bool:
    return any(mention.kind == kind and not mention.negated for mention in mentions)


def _mentions(tokens: list[str], vocabulary: Vocabulary, *, mend_typos: bool = True) -> Iterator[Mention]:
    """What the tokens say, longest phrases first. `not` reaches to the end of its clause or to a `but`."""
    negated, place = False, 0
    while place < len(tokens):
        length, meaning = _longest(tokens, place, vocabulary)
        if meaning is None and mend_typos:
            meaning = vocabulary.get(_without_typo(tokens[place]))
        if meaning is None:
            if _ends_clause(tokens, place):
                negated = False
            place += 1
            continue
        kind, value = meaning
        if kind == "not":
            negated = True
        elif kind == "but":
            negated = False
        else:
            yield Mention(kind, value, negated)
        place += length


def _ends_clause(tokens: list[str], place: int) -> bool:
    if tokens[place] == ",":
        return tokens[place + 1 : place + 2] not in (["or"], ["nor"], ["and"])
    return tokens[place] in CLAUSE_ENDS


def _longest(tokens: list[str], place: int, vocabulary: Vocabulary) -> tuple[int, tuple[str, Any] | None]:
    for length in range(min(LONGEST_PHRASE, len(tokens) - place), 0, -1):
        phrase = tuple(tokens[place : place + length])
        for form in (phrase, _singular(phrase)):
            if form in vocabulary:
                return length, vocabulary[form]
    return 1, None


def _singular(phrase: Phrase) -> Phrase:
    last = phrase[-1]
    return (*phrase[:-1], last[:-1]) if len(last) > 3 and last.endswith("s") else phrase


@cache
def _single_words() -> tuple[str, ...]:
    """The instrument words that are long enough to be recognised with a typo."""
    return tuple(phrase[0] for phrase in lexicon.load().categories if len(phrase) == 1 and len(phrase[0]) >= 5)


def _without_typo(token: str) -> Phrase:
    """The instrument word that a token of five letters or more nearly spells, or ().

    One slip is forgiven, two in a long word; the first letter must be right.
    """
    if len(token) < 5 or not token.isalpha() or (token,) in lexicon.load().sayings["no_typo"]:
        return ()
    slips = 1 if len(token) < 8 else 2
    found = extractOne(token, _single_words(), scorer=OSA.distance, score_cutoff=slips)
    return (found[0],) if found and found[0][0] == token[0] else ()


def _vocabulary(shelf: Shelf) -> dict[Phrase, tuple[str, Any]]:
    brands = {tuple(lexicon.words(brand)): ("brand", brand) for brand in shelf.brands}
    places = {tuple(lexicon.words(place)): ("place", place) for place in shelf.places}
    return {**_fixed_vocabulary(), **brands, **places}


@cache
def _instrument_words() -> dict[Phrase, tuple[str, Any]]:
    known = lexicon.load()
    ordinary = known.sayings["ordinary"]
    return {phrase: ("category", means) for phrase, means in known.categories.items() if phrase not in ordinary}


@cache
def _fixed_vocabulary() -> dict[Phrase, tuple[str, Any]]:
    known = lexicon.load()
    vocabulary: dict[Phrase, tuple[str, Any]] = {}
    for kind, table in (("level", known.levels), ("genre", known.genres), ("size", known.sizes)):
        vocabulary.update({phrase: (kind, meaning) for phrase, meaning in table.items()})
    for kind, phrases in known.sayings.items():
        if kind not in ("no_typo", "ordinary"):
            vocabulary.update(dict.fromkeys(phrases, (kind, True)))
    vocabulary.update({phrase: ("category", means) for phrase, means in known.categories.items()})
    return vocabulary
