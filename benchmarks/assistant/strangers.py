"""Judges a conversation of kinds.txt: which promises its replies break, and whether the last one answers well.

What it cannot see: whether a sentence answers the question where the words asked for stand in it; whether a stated fact
of another kind than `says` is missing; the manner. What it calls wrong breaks no promise: a message misread costs fit.
"""

from benchmarks.assistant import expectations, judge, wishes
from benchmarks.assistant.cases import Case
from benchmarks.assistant.judge import Verdict
from benchmarks.assistant.labels import Wanted
from benchmarks.assistant.told import Told


def judge_talk(told: Told) -> Verdict:
    """The verdict on the last reply, with the violations of all; `wrong` is of the way that it comes closest to."""
    verdicts = [judge.promises(_until(told.case, turn), reply, told.items, told.mine) for turn, reply in _turns(told)]
    verdict = verdicts[-1]
    verdict.violations = [kind for one in verdicts for kind in one.violations]
    verdict.faults = [fault for one in verdicts for fault in one.faults]
    if any(_is_anothers(action["path"], told) for action in told.actions):
        verdict.violations.append("another's rental")
    verdict.wrong = wrong(told)
    verdict.right = not verdict.wrong
    return verdict


def _turns(told: Told) -> list[tuple[int, dict[str, object]]]:
    return list(enumerate(told.replies, 1))


def _until(case: Case, turn: int) -> Case:
    return Case(case.kind, case.messages[:turn], language=case.language)


def _is_anothers(path: str, told: Told) -> bool:
    parts = path.split("/")
    return parts[:3] == ["", "api", "rentals"] and len(parts) > 3 and parts[3] not in {str(one.id) for one in told.mine}


def wrong(told: Told) -> list[str]:
    """What is wrong with the last reply in the way to be right that it comes closest to."""
    return min((_wrong(told, way) for way in told.case.wanted), key=len)


def _wrong(told: Told, way: Wanted) -> list[str]:
    missing = [f"{label} does not hold" for label in way.holds if not expectations.holds(told, label)]
    return [*wishes.wrong(told, way), *missing]
