"""Which kinds of instruments are smaller or bigger than others, by the lengths in bulk.toml."""

import tomllib
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from app.vocabulary import FAMILIES, FAMILY_OF

DATA = Path(__file__).with_name("bulk.toml")


def smaller_kin(categories: Collection[str]) -> tuple[str, ...]:
    """The kinds of the same families that are smaller than each of these, the biggest of them first."""
    lengths = _data()["length"]
    least = min((lengths[category] for category in categories if category in lengths), default=0)
    kin = {other for category in categories for other in FAMILIES.get(FAMILY_OF.get(category, ""), ())}
    smaller = [category for category in kin if lengths.get(category, least) < least]
    return tuple(sorted(smaller, key=lambda category: (-lengths[category], category)))


def biggest_of(categories: Sequence[str]) -> tuple[str, ...]:
    """`the big one`: of these kinds, and of those that share their name, the biggest; nothing where none is bigger."""
    return _furthest(categories, 1)


def smallest_of(categories: Sequence[str]) -> tuple[str, ...]:
    return _furthest(categories, -1)


def _furthest(categories: Sequence[str], sign: int) -> tuple[str, ...]:
    lengths, namesakes = _data()["length"], _data()["namesake"]
    called = (*categories, *(other for category in categories for other in namesakes.get(category, ())))
    known = {category for category in called if category in lengths}
    return (max(known, key=lambda category: (sign * lengths[category], category)),) if len(known) > 1 else ()


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text("utf-8"))
