"""Ensembles whose name says which instruments they are made of: a string quartet."""

from collections.abc import Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.shelf import Shelf

NAME = "ensemble"
QUARTET = (("violin", 2), ("viola", 1), ("cello", 1))

EXAMPLES = {
    "en": [("instruments for a string quartet", [QUARTET])],
    "de": [("ein Streichquartett", [QUARTET])],
    "fr": [("un quatuor à cordes", [QUARTET])],
    "es": [("un cuarteto de cuerda", [QUARTET])],
    "it": [("un quartetto d'archi", [QUARTET])],
    "ar": [("رباعي وتري", [QUARTET])],
}

COUNTEREXAMPLES = {
    "en": ["a quartet", "string orchestra", "a jazz trio"],
    "de": ["ein Quartett", "ein Streichorchester"],
    "fr": ["un quatuor", "un trio de jazz"],
    "es": ["un cuarteto", "una orquesta"],
    "it": ["un quartetto", "un'orchestra"],
    "ar": ["فرقة"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    return {said: (NAME, scoring) for said, scoring in lexicon.part_words().ensembles.items()}
