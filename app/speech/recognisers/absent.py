"""Instruments that no category is for, by all their names, and what comes nearest."""

from collections.abc import Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.marks import Absent
from app.speech.shelf import Shelf

NAME = "absent"
HORNS = ("cornet", "trumpet")

EXAMPLES = {
    "en": [
        ("a fluegelhorn", [Absent("flugelhorn", HORNS)]),
        ("a bass clarinet", [Absent("bass clarinet", ("clarinet",))]),
    ],
    "de": [
        ("ein Englischhorn", [Absent("Englischhorn", ("oboe",))]),
        ("ein Dudelsack", [Absent("Dudelsack", ("oboe", "clarinet"))]),
    ],
    "fr": [("un bugle", [Absent("bugle", HORNS)]), ("une cornemuse", [Absent("cornemuse", ("oboe", "clarinet"))])],
    "es": [("una gaita", [Absent("gaita", ("oboe", "clarinet"))])],
    "it": [("un flicorno", [Absent("flicorno", HORNS)])],
    "ar": [("عود", [Absent("عود", ("mandolin", "classical-guitar"))])],
}

COUNTEREXAMPLES = {
    "en": ["a horn", "a clarinet"],
    "de": ["ein Flügel", "ein lautes Schlagzeug"],
    "fr": ["un cor d'harmonie"],
    "es": ["una flauta dulce"],
    "it": ["un corno"],
    "ar": ["كمان"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    return {said: (NAME, absent) for said, absent in lexicon.load().absent.items()}
