"""The size of an instrument, in figures or by its name."""

from collections.abc import Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.shelf import Shelf

NAME = "size"

EXAMPLES = {
    "en": [("a 3/4 violin", ["3/4"]), ("a half size cello", ["1/2"]), ("full size", ["4/4"]), ("a ½ cello", ["1/2"])],
    "de": [
        ("eine 1/2 Geige", ["1/2"]),
        ("eine dreiviertel Geige", ["3/4"]),
        ("eine ganze", ["4/4"]),
        ("zwei Viertelgeigen", ["1/4"]),
    ],
    "fr": [
        ("un violon 1/4", ["1/4"]),
        ("un violon trois quarts", ["3/4"]),
        ("un violon quart", ["1/4"]),
        ("un entier", ["4/4"]),
    ],
    "es": [("un violín 3/4", ["3/4"]), ("tres cuartos", ["3/4"]), ("un violín entero", ["4/4"])],
    "it": [("un violino 1/8", ["1/8"]), ("tre quarti", ["3/4"]), ("un violino intero", ["4/4"])],
    "ar": [("كمان 3/4", ["3/4"]), ("ثلاثة أرباع", ["3/4"])],
}

COUNTEREXAMPLES = {
    "en": ["half an hour", "tuned in fifths", "a perfect fifth", "a quarter of the price", "2/3 of it"],
    "de": ["die Hälfte", "eine halbe Stunde"],
    "fr": ["la moitié", "une demi heure", "un quart d'heure"],
    "es": ["la mitad", "media hora"],
    "it": ["la metà", "mezz'ora"],
    "ar": ["نصف ساعة"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    return {said: (NAME, size) for said, size in lexicon.load().sizes.items()}
