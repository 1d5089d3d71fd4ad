"""Which of several things each thing that was said is about.

What stands beside the name of one of them is about it; what is said before the first, or behind a comma after the last,
is about all, and so are days, places and styles wherever they stand. Of people each thing has its own as soon as there
are as many, or where one of them was given to another thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.needs.facets.level import Level
from app.needs.facets.size import Size
from app.speech import lexicon
from app.speech.lexicon import Phrases
from app.speech.marks import Mark, Turn
from app.speech.reading import Said
from app.speech.words import PLUS

OF_ALL = frozenset({"days", "place", "genre", "player"})
STOPS = frozenset({".", ";", "!", "?"})
CLAUSE_ENDS = STOPS | {",", ":"}
NAMES_A_PERSON = frozenset(Size.MARKS) - {"size"}
SAID_BEHIND = frozenset({*Level.MARKS, *NAMES_A_PERSON, "money"})
ABOUT_EACH = frozenset({Turn.CORRECTION, Turn.QUIET})  # Turns that say something of every part.


@dataclass(frozen=True)
class Head:
    """What names one thing, from `start` up to `end`: the kinds that it may be; none for "one" (the same again)."""

    start: int
    end: int
    marks: tuple[Mark, ...]


def belongings(said: Said, heads: Sequence[Head]) -> list[tuple[Mark, ...]]:
    """For each of the things that are named the marks that are about it, those about all among them."""
    begins = [_begin_of_first(said, heads[0]), *(_joint_before(said, one, two) for one, two in pairwise(heads))]
    people = [mark for mark in said.marks if mark.name in NAMES_A_PERSON and not mark.is_negated]
    owners = {mark: _owner(said, heads, begins, people, mark) for mark in said.marks}
    return [tuple(mark for mark, owner in owners.items() if owner in (ALL, n)) for n in range(len(heads))]


ALL, NONE = -1, -2


def _owner(said: Said, heads: Sequence[Head], begins: Sequence[int], people: Sequence[Mark], mark: Mark) -> int:
    """The number of the thing that the mark is about, or ALL; NONE for what is about none of them."""
    last = len(heads) - 1
    if mark.name in ("kind", "absent"):
        return ALL if mark.is_negated else NONE
    if mark.name == "turn":
        return ALL if mark.value in ABOUT_EACH else NONE
    if mark.name in OF_ALL:
        return ALL
    if mark in people and len(people) == len(heads):
        return people.index(mark)
    if mark.start < begins[0]:
        return NONE if mark.name in ("money", "quantity") else ALL
    if mark.start >= heads[last].end:
        return _owner_behind(said, heads, people, mark)
    nearest = max(n for n, begin in enumerate(begins) if begin <= mark.start)
    if mark in people and nearest < last and mark.start >= heads[nearest].end:
        gap = said.tokens[heads[nearest].end : mark.start]
        is_joined = holds(gap, lexicon.part_words().joints["and"]) or not STOPS.isdisjoint(gap)
        return nearest + is_joined
    return nearest


def _owner_behind(said: Said, heads: Sequence[Head], people: Sequence[Mark], mark: Mark) -> int:
    """`… and one for my daughter, 8`: what is said behind the last thing."""
    last = len(heads) - 1
    gap = said.tokens[heads[last].end : mark.start]
    if holds(gap, lexicon.part_words().of["all"]):
        return ALL
    if mark.name in SAID_BEHIND:
        others = [person for person in people if person.start < heads[last].start]
        return last if mark in people and (others or not heads[last].marks) else NONE if mark.name == "money" else ALL
    return last if CLAUSE_ENDS.isdisjoint(gap) else ALL


def _begin_of_first(said: Said, head: Head) -> int:
    """Where what belongs to the first thing begins: at its number or article, with what describes it between."""
    words = [mark for mark in said.marks if mark.name not in ("turn", "days")]
    described = {place for mark in words for place in range(mark.start, mark.end)}
    place = head.start
    while place > 0 and (place - 1 in described or (said.tokens[place - 1],) in lexicon.part_words().single):
        place -= 1
    return place


def _joint_before(said: Said, before: Head, head: Head) -> int:
    """Where the word stands that joins this thing to the one before."""
    if not head.marks:
        return head.start
    known = lexicon.part_words().joints["and"]
    for place in range(head.start, before.end, -1):
        if lexicon.ends(said.tokens, place, known) or said.tokens[place - 1] in CLAUSE_ENDS | {PLUS}:
            return place
    return head.start


def holds(tokens: Sequence[str], phrases: Phrases) -> bool:
    """Whether one of the phrases stands among these words."""
    return any(lexicon.begins(tokens, place, phrases) for place in range(len(tokens)))
