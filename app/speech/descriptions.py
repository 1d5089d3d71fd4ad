"""Where in a sentence instruments are described: the words beside such places, and those that describe none.

Each language has its own (`unread.toml`): an English article is an Italian preposition.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from app.speech import languages, lexicon
from app.speech.lexicon import Phrase, phrase
from app.speech.marks import Mark, Turn

LEAST_LETTERS_OF_A_SLIP = 5
OPEN = frozenset({"quantity", "fact", "quality", "own"})
NO_WORDS = {
    ("kinds", "adjective"),
    ("kinds", "no_slip"),
    ("wishes", "idiom"),
    ("harmless", "qualities"),
    ("unread", "adverb"),
    ("unread", "branch"),
    ("features", "feature"),
    ("features", "part"),
    ("facts", "topic"),
    ("facts", "quality"),
    ("facts", "described"),
}


@dataclass(frozen=True)
class Places:
    """The words of one language beside which a description stands; `adjective` says on which side of
    their noun they may stand, `nouns` whether those are written like names.
    """

    determiner: frozenset[Phrase]
    wanting: frozenset[Phrase]
    having: frozenset[Phrase]
    comes: frozenset[Phrase]
    place: frozenset[Phrase]
    inside: frozenset[Phrase]
    adverb: frozenset[Phrase]
    branch: frozenset[Phrase]
    purpose: frozenset[Phrase]
    by: frozenset[Phrase]
    possessive: frozenset[Phrase]
    plain: frozenset[Phrase]
    adjective: str = ""
    nouns: str = ""

    @property
    def may_precede(self) -> bool:
        return self.adjective != "only behind"

    @property
    def may_follow(self) -> bool:
        return "behind" in self.adjective

    @property
    def has_capital_nouns(self) -> bool:
        return self.nouns == "capital"


def is_open(mark: Mark) -> bool:
    """Whether a mark holds more words than it explains: a question, an own affair, a number with what it counts."""
    return mark.name in OPEN or mark.value in (Turn.ASKING, Turn.OFF_TOPIC)


@cache
def is_known(word: str) -> bool:
    """Whether a token is a word of ours that describes no instrument."""
    known, stems = _known()
    return word in known or word.startswith(stems)


@lru_cache(maxsize=4096)
def is_slip(word: str) -> bool:
    """Whether it nearly spells such a word: `tennor`, `lookng`."""
    is_long = len(word) >= LEAST_LETTERS_OF_A_SLIP
    return is_long and extractOne(word, _narrowing(), scorer=OSA.distance, score_cutoff=1) is not None


@cache
def _narrowing() -> tuple[str, ...]:
    """Single words that narrow a kind, and those that begin a wish."""
    narrowing = {said[0] for said in lexicon.load().adjectives if len(said) == 1}
    return tuple({*narrowing, *(lexicon.normalise(word) for _, word in languages.words("unread", "wanting"))})


@cache
def _known() -> tuple[frozenset[str], tuple[str, ...]]:
    """The words of our languages that describe no instrument, and beginnings of such."""
    texts = [
        text
        for language in languages.known()
        for name, file in languages.everything(language).items()
        for section, part in file.items()
        if (name, section) not in NO_WORDS and name != "attributes"
        for text in lexicon.texts_in(part)
    ]
    said = [word for text in texts for word in text.split()]
    stems = (lexicon.normalise(word[:-1]) for word in said if word.endswith("*"))
    describing = {word for _, _, phrases in languages.meanings("features", "feature") for word in phrases}
    known = {word for text in texts for word in lexicon.words(text)} - set(map(lexicon.normalise, describing))
    return frozenset(known), tuple(sorted(set(stems)))


@cache
def of(language: str) -> Places:
    """The words of one of our languages."""
    told = languages.file(language, "unread")
    tables = {
        name: frozenset(phrase(said) for said in _said(told[name]["words"]))
        for name in Places.__annotations__
        if "words" in told.get(name, {})
    }
    order = told.get("order", {})
    return Places(**tables, adjective=order.get("adjective", ""), nouns=order.get("nouns", ""))


def _said(words: str | list[str]) -> Collection[str]:
    return words.split() if isinstance(words, str) else words
