"""How well somebody plays."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.marks import Mark
from app.speech.recognisers import kind
from app.speech.shelf import Shelf

NAME = "level"

EXAMPLES = {
    "en": [
        ("for a beginner", ["beginner"]),
        ("I play a bit", ["intermediate"]),
        ("for an audition", ["advanced"]),
        ("not a beginner any more", ["intermediate"]),
        ("a student violin", ["beginner"]),
        ("her first clarinet", ["beginner"]),
    ],
    "de": [
        ("für Anfänger", ["beginner"]),
        ("sie ist fortgeschritten", ["intermediate"]),
        ("ich bin Profi", ["advanced"]),
        ("ihre erste Geige", ["beginner"]),
    ],
    "fr": [
        ("pour débutant", ["beginner"]),
        ("niveau intermédiaire", ["intermediate"]),
        ("un musicien professionnel", ["advanced"]),
        ("son premier violon", ["beginner"]),
    ],
    "es": [
        ("para principiante", ["beginner"]),
        ("nivel medio", ["intermediate"]),
        ("soy profesional", ["advanced"]),
        ("su primer violín", ["beginner"]),
    ],
    "it": [
        ("per principianti", ["beginner"]),
        ("livello medio", ["intermediate"]),
        ("sono un professionista", ["advanced"]),
        ("il suo primo violino", ["beginner"]),
    ],
    "ar": [("للمبتدئين", ["beginner"]), ("متوسط", ["intermediate"]), ("أنا محترف", ["advanced"])],
}

COUNTEREXAMPLES = {
    "en": ["a cello", "I have no experience with your shop", "horns for students", "my first choice", "first violin"],
    "de": ["für Kinder"],
    "fr": ["pour enfants"],
    "es": ["para niños"],
    "it": ["per bambini"],
    "ar": ["للأطفال"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    return {said: (NAME, level) for said, level in lexicon.load().levels.items()}


def find(tokens: Sequence[str], marks: Sequence[Mark]) -> Iterator[Mark]:
    """`her first clarinet`, `a student violin`: right before a kind among the marks."""
    first = lexicon.load().first_ones
    for mark in marks:
        lengths = range(min(3, mark.start), 0, -1)
        length = next((n for n in lengths if tuple(tokens[mark.start - n : mark.start]) in first), 0)
        if mark.name == kind.NAME and length:
            yield Mark(NAME, "beginner", mark.start - length, mark.start, mark.is_negated)
