"""How many instruments: `two violins`, `three quiet pianos`. The number may have one word between."""

from collections.abc import Iterator, Sequence

from app.speech.marks import Mark
from app.speech.recognisers import kind, number

NAME = "quantity"
QUANTITIES = range(2, 21)
LONGEST_NUMBER = 4  # In words.

EXAMPLES = {
    "en": [
        ("two violins", [2]),
        ("three quiet pianos", [3]),
        ("12 microphones and a drum kit", [12]),
        ("a dozen ukuleles", [12]),
    ],
    "de": [("zwei Geigen", [2]), ("fünfzehn leise Klaviere", [15])],
    "fr": [("deux violons", [2]), ("dix-sept guitares", [17])],
    "es": [("dos violines", [2]), ("tres guitarras", [3])],
    "it": [("due violini", [2]), ("tre trombe", [3])],
    "ar": [("ثلاثة كمان", [3])],
}

COUNTEREXAMPLES = {
    "en": ["a violin", "100 violins", "she is 8, a violin", "no two violins", "a violin for 2 weeks", "a guitar 2"],
    "de": ["eine Geige", "eine Geige für zwei Wochen"],
    "fr": ["un violon", "un violon 3/4"],
    "es": ["un violín"],
    "it": ["un violino"],
    "ar": ["كمان"],
}


def find(tokens: Sequence[str], marks: Sequence[Mark]) -> Iterator[Mark]:
    """For each kind among the marks that is not refused: how many are wanted. It ends where the kind begins."""
    for mark in marks:
        counted = _counted(tokens, mark.start) if mark.name == kind.NAME and not mark.is_negated else None
        if counted:
            yield Mark(NAME, *counted, mark.start)


def _counted(tokens: Sequence[str], start: int) -> tuple[int, int] | None:
    """How many of what begins at `start`, and where that is said."""
    for end in (start, start - 1):
        for place in range(max(0, end - LONGEST_NUMBER), end):
            found, after = number.at(tokens, place) or (0, place)
            if found in QUANTITIES and after == end:
                return found, place
    return None
