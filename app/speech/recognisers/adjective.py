"""One word that narrows what is already wanted: `a guitar` … `electric, please`."""

from collections.abc import Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.shelf import Shelf

NAME = "adjective"

EXAMPLES = {
    "en": [("digital, please", [("digital-piano",)]), ("with nylon strings", [("classical-guitar",)])],
    "de": [("lieber elektrisch", [("electric-guitar", "electronic-drum-kit", "digital-piano")])],
    "fr": [("plutôt numérique", [("digital-piano",)])],
    "es": [("una eléctrica", [("electric-guitar", "electronic-drum-kit")])],
    "it": [("digitale", [("digital-piano",)])],
    "ar": [("رقمي", [("digital-piano",)])],
}

# The longer phrase counts: an electric guitar is a kind.
COUNTEREXAMPLES = {
    "en": ["an electric guitar", "a digital piano"],
    "de": ["eine elektrische Gitarre"],
    "fr": ["un piano numérique"],
    "es": ["una guitarra eléctrica"],
    "it": ["un pianoforte digitale"],
    "ar": ["بيانو رقمي"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    return {said: (NAME, leaves) for said, leaves in lexicon.load().adjectives.items()}
