"""How tall a player is, and how long the arm, in centimetres: `110 cm tall`, `1,35 m`, `4 foot 2`, `arm 52 cm`."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from app.speech import languages, lexicon, numbers
from app.speech.marks import Mark

NAME = HEIGHT = "height"
ARM = "arm"
HEIGHTS, ARMS = range(75, 216), range(25, 86)
FOOT, INCH, METRE = Decimal("30.48"), Decimal("2.54"), Decimal(100)
NEAR = 4  # Words between a length and what it is the length of.
CLAUSE_ENDS = ".;!?"

EXAMPLES = {
    "en": [
        ("he is 110 cm tall", [110]),
        ("she is 1.35 m", [135]),
        ("my son is 4 foot 2", [127]),
        ("she's 4'2\"", [127]),
        ("height 128cm", [128]),
        ("he is four feet two inches tall", [127]),
    ],
    "de": [("sie ist 1,20 m groß", [120]), ("ein Meter zwanzig groß", [120]), ("Körpergröße 128 cm", [128])],
    "fr": [("elle mesure 1m35", [135]), ("il fait 120 cm", [120])],
    "es": [("mide 1,20 m", [120]), ("mi hijo mide 120 cm", [120])],
    "it": [("è alta 1,20 m", [120]), ("alto 128 cm", [128]), ("è alto 1 metro e 40", [140])],
    "ar": [("طولها 120 سم", [120])],
}

# The length of a thing or of an arm, a price, a weight.
COUNTEREXAMPLES = {
    "en": ["a table 110 cm wide", "the case is 120 cm long", "a 16 inch viola", "her arm is 52 cm", "5 m of cable"],
    "de": ["ein Kabel von 5 m", "80 cm breit", "Armlänge 52 cm"],
    "fr": ["un câble de 3 m", "80 cm de large"],
    "es": ["un cable de 3 m", "80 cm de ancho"],
    "it": ["un cavo di 3 m", "largo 80 cm"],
    "ar": ["كابل 3 متر"],
}


def find(tokens: Sequence[str]) -> Iterator[Mark]:
    """Each height and each arm's length, in whole centimetres; the mark stands at the length."""
    known = lexicon.load().lengths
    place = 0
    while place < len(tokens):
        length, after = _length(tokens, place)
        if length is None:
            place += 1
            continue
        if length in ARMS and _is_near(tokens, place, after):
            yield Mark(ARM, length, place, after)
        elif length in HEIGHTS and (
            lexicon.begins(tokens, after, known["tall"])
            or lexicon.ends(tokens, _before_almost(tokens, place), known["height"])
        ):
            yield Mark(HEIGHT, length, place, after)
        place = after


def _is_near(tokens: Sequence[str], place: int, after: int) -> bool:
    """Whether an arm is spoken of near this length, in its clause."""
    known = lexicon.load().lengths["arm"]
    before = range(max(0, place - NEAR), place)
    behind = range(after, min(after + NEAR, len(tokens)))
    return any(
        lexicon.begins(tokens, at, known)
        and not any(token in CLAUSE_ENDS for token in tokens[min(at, after) : max(at, place)])
        for at in (*before, *behind)
    )


def _before_almost(tokens: Sequence[str], place: int) -> int:
    """Where `about`, `almost` or the like begins, if it stands before the length."""
    almost = lexicon.load().ages["almost"]
    while place and (tokens[place - 1],) in almost:
        place -= 1
    return place


def _length(tokens: Sequence[str], place: int) -> tuple[int | None, int]:
    """The length that begins here, in whole centimetres, and the place behind it."""
    units = lexicon.load().lengths
    number, after = _number(tokens, place)
    if number is None or after >= len(tokens):
        return None, place + 1
    unit = (tokens[after],)
    if unit in units["cm"]:
        return round(number), after + 1
    if unit in units["m"]:
        joined = after + (tuple(tokens[after + 1 : after + 2]) in lexicon.load().clauses["joins"])
        more, behind = _number(tokens, joined + 1)
        rest = more if more is not None and number == int(number) and 0 < more < METRE else Decimal(0)
        rest = rest * 10 if rest and rest < 10 and len(tokens[joined + 1]) == 1 else rest
        return round(number * METRE + rest), behind if rest else after + 1
    if unit in units["ft"]:
        more, behind = _number(tokens, after + 1)
        rest = more if more is not None and more < 12 else Decimal(0)
        end = behind if rest else after + 1
        return round(number * FOOT + rest * INCH), end + (tuple(tokens[end : end + 1]) in units["inch"])
    if unit in units["inch"]:
        return round(number * INCH), after + 1
    return None, place + 1


def _number(tokens: Sequence[str], place: int) -> tuple[Decimal | None, int]:
    if place >= len(tokens):
        return None, place
    token = tokens[place].replace(",", ".")
    if token.replace(".", "", 1).isdecimal() and len(token) <= 5:
        return Decimal(token), place + 1
    said = numbers.at(tokens, place)
    if said is None:
        return (Decimal(1), place + 1) if token in _ones() else (None, place)
    return Decimal(said[0]), said[1]


@cache
def _ones() -> frozenset[str]:
    """`ein` (Meter zwanzig)"""
    return frozenset(lexicon.normalise(word) for _, word in languages.words("numbers", "one"))
