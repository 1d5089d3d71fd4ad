"""In which school year a player is: `year 4`, `2. Klasse`, `CE1`; the age at which that year usually begins.

Compulsory school begins at 5 in England ("year 1"; gov.uk, The national curriculum) and at 6 in the United States
(NCES), Germany (KMK), France ("CP"; service-public.fr), Spain ("1º de primaria"; LOMLOE), Italy ("prima elementare";
MIUR) and most Arab countries (UNESCO Institute for Statistics); each year is one more.
"""

from collections.abc import Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.shelf import Shelf

NAME = "grade"

EXAMPLES = {
    "en": [("a Year 4 pupil", [8]), ("she is in third grade", [8]), ("a 2nd grader", [7])],
    "de": [("er geht in die 2. Klasse", [7]), ("eine Drittklässlerin", [8])],
    "fr": [("il est en CE1", [7]), ("elle entre en 6e", [11])],
    "es": [("está en 2º de primaria", [7]), ("tercero de primaria", [8])],
    "it": [("fa la seconda elementare", [7]), ("prima media", [11])],
    "ar": [("في الصف الثالث", [8])],
}

# An examination's grade, or years of playing.
COUNTEREXAMPLES = {
    "en": ["she passed grade 3 on the violin", "for one year", "a first class cello"],
    "de": ["zwei Klassen", "seit drei Jahren"],
    "fr": ["ce violon", "trois classes"],
    "es": ["la segunda guitarra", "dos clases"],
    "it": ["la prima volta", "due classi"],
    "ar": ["الثالث"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    return {said: (NAME, age) for said, age in lexicon.load().grades.items()}
