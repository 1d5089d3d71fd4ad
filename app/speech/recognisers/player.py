"""What somebody plays, said by what he is: `I am a drummer`."""

from collections.abc import Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.shelf import Shelf

NAME = "player"

EXAMPLES = {
    "en": [("I am a drummer", [("drum-kit", "electronic-drum-kit")]), ("a bass player", [("bass-guitar",)])],
    "de": [("ich bin Geigerin", [("violin",)])],
    "fr": [("je suis flûtiste", [("flute",)])],
    "es": [("soy guitarrista", [("acoustic-guitar", "classical-guitar", "electric-guitar")])],
    "it": [("sono trombettista", [("trumpet",)])],
    "ar": [("عازف كمان", [("violin",)])],
}

COUNTEREXAMPLES = {
    "en": ["a drum"],
    "de": ["eine Geige"],
    "fr": ["une flûte"],
    "es": ["una guitarra"],
    "it": ["una tromba"],
    "ar": ["كمان"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    return {said: (NAME, means) for said, means in lexicon.load().players.items()}
