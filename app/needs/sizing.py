"""Which size fits a player, by what is known of the body: an arm's length, a height, or only the age.

An arm is measured stretched out, from the collar bone to the middle of the palm. It decides in the end, which is why an
answer says "usual at 8" and staff measure in the shop. The figures are the lower ends of the ranges in public charts
of makers and teachers; these differ by a year or some centimetres (then the middle):

- violin and viola: Connolly Music, Shar Music and Yamaha (ages, arms), Thomann (heights)
- cello and double bass: Connolly Music (ages), StringWorks (heights); guitar: Ortega and Cordoba (ages, heights)
- violas of 12, 13 and 14 inches have the body of a violin of 1/2, 3/4 and 4/4; from 15 inches on they are full ones
  (Ifshin Violins)
- small for the age is one size down, and of two sizes the smaller one fits (Shar Music)

Instruments without such a rule have no child sizes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.rental.offer import Offer
from app.speech import lexicon

Ladder = tuple[tuple[int, str], ...]  # From a year of age, or from a centimetre on, this size.

BEGINS_AT: dict[str, Ladder] = {
    "violin": ((3, "1/16"), (4, "1/8"), (5, "1/4"), (7, "1/2"), (9, "3/4"), (12, "4/4")),
    "cello": ((4, "1/8"), (6, "1/4"), (8, "1/2"), (11, "3/4"), (15, "4/4")),
    "double-bass": ((7, "1/4"), (10, "1/2"), (14, "3/4")),
    "classical-guitar": ((4, "1/4"), (6, "1/2"), (9, "3/4"), (12, "4/4")),
}
BEGINS_AT_HEIGHT: dict[str, Ladder] = {
    "violin": ((75, "1/32"), (95, "1/16"), (105, "1/8"), (115, "1/4"), (125, "1/2"), (140, "3/4"), (152, "4/4")),
    "cello": ((90, "1/8"), (107, "1/4"), (122, "1/2"), (137, "3/4"), (152, "4/4")),
    "double-bass": ((105, "1/8"), (120, "1/4"), (137, "1/2"), (150, "3/4")),
    "classical-guitar": ((90, "1/4"), (115, "1/2"), (130, "3/4"), (150, "4/4")),
}
BEGINS_AT_ARM: dict[str, Ladder] = {
    "violin": (
        (25, "1/32"),
        (36, "1/16"),
        (39, "1/10"),
        (42, "1/8"),
        (45, "1/4"),
        (51, "1/2"),
        (56, "3/4"),
        (59, "4/4"),
    ),
}
for ladders in (BEGINS_AT, BEGINS_AT_HEIGHT, BEGINS_AT_ARM):
    ladders["viola"] = ladders["violin"]
    if "classical-guitar" in ladders:
        ladders["acoustic-guitar"] = ladders["electric-guitar"] = ladders["classical-guitar"]

GROWN_UP = 16
# What a viola's inches stand for, and the inches that each size may be written in.
INCHES = {'11"': "1/4", '12"': "1/2", '13"': "3/4", '14"': "3/4"} | dict.fromkeys(
    ('15"', '15.5"', '16"', '16.5"', '17"'), "4/4"
)
ORDER = ("1/32", "1/16", "1/10", "1/8", "1/4", "1/2", "3/4", "7/8", "4/4")
Measure = Literal["arm", "height", "age"]


@dataclass(frozen=True)
class Body:
    """What is known of a player: years, centimetres, and how tall for the age (-1 small, 1 tall)."""

    age: int | None = None
    height: int | None = None
    arm: int | None = None
    build: int = 0

    @property
    def is_grown_up(self) -> bool:
        """By the age; a short grown-up plays a full size, unless an arm's length says otherwise."""
        return self.age is not None and self.age >= GROWN_UP


def usual(category: str, body: Body) -> str | None:
    """The usual size for this player; None when there are no child sizes, or nothing tells."""
    measure = measured_by(category, body)
    if measure is None:
        return None
    ladder, value = {
        "arm": (BEGINS_AT_ARM, body.arm), "height": (BEGINS_AT_HEIGHT, body.height), "age": (BEGINS_AT, body.age)
    }[measure]  # fmt: skip
    steps = ladder[category]
    size = next((size for begins, size in reversed(steps) if (value or 0) >= begins), steps[0][1])
    return beside(category, size, body.build) if measure == "age" and body.build else size


def measured_by(category: str, body: Body) -> Measure | None:
    """By what the size of this player's instrument is told: the most telling of what is known."""
    if body.arm is not None and category in BEGINS_AT_ARM:
        return "arm"
    if category not in BEGINS_AT or body.is_grown_up:
        return None
    if body.height is not None:
        return "height"
    return "age" if body.age is not None else None


def beside(category: str, size: str, steps: int) -> str:
    """The size so many steps above this one, or below, among those in which this instrument is usually made."""
    made = [made for _, made in BEGINS_AT.get(category, ())]
    sizes = made if size in made else list(ORDER)
    if size not in sizes:
        return size
    return sizes[min(max(sizes.index(size) + steps, 0), len(sizes) - 1)]


def is_child_size(category: str, size: str | None) -> bool:
    """Whether a grown-up would hardly want this size; a double bass of 3/4 is the usual one."""
    return size not in (None, *full_sizes(category))


def full_sizes(category: str) -> tuple[str, ...]:
    """The sizes that grown-ups play."""
    inches = [inch for inch, size in INCHES.items() if size == "4/4"]
    return ("4/4", "7/8", *(["3/4"] if category == "double-bass" else []), *(inches if category == "viola" else []))


def written(category: str, size: str) -> tuple[str, ...]:
    """How a catalogue may write this size: a 3/4 viola as one of 13 inches; inches only as themselves."""
    inches = [inch for inch, its in INCHES.items() if its == size] if category == "viola" else []
    return (size, *inches)


def of(offer: Offer) -> str | None:
    """The size of an instrument: as it is stated, else as its name says it."""
    return offer.size or next(sizes_in(offer.name), None)


def sizes_in(name: str) -> Iterator[str]:
    """The sizes that a name tells: `Stentor Student II 3/4`, `Gewa viola 15.5"`."""
    tokens, known = lexicon.words(name), lexicon.load().sizes
    for place in range(len(tokens)):
        said = (tuple(tokens[place : place + length]) for length in (2, 1))
        yield from (known[phrase] for phrase in said if phrase in known)


def distance(wanted: str, offered: str) -> int:
    """How many sizes lie between two; 0 where one of them is no known size."""
    steps = [INCHES.get(size, size) for size in (wanted, offered)]
    if any(step not in ORDER for step in steps):
        return 0
    return abs(ORDER.index(steps[0]) - ORDER.index(steps[1]))
