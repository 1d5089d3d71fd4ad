"""What an instrument may be by its description, and somebody may refuse: `not plastic, please`."""

from collections.abc import Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.shelf import Shelf

NAME = "quality"

EXAMPLES = {
    "en": [("not plastic please", ["plastic"]), ("I'd rather not have a student model", ["student"])],
    "de": [("bitte kein Plastik", ["plastic"]), ("kein Schülerinstrument", ["student"])],
    "fr": [("pas de plastique", ["plastic"]), ("pas un modèle d'étude", ["student"])],
    "es": [("que no sea de plástico", ["plastic"]), ("no un modelo de estudio", ["student"])],
    "it": [("non di plastica", ["plastic"]), ("non un modello da studio", ["student"])],
    "ar": [("ليس بلاستيك", ["plastic"]), ("لا نموذج للطلاب", ["student"])],
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
