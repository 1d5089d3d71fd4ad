"""Numbers, in figures or in words: `61 keys`, `twenty-five`."""

from collections.abc import Iterator, Sequence

from app.speech import numbers
from app.speech.marks import Mark

NAME = "number"
MOST_DIGITS = 6

EXAMPLES = {
    "en": [("61 keys", [61]), ("two hundred and five strings", [205]), ("between ten and twenty", [10, 20])],
    "de": [("fünfundzwanzig Tasten", [25]), ("zweihundertfünfzig", [250])],
    "fr": [("quatre-vingt-huit touches", [88]), ("vingt et un", [21])],
    "es": [("ochenta y ocho teclas", [88]), ("doscientos cincuenta", [250])],
    "it": [("ottantotto tasti", [88]), ("duecentocinquanta", [250])],
    "ar": [("خمسة وعشرون", [25]), ("٨٨ مفتاحا", [88])],
}

# Words that are others as well count before a unit of time, money or an instrument only.
COUNTEREXAMPLES = {
    "en": ["once a week", "it is due", "often", "a cello", "3/4"],
    "de": ["eine Geige", "achtsam"],
    "fr": ["un violon neuf", "une harpe"],
    "es": ["un violín"],
    "it": ["sei gentile", "una tromba"],
    "ar": ["كمان"],
}


def find(tokens: Sequence[str]) -> Iterator[Mark]:
    place = 0
    while place < len(tokens):
        number, after = at(tokens, place) or (None, place + 1)
        if number is not None:
            yield Mark(NAME, number, place, after)
        place = after


def at(tokens: Sequence[str], place: int) -> tuple[int, int] | None:
    """The whole number that begins here, and the place behind it."""
    token = tokens[place]
    return (int(token), place + 1) if token.isdecimal() and len(token) <= MOST_DIGITS else numbers.at(tokens, place)
