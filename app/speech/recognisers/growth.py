"""That a player is small or tall for the age, or needs another size than the one spoken of.

`small` and `tall` are said of the player; `up` and `down` of the instrument, `between` of two sizes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.marks import Mark
from app.speech.shelf import Shelf

NAME = "growth"
BETWEEN, UP = "between", "up"
NEAR = 8  # Words in which both sizes are named.

EXAMPLES = {
    "en": [
        ("she is small for her age", ["small"]),
        ("tall for his age", ["tall"]),
        ("she outgrew her 1/2", ["up"]),
        ("one size smaller", ["down"]),
        ("he is between sizes", ["between"]),
        ("between a 1/2 and a 3/4", ["between"]),
    ],
    "de": [("klein für ihr Alter", ["small"]), ("sie ist herausgewachsen", ["up"]), ("eine Nummer größer", ["up"])],
    "fr": [("petite pour son âge", ["small"]), ("la taille au-dessus", ["up"])],
    "es": [("pequeña para su edad", ["small"]), ("se le ha quedado pequeño", ["up"])],
    "it": [("piccola per la sua età", ["small"]), ("la misura successiva", ["up"])],
    "ar": [("صغيرة بالنسبة لعمرها", ["small"]), ("المقاس التالي", ["up"])],
}

COUNTEREXAMPLES = {
    "en": ["a small guitar", "the room is too small", "between 10 and 20 euros", "between Monday and Friday"],
    "de": ["eine kleine Geige", "zwischen 10 und 20 Euro"],
    "fr": ["une petite guitare", "entre 10 et 20 euros"],
    "es": ["una guitarra pequeña", "entre 10 y 20 euros"],
    "it": ["una chitarra piccola", "tra 10 e 20 euro"],
    "ar": ["جيتار صغير", "بين 10 و 20 يورو"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    found = lexicon.load().growth
    return {said: (NAME, how) for how in found if how != BETWEEN for said in found[how]}


def find(tokens: Sequence[str]) -> Iterator[Mark]:
    """What is said of two sizes, and words such as `outgrew`, which also put what somebody has into the background."""
    known = lexicon.load()
    has = known.clauses["has"] & known.growth[UP]
    for place, token in enumerate(tokens):
        if (token,) in has:
            yield Mark(NAME, UP, place, place + 1)
        lengths = range(min(3, len(tokens) - place), 0, -1)
        length = next((n for n in lengths if tuple(tokens[place : place + n]) in known.growth[BETWEEN]), 0)
        if length > 1 or length and _has_two_sizes(tokens[place + 1 : place + NEAR]):
            yield Mark(NAME, BETWEEN, place, place + length)


def _has_two_sizes(tokens: Sequence[str]) -> bool:
    return sum((token,) in lexicon.load().sizes for token in tokens) > 1
