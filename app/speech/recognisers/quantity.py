"""How many instruments: `two violins`, `three quiet pianos`, `violins for my twins`, `ukuleles for 20 pupils`."""

from collections.abc import Iterator, Sequence

from app.speech import lexicon
from app.speech.marks import Mark
from app.speech.recognisers import kind, number

NAME = "quantity"
QUANTITIES = range(2, 61)  # Up to two classes of a school.
MOST_ORDINARY = 20  # Of a word that counts other things as well: "61 keys".
LONGEST_NUMBER = 4  # In words.

EXAMPLES = {
    "en": [
        ("two violins", [2]),
        ("three quiet pianos", [3]),
        ("12 microphones and a drum kit", [12]),
        ("a dozen ukuleles", [12]),
        ("30 ukuleles", [30]),
        ("violins for my twins", [2]),
        ("ukuleles for 25 pupils", [25]),
    ],
    "de": [("zwei Geigen", [2]), ("fünfzehn leise Klaviere", [15]), ("Geigen für meine Zwillinge", [2])],
    "fr": [("deux violons", [2]), ("dix-sept guitares", [17]), ("des violons pour mes jumeaux", [2])],
    "es": [("dos violines", [2]), ("tres guitarras", [3]), ("violines para mis gemelos", [2])],
    "it": [("due violini", [2]), ("tre trombe", [3]), ("violini per i miei gemelli", [2])],
    "ar": [("ثلاثة كمان", [3])],
}

COUNTEREXAMPLES = {
    "en": [
        "a violin",
        "100 violins",
        "she is 8, a violin",
        "no two violins",
        "a violin for 2 weeks",
        "a guitar 2",
        "a piano for my twins",
        "61 keys",
        "a drum kit for 3 kids",
        "three quarter violins",
    ],
    "de": ["eine Geige", "eine Geige für zwei Wochen"],
    "fr": ["un violon", "un violon 3/4"],
    "es": ["un violín"],
    "it": ["un violino"],
    "ar": ["كمان"],
}


def find(tokens: Sequence[str], marks: Sequence[Mark]) -> Iterator[Mark]:
    """For each kind among the marks that is not refused: how many are wanted. It ends where the kind begins.

    Where nobody counts the instruments, and none is called a single one, as many are wanted as there are people.
    """
    wanted = [mark for mark in marks if mark.name == kind.NAME and not mark.is_negated]
    sized = {place for mark in marks if mark.name == "size" for place in range(mark.start, mark.end)}
    found = ((mark, _counted(tokens, mark)) for mark in wanted)
    counted = [Mark(NAME, *at, mark.start) for mark, at in found if at and at[1] not in sized]
    yield from counted
    if wanted and not counted and not any(_is_single(tokens, mark) for mark in wanted):
        yield from _people(tokens)


def _counted(tokens: Sequence[str], mark: Mark) -> tuple[int, int] | None:
    """How many of this kind, and where that is said."""
    is_ordinary = tuple(tokens[mark.start : mark.end]) in lexicon.load().ordinary
    for end in (mark.start, mark.start - 1):
        for place in range(max(0, end - LONGEST_NUMBER), end):
            found, after = number.at(tokens, place) or (0, place)
            if found in QUANTITIES and after == end and not (is_ordinary and found > MOST_ORDINARY):
                return found, place
    return None


def _is_single(tokens: Sequence[str], mark: Mark) -> bool:
    single = lexicon.part_words().single
    return any(lexicon.ends(tokens, mark.start - back, single) for back in (0, 1))


def _people(tokens: Sequence[str]) -> Iterator[Mark]:
    """`my twins`, `25 pupils`: the first that are counted."""
    known = lexicon.part_words()
    for place in range(len(tokens)):
        for length in (4, 3, 2, 1):
            many = known.many.get(tuple(tokens[place : place + length]))
            if many:
                yield Mark(NAME, many, place, place + length)
                return
        found, after = number.at(tokens, place) or (0, place)
        if found in QUANTITIES and lexicon.begins(tokens, after, known.persons):
            yield Mark(NAME, found, place, after)
            return
