"""Reading how old a player is, and how long somebody has played: `who is 8`, `my 6-year-old`, `for ten years`."""

from collections.abc import Iterator

from app.speech import lexicon, numbers
from app.speech.marks import Mark
from app.speech.words import AGED

NAME, PLAYED = "age", "years_played"
OLDEST = 99
NO_AGE_BEFORE = "€$£/"


EXAMPLES = {
    "en": [
        ("she is 8", [8]),
        ("my 6-year-old", [6]),
        ("my son (12)", [12]),
        ("he just turned seven", [7]),
        ("a 10 year old", [10]),
        ("she turned 10 last month", [10]),
        ("she's eleven - which cello?", [11]),
        ("both are 7", [7]),
    ],
    "de": [
        ("sie ist 8 Jahre alt", [8]),
        ("sie wird sieben Jahre", [7]),
        ("sie ist acht", [8]),
        ("ein Kind von 10 Jahren", [10]),
    ],
    "fr": [("elle a 8 ans", [8]), ("un garçon de dix ans", [10])],
    "es": [("tiene 8 años", [8]), ("un niño de siete años", [7]), ("tiene 8 añitos", [8]), ("mi hijo de 14", [14])],
    "it": [("ha 8 anni", [8]), ("un bambino di sette anni", [7]), ("mio figlio (9 anni)", [9]), ("ha otto", [8])],
    "ar": [("عمرها 8 سنوات", [8]), ("عمره عشر سنوات", [10]), ("عمره 6 سنين", [6])],
}

# Neither a length of time, nor a count, nor years of playing.
COUNTEREXAMPLES = {
    "en": ["for ten years", "it is 20 euros", "it is 88 keys", "I have played for three years", "8 violins"],
    "de": ["ich spiele seit zwei Jahren", "8 Geigen"],
    "fr": ["je joue depuis trois ans", "8 violons"],
    "es": ["toco desde hace dos años", "8 violines"],
    "it": ["suono da tre anni", "8 violini"],
    "ar": ["أعزف منذ 3 سنوات"],
}


def find(tokens: list[str]) -> Iterator[Mark]:
    """Each age, and each time of playing in years; the mark stands at the number."""
    place = 0
    while place < len(tokens):
        years, after = _number(tokens, place) or (0, place + 1)
        if 0 < years <= OLDEST:
            if _is_played(tokens, place, after):
                yield Mark(PLAYED, years, place, after)
            elif _is_age(tokens, place, after):
                yield Mark(NAME, years, place, after)
        place = after


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
