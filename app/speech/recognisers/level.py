"""How well somebody plays."""

from collections.abc import Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.shelf import Shelf

NAME = "level"

EXAMPLES = {
    "en": [
        ("for a beginner", ["beginner"]),
        ("I play a bit", ["intermediate"]),
        ("for an audition", ["advanced"]),
        ("not a beginner any more", ["intermediate"]),
    ],
    "de": [
        ("für Anfänger", ["beginner"]),
        ("sie ist fortgeschritten", ["intermediate"]),
        ("ich bin Profi", ["advanced"]),
    ],
    "fr": [
        ("pour débutant", ["beginner"]),
        ("niveau intermédiaire", ["intermediate"]),
        ("un musicien professionnel", ["advanced"]),
    ],
    "es": [("para principiante", ["beginner"]), ("nivel medio", ["intermediate"]), ("soy profesional", ["advanced"])],
    "it": [
        ("per principianti", ["beginner"]),
        ("livello medio", ["intermediate"]),
        ("sono un professionista", ["advanced"]),
    ],
    "ar": [("للمبتدئين", ["beginner"]), ("متوسط", ["intermediate"]), ("أنا محترف", ["advanced"])],
}

COUNTEREXAMPLES = {
    "en": ["a cello", "I have no experience with your shop"],
    "de": ["für Kinder"],
    "fr": ["pour enfants"],
    "es": ["para niños"],
    "it": ["per bambini"],
    "ar": ["للأطفال"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    return {said: (NAME, level) for said, level in lexicon.load().levels.items()}
