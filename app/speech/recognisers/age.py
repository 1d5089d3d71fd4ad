"""Reading how old a player is, and how long somebody has played: `who is 8`, `my 6-year-old`, `for ten years`."""

from collections.abc import Iterator
from functools import lru_cache

from app.speech import lexicon, numbers
from app.speech.marks import Mark
from app.speech.words import AGED

NAME, PLAYED = "age", "years_played"
OLDEST = 99
NO_AGE_BEFORE = "€$£/"
LAST_CHILD = 18  # Of several numbers behind one another, such as those of brothers and sisters.


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
        ("a flute for my 8yo", [8]),
        ("a 14 y/o", [14]),
        ("she is almost 10", [10]),
        ("my dad, 67, never played", [67]),
        ("kids aged 5, 7 and 10", [5, 7, 10]),
        ("for her 7th birthday", [7]),
        ("I'm 40", [40]),
        ("she turns nine in May", [9]),
    ],
    "de": [
        ("sie ist 8 Jahre alt", [8]),
        ("sie wird sieben Jahre", [7]),
        ("sie ist acht", [8]),
        ("ein Kind von 10 Jahren", [10]),
        ("meine achtjährige Tochter", [8]),
        ("meine Tochter, 8", [8]),
        ("zu seinem 9. Geburtstag", [9]),
    ],
    "fr": [("elle a 8 ans", [8]), ("un garçon de dix ans", [10]), ("ma fille, 8 ans", [8]), ("mon père (67)", [67])],
    "es": [
        ("tiene 8 años", [8]),
        ("un niño de siete años", [7]),
        ("tiene 8 añitos", [8]),
        ("mi hijo de 14", [14]),
        ("mi hija, 8", [8]),
    ],
    "it": [
        ("ha 8 anni", [8]),
        ("un bambino di sette anni", [7]),
        ("mio figlio (9 anni)", [9]),
        ("ha otto", [8]),
        ("mia figlia, 8", [8]),
    ],
    "ar": [("عمرها 8 سنوات", [8]), ("عمره عشر سنوات", [10]), ("عمره 6 سنين", [6]), ("ابنتي، 8", [8])],
}

# Neither a length of time, nor a count, nor years of playing.
COUNTEREXAMPLES = {
    "en": [
        "for ten years",
        "it is 20 euros",
        "it is 88 keys",
        "I have played for three years",
        "8 violins",
        "for my band, 8 people",
        "I'm 5 minutes away",
    ],
    "de": ["ich spiele seit zwei Jahren", "8 Geigen"],
    "fr": ["je joue depuis trois ans", "8 violons"],
    "es": ["toco desde hace dos años", "8 violines"],
    "it": ["suono da tre anni", "8 violini"],
    "ar": ["أعزف منذ 3 سنوات"],
}


def find(tokens: list[str]) -> Iterator[Mark]:
    """Each age, and each time of playing in years; the mark stands at the number."""
    place, after_age = 0, -1
    while place < len(tokens):
        years, after = _number(tokens, place) or (0, place + 1)
        if 0 < years <= OLDEST:
            if _is_played(tokens, place, after):
                yield Mark(PLAYED, years, place, after)
            elif _is_age(tokens, place, after) or _is_next_age(tokens, place, after, after_age, years):
                yield Mark(NAME, years, place, after)
                after_age = after
        place = after


def level_after(years: int) -> str:
    """The level that a player usually has after so many years."""
    return "beginner" if years < 2 else "intermediate" if years <= 5 else "advanced"


def _is_age(tokens: list[str], place: int, after: int) -> bool:
    known = lexicon.load().ages
    is_set_off = tokens[place - 1 : place] == [AGED]
    if is_set_off or _glued_years(tokens[place]) or lexicon.begins(tokens, after, known["birthday"]):
        return True
    before = _before_almost(tokens, place)
    if lexicon.begins(tokens, after, known["year"]):
        return (
            (tokens[after],) not in known["loose"]
            or lexicon.ends(tokens, before, known["before"] | known["bare"])
            or lexicon.begins(tokens, after + 1, known["old"])
            or _is_beside_person(tokens, place)
        )
    if lexicon.ends(tokens, before, known["turning"]) and lexicon.begins(tokens, after, known["when"]):
        return True
    if not _ends(tokens, after):
        return False
    return lexicon.ends(tokens, before, known["bare"]) or _is_beside_person(tokens, place)


def _ends(tokens: list[str], after: int) -> bool:
    """Whether nothing is counted by the number before."""
    if after >= len(tokens) or not (tokens[after].isalpha() or tokens[after] in NO_AGE_BEFORE):
        return True
    return (tokens[after],) in lexicon.load().ages["follower"]


def _before_almost(tokens: list[str], place: int) -> int:
    """Where `almost`, `only` or the like begins, if it stands before the number."""
    almost = lexicon.load().ages["almost"]
    while place and (tokens[place - 1],) in almost:
        place -= 1
    return place


def _is_beside_person(tokens: list[str], place: int) -> bool:
    """`my dad, 67`, `my son 12`"""
    before = place - (tokens[place - 1 : place] == [","])
    return lexicon.ends(tokens, before, lexicon.load().ages["person"])


def _is_next_age(tokens: list[str], place: int, after: int, after_age: int, years: int) -> bool:
    """`aged 5, 7 and 10`: what follows an age at once."""
    between = tokens[after_age:place] if after_age >= 0 else []
    joins = lexicon.load().clauses["joins"]
    is_joined = 0 < len(between) <= 2 and all(token == "," or (token,) in joins for token in between)
    return is_joined and years <= LAST_CHILD and _ends(tokens, after)


def _is_played(tokens: list[str], place: int, after: int) -> bool:
    known = lexicon.load().ages
    if not lexicon.begins(tokens, after, known["year"]) or lexicon.begins(tokens, after + 1, known["old"]):
        return False
    if lexicon.begins(tokens, after, known["aged"]):
        return False
    nearby = tokens[max(0, place - 3) : place]
    return any((token,) in known["played"] for token in nearby)


def _number(tokens: list[str], place: int) -> tuple[int, int] | None:
    token = tokens[place]
    if token.isdecimal():
        return (int(token), place + 1) if len(token) <= 2 else None
    glued = _glued_years(token)
    return (glued, place + 1) if glued else numbers.at(tokens, place)


@lru_cache(maxsize=4096)
def _glued_years(token: str) -> int:
    """The years in `achtjährige`; 0 where none are."""
    for (ending,) in lexicon.load().ages["glued"]:
        number = numbers.at([token.removesuffix(ending)], 0) if token.endswith(ending) and token != ending else None
        if number:
            return number[0]
    return 0
