"""docs/checklist.md, read and ticked: the page is the one source, its table rows are

    | item | satisfied by | shown by |

where `shown by` is one or more of these, with `; ` between them:

    check `backup`, `timers`          what `flask deploy-check` finds
    test `tests/backup_test.py`       a test that is there
    file `docs/faq-staff.md`          a page or file that is there
    run `ollama list`                 what somebody types and looks at
    see words                         what only people can know
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.config import ROOT
from app.operations.deploy_check import Check, Status

PAGE = Path("docs/checklist.md")
HEADER = ["item", "satisfied by", "shown by"]
NAMES = re.compile(r"`[^`]+`(?:, `[^`]+`)*\Z")
BY_PROGRAM = ("check", "test", "file")
BY_PEOPLE = ("run", "see")


class PageUnreadable(ValueError):
    """The page is not as it should be; the message names the line."""


@dataclass(frozen=True)
class Proof:
    """One thing that shows an item: its kind, and the names, paths, command or words."""

    kind: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One item of the page, under its heading."""

    section: str
    item: str
    satisfied_by: str
    proofs: tuple[Proof, ...]

    def told(self, kind: str) -> list[str]:
        return [name for proof in self.proofs if proof.kind == kind for name in proof.told]

    @property
    def link(self) -> str:
        """As GitHub makes anchors of headings."""
        return f"{PAGE}#{re.sub(r'[^a-z0-9 -]', '', self.section.lower()).replace(' ', '-')}"


@dataclass(frozen=True)
class Ticked:
    """A row with its tick, or with what is left to do."""

    section: str
    item: str
    done: bool
    shown_by: str
    todo: str
    link: str


def read(text: str) -> list[Row]:
    """The rows of the page. Raises PageUnreadable."""
    rows, section, is_in_table = [], "", False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#"):
            section = line.lstrip("# ")
        if not line.startswith("|"):
            is_in_table = False
            continue
        cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if is_in_table and set("".join(cells)) != {"-"}:
            rows.append(_row(number, section, cells))
        elif not is_in_table and cells != HEADER:
            raise PageUnreadable(f"Line {number}: a table has the columns {', '.join(HEADER)}.")
        is_in_table = True
    return rows


def tick(rows: Sequence[Row], checks: Sequence[Check], home: Path = ROOT) -> list[Ticked]:
    """Each row with what a program can say of it: the checks just made, and the files that are there."""
    found = {check.name: check for check in checks}
    return [_ticked(row, list(_left(row, found, home))) for row in rows]


def _ticked(row: Row, left: list[str]) -> Ticked:
    shown_by = "; ".join(f"{proof.kind} {', '.join(proof.told)}" for proof in row.proofs)
    return Ticked(row.section, row.item, not left, shown_by, "; ".join(left), row.link)


def _left(row: Row, found: Mapping[str, Check], home: Path) -> Iterator[str]:
    for check in (found[name] for name in row.told("check")):
        if check.status is not Status.OK:
            yield f"check {check.name}: {check.found}{f' → {check.todo}' if check.todo else ''}"
    for path in [*row.told("test"), *row.told("file")]:
        if not (home / path).exists():
            yield f"{path} is not here"
    for kind in BY_PEOPLE:
        yield from (f"{kind} {told}" for told in row.told(kind))


def _row(number: int, section: str, cells: Sequence[str]) -> Row:
    if len(cells) != len(HEADER) or not all(cells):
        raise PageUnreadable(f"Line {number}: a row has {len(HEADER)} cells, none of them empty.")
    return Row(section, cells[0], cells[1], tuple(_proof(number, told) for told in cells[2].split("; ")))


def _proof(number: int, told: str) -> Proof:
    kind, _, rest = told.partition(" ")
    if kind == "see" and rest:
        return Proof(kind, (rest,))
    if kind in (*BY_PROGRAM, "run") and NAMES.match(rest):
        return Proof(kind, tuple(name.strip("`") for name in rest.split("`, `")))
    raise PageUnreadable(f"Line {number}: {told!r} shows nothing; write check, test, file or run with `names`, or see.")
