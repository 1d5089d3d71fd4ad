"""What music somebody plays: genres that have a name in each language, and those of the catalogue."""

from collections.abc import Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase, phrase
from app.speech.shelf import Shelf

NAME = "genre"

EXAMPLES = {
    "en": [
        ("a sax for jazz", ["jazz"]),
        ("classical music and blues", ["classical", "blues"]),
        ("for klezmer", ["klezmer"]),
    ],
    "de": [("für Klassik", ["classical"])],
    "fr": [("musique classique", ["classical"])],
    "es": [("música clásica", ["classical"])],
    "it": [("musica classica", ["classical"])],
    "ar": [("جاز", ["jazz"])],
}

COUNTEREXAMPLES = {
    "en": ["a country house", "rock solid", "a heavy duty stand"],
    "de": ["ein Schlagzeug"],
    "fr": ["une guitare classique"],
    "es": ["una guitarra clásica"],
    "it": ["una chitarra classica"],
    "ar": ["جيتار كلاسيكي"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    """What the shop's instruments play is meant by its own name; other words mean what they usually do."""
    own = {phrase(genre): (NAME, genre) for genre in shelf.genres}
    return {said: (NAME, genre) for said, genre in lexicon.load().genres.items()} | own
