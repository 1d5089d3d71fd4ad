"""Who made it: the makers of the shop, and others that somebody may ask for."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase, phrase
from app.speech.recognisers.place import telling_words
from app.speech.shelf import Shelf

NAME = "maker"

EXAMPLES = {
    "en": [("a Yamaha piano", ["Yamaha"]), ("a Steinway", ["Steinway"]), ("by Buffet", ["Buffet Crampon"])],
    "de": [("ein Klavier von Yamaha", ["Yamaha"]), ("eine Fender", ["Fender"])],
    "fr": [("un piano Yamaha", ["Yamaha"]), ("une clarinette Buffet Crampon", ["Buffet Crampon"])],
    "es": [("un piano Yamaha", ["Yamaha"])],
    "it": [("un pianoforte Yamaha", ["Yamaha"])],
    "ar": [("بيانو Yamaha", ["Yamaha"]), ("جيتار فندر", ["Fender"])],
}

# Names that are words as well count only where the shop has something of theirs.
COUNTEREXAMPLES = {
    "en": ["an orange one", "my boss", "to play Bach", "the guild"],
    "de": ["Noten von Bach", "im Nord"],
    "fr": ["le premier"],
    "es": ["una orange"],
    "it": ["musica di Bach"],
    "ar": ["بيانو"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    first_words = telling_words(shelf.brands, only_first=True)
    own = {(word,): (NAME, maker) for word, maker in first_words.items()}
    return _elsewhere() | own | {phrase(maker): (NAME, maker) for maker in shelf.brands if phrase(maker)}


@cache
def _elsewhere() -> dict[Phrase, tuple[str, Any]]:
    """Makers that a customer may ask for although the shop has nothing of theirs."""
    makers = {phrase(maker): (NAME, maker) for maker in lexicon.makers()}
    makers |= {said: (NAME, maker) for said, maker in lexicon.spelled_makers().items()}
    return {said: meaning for said, meaning in makers.items() if said not in lexicon.ambiguous_makers()}
