"""From one message to the several things that it asks for: `a PA, two mics and a bass amp for Saturday`.

Each part is what was said, with the marks that are about it alone: those between the word that joins it to the one
before and the word that joins the next. What is said before the first or behind a comma after the last is about all of
them; so are days, places and styles wherever they stand. Things between which an "or" stands are one part: one of them
is wanted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.needs.facets.kinds import in_question
from app.needs.facets.level import Level
from app.needs.facets.size import Size
from app.speech import lexicon
from app.speech.lexicon import Phrases
from app.speech.marks import Mark, Turn
from app.speech.reading import Said
from app.speech.recognisers import ensemble
from app.speech.words import PLUS

MOST_PARTS = 8
MOST_NAMED = 24  # Who names more tells a story.
OF_ALL = frozenset({"days", "place", "genre", "player"})
CLAUSE_ENDS = frozenset({",", ".", ";", "!", "?", ":"})
NAMES_A_PERSON = frozenset(Size.MARKS)
SAID_BEHIND = frozenset({*Level.MARKS, *Size.MARKS, "money"} - {"size"})
ABOUT_ONE = frozenset({Turn.CORRECTION, Turn.QUIET})  # Turns that say something of each part, too.


@dataclass(frozen=True)
class Parted:
    """`shared` is what was said of all, the kinds of all parts among it; `parts` are none, or two and more."""

    shared: Said
    parts: tuple[Said, ...] = ()


@dataclass(frozen=True)
class _Head:
    """What names one thing, from `start` up to `end`: the kinds that it may be; none for "one" (the same again)."""

    start: int
    end: int
    marks: tuple[Mark, ...]


def parted(said: Said) -> Parted:
    """The parts of what was said, at most 8; no parts where one thing is asked for."""
    heads = _heads(said)
    parts = _scored(said) if not heads else _several(said, heads) if len(heads) > 1 else _for_each_person(said)
    if len(parts) < 2:
        return Parted(said)
    own = {mark for part in parts for mark in part.marks if mark.name not in ("kind", "absent")}
    of_all = {mark for mark in own if all(mark in part.marks for part in parts)}
    shared = tuple(mark for mark in said.marks if mark not in own - of_all)
    return Parted(replace(said, marks=shared), parts[:MOST_PARTS])


# What is named


def _heads(said: Said) -> list[_Head]:
    """The things that are named, those that are alternatives to each other as one."""
    named = [mark for mark in (*in_question(said), *said.of("absent")) if not (mark.is_negated or mark.is_background)]
    again = [mark for mark in said.of("turn") if mark.value is Turn.NEXT_PERSON and named and mark.start > named[0].end]
    marks = sorted((*named, *again), key=lambda mark: mark.start)[:MOST_NAMED]
    heads: list[_Head] = []
    for number, mark in enumerate(marks):
        its = (mark,) if mark.name != "turn" else ()
        if heads and its and not _are_joined(said, marks, number):
            heads[-1] = _Head(heads[-1].start, mark.end, (*heads[-1].marks, mark))
        else:
            heads.append(_Head(mark.start, mark.end, its))
    return heads


def _are_joined(said: Said, marks: Sequence[Mark], number: int) -> bool:
    """Whether this one is wanted beside the one before it, rather than instead of it."""
    known = lexicon.part_words()
    before, mark = marks[number - 1], marks[number]
    if _is_between(said, marks[0].start):
        return False
    gap = said.tokens[before.end : mark.start]
    if _holds(gap, known.joints["or"]) or "/" in gap:
        return False
    if _holds(gap, known.joints["and"]) or PLUS in gap or _begins_glued(said.tokens[mark.start]):
        return True
    if "," not in gap:
        return False
    later = next(
        (n for n in range(number + 1, len(marks)) if "," not in _gap(said, marks, n) or n == len(marks) - 1), 0
    )
    if later and _is_list(said, marks, number, later):
        return _are_joined(said, marks, later)
    return _is_list(said, marks, number, number) and _is_counted(said, before) and _is_counted(said, mark)


def _is_list(said: Said, marks: Sequence[Mark], first: int, last: int) -> bool:
    """Whether nothing but a comma or a joint, and what belongs to the next thing, stands between each of these."""
    return all(not {".", ";", "!", "?"}.intersection(_gap(said, marks, n)) for n in range(first, last + 1))


def _gap(said: Said, marks: Sequence[Mark], number: int) -> tuple[str, ...]:
    return said.tokens[marks[number - 1].end : marks[number].start]


def _is_between(said: Said, place: int) -> bool:
    """`torn between violin and viola`: they are compared, not both wanted."""
    ranges = lexicon.load().bounds["range"]
    return any(lexicon.ends(said.tokens, place - back, ranges) for back in (0, 1)) and place > 0


def _is_counted(said: Said, mark: Mark) -> bool:
    """Whether `a` or a number stands before it, with one word between at most."""
    single = lexicon.part_words().single
    counted = any(other.end == mark.start for other in said.of("quantity"))
    return counted or any(lexicon.ends(said.tokens, mark.start - back, single) for back in (0, 1, 2))


def _begins_glued(token: str) -> bool:
    """`وجيتار`: an "and" that clings to its word."""
    glued = (joint for (joint,) in (said for said in lexicon.part_words().joints["and"] if len(said) == 1))
    return any(len(joint) == 1 and not joint.isascii() and token.startswith(joint) for joint in glued)


# What belongs to each


def _several(said: Said, heads: Sequence[_Head]) -> tuple[Said, ...]:
    """One part for each thing that is named."""
    begins = [_begin_of_first(said, heads[0]), *(_joint_before(said, a, b) for a, b in pairwise(heads))]
    ends = [*begins[1:], _end_of_last(said, heads[-1])]
    first_kinds = heads[0].marks
    described = [mark for mark in said.marks if mark.name not in ("kind", "absent", "turn", *OF_ALL)]
    own = [
        tuple(mark for mark in described if begin <= mark.start < end and not _is_said_behind(mark, heads[-1]))
        for begin, end in zip(begins, ends, strict=True)
    ]
    is_of_last = not heads[-1].marks or any(mark.name in NAMES_A_PERSON for its in own[:-1] for mark in its)
    behind = [mark for mark in described if mark.start >= begins[-1] and _is_said_behind(mark, heads[-1])]
    of_last = [mark for mark in behind if is_of_last and _is_of_last(said, mark, ends[-1])]
    before = [mark for mark in described if mark.start < begins[0]]
    of_all = [mark for mark in (*before, *behind) if mark not in of_last and mark.name not in ("money", "quantity")]
    of_all += [mark for mark in said.marks if mark.name in OF_ALL or mark.value in ABOUT_ONE]
    of_all += [mark for mark in said.of("kind") if mark.is_negated]
    own[-1] = (*own[-1], *of_last)
    return tuple(
        _with_marks(said, (*(head.marks or first_kinds), *of_all, *its)) for head, its in zip(heads, own, strict=True)
    )


def _is_said_behind(mark: Mark, last: _Head) -> bool:
    """Whether it stands behind the last thing and does not merely describe it: a level, a person, a price."""
    return mark.start >= last.end and mark.name in SAID_BEHIND


def _is_of_last(said: Said, mark: Mark, end: int) -> bool:
    """`… and one for my daughter, 8`: about a person, and not said of all."""
    is_of_all = _holds(said.tokens[end : mark.start], lexicon.part_words().of["all"])
    return mark.name in NAMES_A_PERSON and not is_of_all


def _begin_of_first(said: Said, head: _Head) -> int:
    """Where what belongs to the first thing begins: at its number or article, with what describes it between."""
    described = {
        place for mark in said.marks if mark.name not in ("turn", "days") for place in range(mark.start, mark.end)
    }
    place = head.start
    while place > 0 and (place - 1 in described or (said.tokens[place - 1],) in lexicon.part_words().single):
        place -= 1
    return place


def _joint_before(said: Said, before: _Head, head: _Head) -> int:
    """Where the word stands that joins this thing to the one before."""
    if not head.marks:
        return head.start
    known = lexicon.part_words().joints["and"]
    for place in range(head.start, before.end, -1):
        if lexicon.ends(said.tokens, place, known) or said.tokens[place - 1] in CLAUSE_ENDS | {PLUS}:
            return place
    return head.start


def _end_of_last(said: Said, head: _Head) -> int:
    ends = (place for place in range(head.end, len(said.tokens)) if said.tokens[place] in CLAUSE_ENDS)
    return next(ends, len(said.tokens))


def _with_marks(said: Said, marks: Sequence[Mark]) -> Said:
    return replace(said, marks=tuple(sorted(dict.fromkeys(marks), key=lambda mark: mark.start)))


# One kind for several people, and whole ensembles


def _for_each_person(said: Said) -> tuple[Said, ...]:
    """`two violins, one 1/2 and one 3/4`, `three kids aged 5, 7 and 10`: the same kind for each size, or age."""
    for values in (_sizes(said), _ages(said)):
        if len({mark.value for mark in values}) > 1 and not _is_choice(said, values):
            rest = [mark for mark in said.marks if mark.name not in (values[0].name, "quantity", "number", "turn")]
            return tuple(_with_marks(said, (*rest, value)) for value in values)
    return ()


def _sizes(said: Said) -> tuple[Mark, ...]:
    return tuple(mark for mark in said.of("size") if not (mark.is_negated or mark.is_background))


def _ages(said: Said) -> tuple[Mark, ...]:
    """Those that are said to be ages, and the numbers that go on with them: `aged 5, 7 and 10`."""
    found: list[Mark] = []
    ages = {mark.start: mark for mark in said.of("age") if not mark.is_negated}
    for number in said.of("number"):
        gap = said.tokens[found[-1].end : number.start] if found else ()
        goes_on = bool(gap) and (gap == (",",) or gap in lexicon.part_words().joints["and"] or gap == (PLUS,))
        if number.start in ages:
            found.append(ages[number.start])
        elif goes_on and _ends_list(said.tokens, number.end):
            found.append(replace(number, name="age"))
    return tuple(found)


def _ends_list(tokens: Sequence[str], place: int) -> bool:
    """Whether no unit, price or thing is counted by the number that ends here."""
    counted = lexicon.begins(tokens, place, lexicon.load().currencies) or tokens[place : place + 1] == ("/",)
    return not counted and not any(tuple(tokens[place : place + 1]) == said for said in lexicon.load().categories)


def _is_choice(said: Said, values: Sequence[Mark]) -> bool:
    """`3/4 or 4/4`, and what a correction takes back."""
    gap = said.tokens[values[0].end : values[-1].start]
    corrected = any(
        values[0].end <= mark.start < values[-1].start for mark in said.of("turn") if mark.value is Turn.CORRECTION
    )
    return corrected or not _holds_joint(gap)


def _holds_joint(gap: Sequence[str]) -> bool:
    known = lexicon.part_words().joints
    is_or = _holds(gap, known["or"])
    return not is_or and (_holds(gap, known["and"]) or "," in gap or PLUS in gap)


def _scored(said: Said) -> tuple[Said, ...]:
    """The instruments that an ensemble is made of, each with its number."""
    scoring = next((mark for mark in said.of(ensemble.NAME) if not mark.is_negated), None)
    if scoring is None:
        return ()
    rest = [mark for mark in said.marks if mark.name not in (ensemble.NAME, "quantity", "money")]
    kinds = ((replace(scoring, name="kind", value=(kind,)), n) for kind, n in scoring.value)
    counted = ((kind, replace(scoring, name="quantity", value=n, end=scoring.start)) for kind, n in kinds)
    return tuple(_with_marks(said, (*rest, *its)) for its in counted)


def _holds(tokens: Sequence[str], phrases: Phrases) -> bool:
    return any(lexicon.begins(tokens, place, phrases) for place in range(len(tokens)))
