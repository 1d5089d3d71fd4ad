"""From one message to the several things that it asks for: `a PA, two mics and a bass amp for Saturday`.

Each part is what was said, with the marks that are about it (see `belonging`). Things between which an "or" stands are
one part: one of them is wanted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.needs.belonging import STOPS, Head, belongings, holds
from app.needs.facets.kinds import in_question
from app.speech import lexicon
from app.speech.marks import Mark, Turn
from app.speech.reading import Said
from app.speech.recognisers import ensemble
from app.speech.words import PLUS

MOST_PARTS = 6  # Who names more tells a story.


@dataclass(frozen=True)
class Parted:
    """`shared` is what was said of all, the kinds of all parts among it; `parts` are none, or two and more."""

    shared: Said
    parts: tuple[Said, ...] = ()


def parted(said: Said) -> Parted:
    """The parts of what was said: no parts where one thing is asked for, or more than 6."""
    heads = _heads(said)
    parts = _scored(said) if not heads else _several(said, heads) if len(heads) > 1 else _for_each_person(said)
    if not 2 <= len(parts) <= MOST_PARTS:
        return Parted(said)
    own = {mark for part in parts for mark in part.marks if mark.name not in ("kind", "absent")}
    of_all = {mark for mark in own if all(mark in part.marks for part in parts)}
    shared = tuple(mark for mark in said.marks if mark not in own - of_all)
    return Parted(replace(said, marks=shared), parts)


# What is named


def _heads(said: Said) -> list[Head]:
    """The things that are named, those that are alternatives to each other as one."""
    named = [mark for mark in (*in_question(said), *said.of("absent")) if not (mark.is_negated or mark.is_background)]
    again = [mark for mark in said.of("turn") if mark.value is Turn.NEXT_PERSON and named and mark.start > named[0].end]
    marks = sorted((*named, *again), key=lambda mark: mark.start)[: 4 * MOST_PARTS]
    heads: list[Head] = []
    for number, mark in enumerate(marks):
        its = (mark,) if mark.name != "turn" else ()
        if heads and its and not _are_joined(said, marks, number):
            heads[-1] = Head(heads[-1].start, mark.end, (*heads[-1].marks, mark))
        else:
            heads.append(Head(mark.start, mark.end, its))
    return heads


def _are_joined(said: Said, marks: Sequence[Mark], number: int) -> bool:
    """Whether this one is wanted beside the one before it, rather than instead of it."""
    known = lexicon.part_words()
    before, mark = marks[number - 1], marks[number]
    if _is_between(said, marks[0].start):
        return False
    gap = said.tokens[before.end : mark.start]
    if holds(gap, known.joints["or"]) or "/" in gap:
        return False
    if holds(gap, known.joints["and"]) or PLUS in gap or _begins_glued(said.tokens[mark.start]):
        return True
    if "," not in gap:
        return False
    later = next(
        (n for n in range(number + 1, len(marks)) if "," not in _gap(said, marks, n) or n == len(marks) - 1), 0
    )
    if later and _is_list(said, marks, number, later):
        return _are_joined(said, marks, later)
    are_counted = _is_counted(said, before) and _is_counted(said, mark)
    return _is_list(said, marks, number, number) and (are_counted or _is_one_of_a_number(said, marks))


def _is_list(said: Said, marks: Sequence[Mark], first: int, last: int) -> bool:
    """Whether nothing but a comma or a joint, and what belongs to the next thing, stands between each of these."""
    return all(STOPS.isdisjoint(_gap(said, marks, n)) for n in range(first, last + 1))


def _gap(said: Said, marks: Sequence[Mark], number: int) -> tuple[str, ...]:
    return said.tokens[marks[number - 1].end : marks[number].start]


def _is_between(said: Said, place: int) -> bool:
    """`torn between violin and viola`: they are compared, not both wanted."""
    ranges = lexicon.load().bounds["range"]
    return place > 0 and any(lexicon.ends(said.tokens, place - back, ranges) for back in (0, 1))


def _is_counted(said: Said, mark: Mark) -> bool:
    """Whether `a` or a number stands before it, with one word between at most."""
    single = lexicon.part_words().single
    counted = any(other.end == mark.start for other in said.of("quantity"))
    return counted or any(lexicon.ends(said.tokens, mark.start - back, single) for back in (0, 1, 2))


def _is_one_of_a_number(said: Said, marks: Sequence[Mark]) -> bool:
    """`two violins, viola`, `a drum kit, guitar amp, two mics`: who counts one of them wants them all."""
    counted = {other.end for other in said.of("quantity")}
    return any(mark.start in counted for mark in marks)


def _begins_glued(token: str) -> bool:
    """`وجيتار`: an "and" that clings to its word."""
    glued = (joint for (joint,) in (said for said in lexicon.part_words().joints["and"] if len(said) == 1))
    return any(len(joint) == 1 and not joint.isascii() and token.startswith(joint) for joint in glued)


# What each part is


def _several(said: Said, heads: Sequence[Head]) -> tuple[Said, ...]:
    """One part for each thing that is named."""
    named = [head.marks or heads[0].marks for head in heads]
    return tuple(_with_marks(said, (*kinds, *its)) for kinds, its in zip(named, belongings(said, heads), strict=True))


def _with_marks(said: Said, marks: Sequence[Mark]) -> Said:
    return replace(said, marks=tuple(sorted(dict.fromkeys(marks), key=lambda mark: mark.start)))


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
    return corrected or _is_between(said, values[0].start) or not _holds_joint(gap)


def _holds_joint(gap: Sequence[str]) -> bool:
    known = lexicon.part_words().joints
    is_or = holds(gap, known["or"])
    return not is_or and (holds(gap, known["and"]) or "," in gap or PLUS in gap)


def _scored(said: Said) -> tuple[Said, ...]:
    """The instruments that an ensemble is made of, each with its number."""
    scoring = next((mark for mark in said.of(ensemble.NAME) if not mark.is_negated), None)
    if scoring is None:
        return ()
    rest = [mark for mark in said.marks if mark.name not in (ensemble.NAME, "quantity", "money")]
    kinds = ((replace(scoring, name="kind", value=(kind,)), n) for kind, n in scoring.value)
    counted = ((kind, replace(scoring, name="quantity", value=n, end=scoring.start)) for kind, n in kinds)
    return tuple(_with_marks(said, (*rest, *its)) for its in counted)
