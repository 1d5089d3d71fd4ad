"""Reading how old a player is, and how long somebody has played: `who is 8`, `my 6-year-old`, `for ten years`."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.speech import lexicon, numbers
from app.speech.words import AGED

OLDEST = 99
NO_AGE_BEFORE = "€$£/"


def stated(tokens: list[str]) -> Iterator[tuple[str, int, int]]:
    """Each `age` and each `years_played`: which of the two, how many years, and where the number stands."""
    place = 0
    while place < len(tokens):
        number, after = _number(tokens, place) or (0, place + 1)
        if 0 < number <= OLDEST:
            if _is_played(tokens, place, after):
                yield "years_played", number, place
            elif _is_age(tokens, place, after):
                yield "age", number, place
        place = after


@dataclass(frozen=True)
class Ages:
    age: int | None = None
    years_played: int | None = None


def read(tokens: list[str]) -> Ages:
    """The last age and the last time of playing that the tokens state."""
    return Ages(**{name: years for name, years, _ in stated(tokens)})


def level_after(years: int) -> str:
    """The level that a player usually has after so many years."""
    return "beginner" if years < 2 else "intermediate" if years <= 5 else "advanced"


def _is_age(tokens: list[str], place: int, after: int) -> bool:
    known = lexicon.load().ages
    if lexicon.begins(tokens, after, known["year"]):
        return (
            (tokens[after],) not in known["loose"]
            or lexicon.ends(tokens, place, known["before"])
            or lexicon.begins(tokens, after + 1, known["old"])
        )
    ends = after >= len(tokens) or not (tokens[after].isalpha() or tokens[after] in NO_AGE_BEFORE)
    ends = ends or (tokens[after],) in known["follower"]
    return ends and (tokens[place - 1 : place] == [AGED] or lexicon.ends(tokens, place, known["bare"]))


def _is_played(tokens: list[str], place: int, after: int) -> bool:
    known = lexicon.load().ages
    if not lexicon.begins(tokens, after, known["year"]) or lexicon.begins(tokens, after + 1, known["old"]):
        return False
    nearby = tokens[max(0, place - 3) : place]
    return any((token,) in known["played"] for token in nearby)


def _number(tokens: list[str], place: int) -> tuple[int, int] | None:
    token = tokens[place]
    return (int(token), place + 1) if token.isdecimal() and len(token) <= 2 else numbers.at(tokens, place)
