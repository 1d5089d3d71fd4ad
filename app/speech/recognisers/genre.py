"""What music somebody plays: genres that have a name in each language, and those of the catalogue."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase, phrase
from app.speech.marks import Mark
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
    "en": ["a country house", "rock solid", "a heavy duty stand", "in which country are you", "metal strings"],
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


def is_meant(tokens: Sequence[str], mark: Mark, kinds_begin: Container[int]) -> bool:
    """Whether a word that is an ordinary one as well is music here: `a world music band`, but not `the world cup`.

    It is beside a word of music or before an instrument, or behind a word of playing or liking and before nothing else.
    """
    shy = lexicon.load().shy_genres
    if tuple(tokens[mark.start : mark.end]) not in shy["words"] or mark.end - mark.start == len(tokens):
        return True
    if mark.end in kinds_begin or lexicon.begins(tokens, mark.end, shy["behind"]):
        return True
    is_last = mark.end >= len(tokens) or not tokens[mark.end].isalpha() or lexicon.begins(tokens, mark.end, shy["end"])
    return is_last and lexicon.ends(tokens, mark.start, shy["before"])
