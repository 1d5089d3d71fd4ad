"""What an instrument may be by its description, and somebody may refuse: `not plastic, please`."""

from collections.abc import Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.shelf import Shelf

NAME = "quality"

EXAMPLES = {
    "en": [("not plastic please", ["plastic"]), ("a wooden one", ["wooden"])],
    "de": [("bitte kein Plastik", ["plastic"]), ("aus Holz", ["wooden"])],
    "fr": [("pas de plastique", ["plastic"]), ("en bois", ["wooden"])],
    "es": [("que no sea de plástico", ["plastic"]), ("de madera", ["wooden"])],
    "it": [("non di plastica", ["plastic"]), ("di legno", ["wooden"])],
    "ar": [("ليس بلاستيك", ["plastic"]), ("من خشب", ["wooden"])],
}

COUNTEREXAMPLES = {
    "en": ["I am a student", "a cello"],
    "de": ["ich bin Schüler"],
    "fr": ["je suis étudiant"],
    "es": ["soy estudiante"],
    "it": ["sono uno studente"],
    "ar": ["أنا طالب"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    return {said: (NAME, quality) for said, quality in lexicon.load().qualities.items()}
