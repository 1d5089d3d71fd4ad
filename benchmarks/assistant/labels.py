"""What stands left of the bar of a conversation, read: what was stated, and what a right answer holds.

The notation is told at the head of conversations.txt, dates.txt and kinds.txt.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

SIGNS = ("<=", ">=", "=")
DAYS = frozenset({"from", "to", "days"})
AMOUNTS = frozenset({"day<", "day>", "week<", "month<", "total<", "allin<", "bare<"})
LEANINGS = frozenset({"level", "genre", "quiet", "cheap"})
LIMITS = DAYS | AMOUNTS | LEANINGS | {"cat", "not", "size", "place", "brand", "notbrand", "n"}


@dataclass(frozen=True)
class Rented:
    """What a customer has rented before the conversation; `size` is None for what has none and for full sizes."""

    category: str
    size: str | None
    first: date
    last: date


@dataclass(frozen=True)
class Label:
    """One word left of the bar that is no limit: `says=half` is `says` with the value `half`; without one, empty."""

    name: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.name}={self.value}" if self.value else self.name


@dataclass(frozen=True)
class Wanted:
    """One way to be right. `limits` as in conversations.txt, but days are left as they are written (`a,b` or `a~b`);
    `parts` are the limits of each of several things; `holds` what else must hold, in the order of the line."""

    limits: dict[str, object]
    parts: tuple[dict[str, object], ...] = ()
    holds: tuple[Label, ...] = ()


def limits(words: list[str]) -> dict[str, object]:
    """From names such as `cat` and `day<` to what was stated; True for words that have no value."""
    return {name: value(name, text) if text else True for name, text in map(cut, words)}


def cut(word: str) -> tuple[str, str]:
    """A word's name and value: `day<=5` is `day<` and `5`; a word without a value has an empty one."""
    found = [(word.find(sign), sign) for sign in SIGNS if sign in word]
    if not found:
        return word, ""
    place, sign = min(found, key=lambda one: (one[0], -len(one[1])))
    return word[:place] + sign.rstrip("="), word[place + len(sign) :]


def value(name: str, text: str) -> object:
    if name in AMOUNTS:
        return Decimal(text)
    if name in ("from", "to"):
        return date.fromisoformat(text)
    if name in ("cat", "not"):
        return tuple(text.split(","))
    return int(text) if name in ("n", "days") else text.replace("_", " ")


def wanted(stated: str) -> tuple[Wanted, ...]:
    """The ways to be right, any of which will do."""
    return tuple(_way(way.split()) for way in f" {stated} ".split(" or "))


def rented(stated: str) -> tuple[Rented, ...]:
    """The rentals that a line states beforehand, in its order."""
    told = [text for name, text in map(cut, stated.split()) if name == "rental"]
    return tuple(map(_rented, told))


def _way(words: list[str]) -> Wanted:
    named = [(word, *cut(word)) for word in words]
    stated = limits([word for word, name, _ in named if name in LIMITS and name not in DAYS])
    days = {name: text for _, name, text in named if name in DAYS}
    parts = tuple(_part(text) for _, name, text in named if name == "part")
    holds = [Label(name, text) for _, name, text in named if name not in LIMITS | {"part", "rental"}]
    return Wanted(stated | days, parts, tuple(holds))


def _part(text: str) -> dict[str, object]:
    """`violin:size=1/2:n=2` as limits: what stands first is what it is."""
    kinds, *rest = text.split(":")
    return {"cat": tuple(kinds.split(",")), **limits(rest)}


def _rented(text: str) -> Rented:
    what, days = text.split(":")
    category, _, size = what.partition("_")
    first, last = map(date.fromisoformat, days.split(".."))
    return Rented(category, size or None, first, last)
