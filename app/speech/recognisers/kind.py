"""What instruments are called: the categories that a word may mean."""

from collections.abc import Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.shelf import Shelf

NAME = "kind"
GUITARS = ("acoustic-guitar", "classical-guitar", "electric-guitar")
PIANOS = ("digital-piano", "acoustic-piano")

EXAMPLES = {
    "en": [("a fiddle", [("violin",)]), ("two guitars", [GUITARS]), ("a B flat clarinet", [("clarinet",)])],
    "de": [("eine Querflöte", [("flute",)]), ("drei Geigen", [("violin",)]), ("ein Flügel", [("acoustic-piano",)])],
    "fr": [
        ("une flûte à bec", [("recorder",)]),
        ("des guitares", [GUITARS]),
        ("un piano numérique", [("digital-piano",)]),
    ],
    "es": [("un violín", [("violin",)]), ("una flauta dulce", [("recorder",)]), ("un piano", [PIANOS])],
    "it": [
        ("due violini", [("violin",)]),
        ("una chitarra elettrica", [("electric-guitar",)]),
        ("archi", [("violin", "viola", "cello", "double-bass")]),
    ],
    "ar": [
        ("أريد كمان", [("violin",)]),
        ("بيانو رقمي", [("digital-piano",)]),
        ("جيتار", [GUITARS]),
        ("للفلوت", [("flute",)]),
    ],
}

COUNTEREXAMPLES = {
    "en": [
        "I have a corner free",
        "in that order",
        "the car keys",
        "we play at the piano bar",
        "violet",
        "a flugelhorn",
    ],
    "de": ["wir brauchen etwas", "eine Bassklarinette", "ich bin Geiger"],
    "fr": ["et voilà", "un cor anglais", "je suis violoniste"],
    "es": ["un plano de la ciudad", "un corno inglés", "soy pianista"],
    "it": ["un corno inglese", "sono violinista"],
    "ar": ["عود", "أريد شيئا"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    return {said: (NAME, means) for said, means in lexicon.load().categories.items()}
