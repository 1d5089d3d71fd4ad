"""What a check finds, and how it is asked so that one that cannot be examined hides no other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.services.transactions import end_reading

LONGEST = 300


class Status(StrEnum):
    """How it stands. A warning is for what a program cannot know, or what a small shop may leave."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """What was found, and what to do about it when it is not well."""

    status: Status
    found: str
    todo: str = ""


@dataclass(frozen=True)
class Check:
    """A finding with the name of the check that made it."""

    name: str
    status: Status
    found: str
    todo: str = ""


Examine = Callable[[], Finding]
Checks = Mapping[str, Examine]


def ok(found: str) -> Finding:
    return Finding(Status.OK, found)


def warn(found: str, todo: str) -> Finding:
    return Finding(Status.WARN, found, todo)


def fail(found: str, todo: str) -> Finding:
    return Finding(Status.FAIL, found, todo)


def judge(is_good: bool, found: str, todo: str, otherwise: Status = Status.FAIL) -> Finding:
    return ok(found) if is_good else Finding(otherwise, found, todo)


def ask(name: str, examine: Examine) -> Check:
    """What cannot be examined has failed, whatever it raises. Nothing that was read stays open."""
    try:
        finding = examine()
    except Exception as error:
        finding = fail(f"{type(error).__name__}: {getattr(error, 'orig', error)}", "Mend this first.")  # No SQL.
    finally:
        end_reading()
    return Check(name, finding.status, _line(finding.found), _line(finding.todo))


def _line(text: str) -> str:
    """One line, whatever a driver's message holds."""
    return " ".join(text.split())[:LONGEST]
