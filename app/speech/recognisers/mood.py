"""What somebody wants to do, or where: `something to strum`, `sea shanties`; the kinds that serve it."""

from collections.abc import Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.shelf import Shelf

NAME = "mood"
STRUMMED = ("acoustic-guitar", "classical-guitar", "ukulele")

EXAMPLES = {
    "en": [
        ("something to strum round a campfire", [STRUMMED, STRUMMED]),
        ("Irish music for synthwave", [("synthesizer",)]),
    ],
    "de": [("etwas fürs Lagerfeuer", [STRUMMED])],
    "fr": [("pour un feu de camp", [STRUMMED])],
    "es": [("para la fogata", [STRUMMED])],
    "it": [("da strimpellare", [STRUMMED])],
    "ar": [("سهرة تخييم", [STRUMMED])],
}

COUNTEREXAMPLES = {
    "en": ["a fire at the shop", "a quiet room", "the beach is nice"],
    "de": ["ein Feuer", "am Strand"],
    "fr": ["un camp de vacances", "le feu rouge"],
    "es": ["el fuego", "la playa"],
    "it": ["il fuoco", "la spiaggia"],
    "ar": ["النار"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    return {said: (NAME, serve) for said, serve in lexicon.load().moods.items()}
