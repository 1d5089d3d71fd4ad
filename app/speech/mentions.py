"""What is said in a message: instruments, limits and turns of speech, found as phrases of the vocabulary.

Longest phrases first. A `not` reaches to the end of its clause, what somebody owns already is marked as background, and
a slip of the pen in an instrument's name is forgiven.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.shelf import Shelf

Vocabulary = Mapping[Phrase, tuple[str, Any]]
LONGEST_PHRASE = 6
CLAUSE_ENDS = {".", ";", "!", "?", ":"}
READ_CHARACTERS = 2000
# Turns that are found beside whatever else the same words say, and clauses that are no statements by themselves.
ASIDE = {"asking", "off_topic", "money", "prefers"}


@dataclass(frozen=True)
class Mention:
    """Something meaningful that was said: its kind, what it means, whether a `not` stood before it, and where.

    In the background is what somebody has or plays already: "I own a violin, now I want a cello".
    """

    kind: str
    value: Any
    negated: bool
    start: int
    end: int
    words: Phrase
    background: bool = False


def kinds_in(text: str) -> list[frozenset[str]]:
    """The kinds of instruments that a text names, each as the categories that the word may mean.

    Words that are also ordinary ones ("bass", "keys", "strings") do not count.
    """
    said = scan(lexicon.words(text[:READ_CHARACTERS]), _instrument_words(), mend_typos=False)
    return [frozenset(mention.value) for mention in said]


def scan(tokens: list[str], vocabulary: Vocabulary, *, mend_typos: bool = True) -> Iterator[Mention]:
    """What the tokens say, longest phrases first. `not` reaches to the end of its clause or to a `but`."""
    negated, background, place = False, False, 0
    prefers = any((token,) in lexicon.load().clauses["prefers"] for token in tokens)
    while place < len(tokens):
        length, meaning = _longest(tokens, place, vocabulary)
        if meaning is None and mend_typos:
            meaning = vocabulary.get(_without_typo(tokens[place]))
        if meaning is None:
            if _ends_clause(tokens, place):
                negated = background = False
            place += 1
            continue
        kind, value = meaning
        if kind == "not":
            negated = not _speaks_of_money(tokens, place + length)
        elif kind == "than":
            negated = negated or prefers
        elif kind in ("but", "want"):
            negated, background = negated and kind == "want", False
        elif kind == "has":
            background = True
        else:
            words = tuple(tokens[place : place + length])
            yield Mention(kind, value, negated, place, place + length, words, background)
        place += length


def _speaks_of_money(tokens: list[str], place: int) -> bool:
    """Whether a `not` belongs to a price: `I don't want to pay more than 15 for a flute` refuses no flute."""
    money = lexicon.load().clauses["money"]
    ahead = range(place, min(place + 4, len(tokens)))
    return any(tuple(tokens[start : start + length]) in money for start in ahead for length in (2, 1))


def _ends_clause(tokens: list[str], place: int) -> bool:
    if tokens[place] == ",":
        return tokens[place + 1 : place + 2] not in (["or"], ["nor"], ["and"])
    return tokens[place] in CLAUSE_ENDS


def _longest(tokens: list[str], place: int, vocabulary: Vocabulary) -> tuple[int, tuple[str, Any] | None]:
    for length in range(min(LONGEST_PHRASE, len(tokens) - place), 0, -1):
        phrase = tuple(tokens[place : place + length])
        for form in (phrase, *_singulars(phrase)):
            if form in vocabulary:
                return length, vocabulary[form]
    return 1, None


def _singulars(phrase: Phrase) -> Iterator[Phrase]:
    """`guitars` -> `guitar`, `saxes` -> `sax`."""
    *first, last = phrase
    for ending in ("s", "es"):
        if len(last) > 2 + len(ending) and last.endswith(ending):
            yield (*first, last[: -len(ending)])


@cache
def _single_words() -> tuple[str, ...]:
    """The instrument words that are long enough to be recognised with a typo."""
    return tuple(phrase[0] for phrase in lexicon.load().categories if len(phrase) == 1 and len(phrase[0]) >= 5)


@cache
def _explained_words() -> frozenset[str]:
    """Words that some phrase of ours is made of: no typos, whatever they resemble."""
    return frozenset(word for phrase in _fixed_vocabulary() for word in phrase) | lexicon.stopwords()


def _without_typo(token: str) -> Phrase:
    """The instrument word that a token of five letters or more nearly spells, or ().

    One slip is forgiven, two in a long word; the first letter must be right.
    """
    if len(token) < 5 or not token.isalpha() or token in _explained_words():
        return ()
    if (token,) in lexicon.load().no_slip:
        return ()
    slips = 1 if len(token) < 8 else 2
    found = extractOne(token, _single_words(), scorer=OSA.distance, score_cutoff=slips)
    return (found[0],) if found and found[0][0] == token[0] else ()


@lru_cache(maxsize=8)
def vocabulary_of(shelf: Shelf) -> Vocabulary:
    """Every phrase that means something in this shop; our own words beat names that look like them."""
    return {**_makers(), **_names_of(shelf), **_fixed_vocabulary()}


def _names_of(shelf: Shelf) -> dict[Phrase, tuple[str, Any]]:
    """What the catalogue names: makers and places by their whole name and by its telling word, and genres."""
    named = {tuple(lexicon.words(genre)): ("genre", genre) for genre in shelf.genres}
    for kind, names in (("brand", shelf.brands), ("place", shelf.places)):
        telling: dict[str, list[str]] = {}
        for name in names:
            words = lexicon.words(name)
            for word in words[:1] if kind == "brand" else words:
                if len(words) > 1 and len(word) >= 4 and word not in lexicon.place_words() | lexicon.stopwords():
                    telling.setdefault(word, []).append(name)
        named.update({(word,): (kind, of[0]) for word, of in telling.items() if len(of) == 1})
        named.update({tuple(lexicon.words(name)): (kind, name) for name in names if lexicon.words(name)})
    return named


@cache
def _makers() -> dict[Phrase, tuple[str, Any]]:
    """Makers that a customer may ask for although the shop has nothing of theirs; ordinary words are left out."""
    phrases = {tuple(lexicon.words(maker)): ("brand", maker) for maker in lexicon.makers()}
    return {phrase: meaning for phrase, meaning in phrases.items() if phrase not in lexicon.ambiguous_makers()}


@cache
def _instrument_words() -> dict[Phrase, tuple[str, Any]]:
    known = lexicon.load()
    return {phrase: ("category", means) for phrase, means in known.categories.items() if phrase not in known.ordinary}


@cache
def _fixed_vocabulary() -> dict[Phrase, tuple[str, Any]]:
    known = lexicon.load()
    vocabulary: dict[Phrase, tuple[str, Any]] = {}
    named = (("level", known.levels), ("genre", known.genres), ("size", known.sizes), *known.attributes.items())
    for kind, table in named:
        vocabulary.update({phrase: (kind, meaning) for phrase, meaning in table.items()})
    for kind, phrases in (*known.turns.items(), *known.clauses.items(), ("not_really", known.nothing)):
        if kind not in ASIDE:
            vocabulary.update(dict.fromkeys(phrases, (kind, True)))
    vocabulary.update({phrase: ("absent", means) for phrase, means in known.absent.items()})
    for kind, means_table in (
        ("adjective", known.adjectives),
        ("player", known.players),
        ("category", known.categories),
    ):
        vocabulary.update({phrase: (kind, means) for phrase, means in means_table.items()})
    return vocabulary
