"""Reading how old a player is, and how long somebody has played: `who is 8`, `my 6-year-old`, `for ten years`."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.speech import lexicon

OLDEST = 99
# What may stand before a bare number that is an age.
AGE_WORDS = frozenset(
    {("is",), ("aged",), ("age",), ("turns",), ("turning",), ("shes",), ("hes",), ("who", "is"), ("just", "turned")}
    | {(child, "of") for child in ("kid", "child", "boy", "girl", "son", "daughter")}
)


def stated(tokens: list[str]) -> Iterator[tuple[str, int, int]]:
    """Each `age` and each `years_played`: which of the two, how many years, and where the number stands."""
    for place, token in enumerate(tokens):
        number = _number(token)
        if number is None or not 0 < number <= OLDEST:
            continue
        if _is_played(tokens, place):
            yield "years_played", number, place
        elif _is_age(tokens, place):
            yield "age", number, place


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


def _is_age(tokens: list[str], place: int) -> bool:
    known = lexicon.load().ages
    before = lexicon.ends(tokens, place, known["before"])
    if lexicon.begins(tokens, place + 1, known["year"]):
        return (
            before
            or lexicon.begins(tokens, place + 2, known["old"])
            or tokens[place + 1] not in ("year", "years", "an", "anni")
        )
    ends = place + 1 >= len(tokens) or not (tokens[place + 1].isalpha() or tokens[place + 1] in "€$£/")
    ends = ends or tokens[place + 1] in ("and", "who", "so", "but", "now", "with", "need", "needs", "wants", "would")
    return ends and lexicon.ends(tokens, place, AGE_WORDS)


def _is_played(tokens: list[str], place: int) -> bool:
    known = lexicon.load().ages
    if not lexicon.begins(tokens, place + 1, known["year"]) or lexicon.begins(tokens, place + 2, known["old"]):
        return False
    nearby = tokens[max(0, place - 3) : place]
    return any((token,) in known["played"] for token in nearby)


def _number(token: str) -> int | None:
    if token.isdecimal() and len(token) <= 2:
        return int(token)
    return lexicon.load().numbers.get(token)
