"""Where: the branches of the shop, by their whole name or by the word that tells one from all others."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase, phrase
from app.speech.shelf import Shelf

NAME = "place"
LEAST_LETTERS = 4

EXAMPLES = {
    "en": [("at Harbour Street", ["Harbour Street"]), ("the Harbour one", ["Harbour Street"])],
    "de": [("in der Harbour Street", ["Harbour Street"])],
    "fr": [("à Harbour Street", ["Harbour Street"])],
    "es": [("en Harbour Street", ["Harbour Street"])],
    "it": [("a Harbour Street", ["Harbour Street"])],
    "ar": [("في Harbour Street", ["Harbour Street"])],
}

COUNTEREXAMPLES = {
    "en": ["in my street", "an old one"],
    "de": ["in meiner Straße"],
    "fr": ["dans ma rue"],
    "es": ["en mi calle"],
    "it": ["nella mia via"],
    "ar": ["في الشارع"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    own = {(word,): (NAME, place) for word, place in telling_words(shelf.places).items()}
    return own | {phrase(place): (NAME, place) for place in shelf.places if phrase(place)}


def telling_words(names: Iterable[str], *, only_first: bool = False) -> dict[str, str]:
    """The words that stand in one of these names alone, and that name; no words of every street or of the language."""
    found: dict[str, list[str]] = {}
    for name in names:
        words = lexicon.words(name)
        for word in words[:1] if only_first else words:
            if (
                len(words) > 1
                and len(word) >= LEAST_LETTERS
                and word not in lexicon.place_words() | lexicon.stopwords()
            ):
                found.setdefault(word, []).append(name)
    return {word: of[0] for word, of in found.items() if len(of) == 1}
