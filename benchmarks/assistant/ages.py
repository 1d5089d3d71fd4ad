"""What the judge knows of bodies: at which ages a child's size is usual, and how tall somebody said to be.

The ages are those on which the makers' charts and the descriptions of the catalogue agree, each with a year to spare at
both ends: charts differ by as much.
"""

import re
from collections.abc import Iterator

BOWED = {"1/32": (2, 4), "1/16": (2, 5), "1/10": (3, 6), "1/8": (3, 6), "1/4": (4, 8), "1/2": (6, 10), "3/4": (8, 13)}
USUAL = {
    "violin": BOWED,
    "viola": BOWED,
    "cello": {"1/8": (3, 7), "1/4": (5, 9), "1/2": (7, 12), "3/4": (10, 15)},
    "double-bass": {"1/4": (5, 10), "1/2": (8, 14)},
    "classical-guitar": {"1/4": (2, 6), "1/2": (4, 9), "3/4": (7, 12), "7/8": (9, 14)},
}
FULL_FROM = 10
METRES = re.compile(r"(?<![\d.,])([12])\s*(?:[.,]|m(?:et\w+|\b)?)\s*(?:(?:e|y|et|und|and)\s+)?(\d\d)(?!\d)")


def is_usual(category: str, size: str | None, age: int) -> bool:
    """Whether this size of an instrument is usual at this age, in years."""
    if size in (None, "4/4"):
        return category in USUAL and FULL_FROM <= age <= 18
    youngest, oldest = USUAL.get(category, {}).get(str(size), (0, 0))
    return youngest <= age <= oldest


def heights(said: str) -> Iterator[int]:
    """Centimetres of what was said in metres: `1.40 m`, `1m40`, `1 metro e 40`."""
    for metres, rest in METRES.findall(said):
        yield int(metres + rest)
