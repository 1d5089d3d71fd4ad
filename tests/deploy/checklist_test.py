"""docs/checklist.md: it names what is there, and flask deploy-check --checklist ticks it."""

import json
import re
from pathlib import Path

import pytest

from app.operations import checklist, deploy_check
from app.operations.checklist import PageUnreadable, Proof, read, tick
from app.operations.deploy_check import Asked, Check, Status
from tests.servers import ROOT

PAGE = ROOT / checklist.PAGE
ROWS = read(PAGE.read_text("utf-8"))
HEAD = "# Title\n## A heading, here\n| item | satisfied by | shown by |\n|---|---|---|\n"
BOXES = 131  # As many as the list had from which this one was made, without its headings.


def told(kind: str) -> set[str]:
    return {name for row in ROWS for name in row.told(kind)}


def test_the_page_has_every_item():
    assert len(ROWS) >= BOXES


def test_the_page_names_every_check_and_no_other():
    assert told("check") == set(deploy_check.all_checks(Asked()))


def test_every_test_and_file_that_the_page_names_is_there():
    assert {path for path in told("test") | told("file") if not (ROOT / path).is_file()} == set()
    assert all(path.startswith("tests/") and path.endswith("_test.py") for path in told("test"))


def test_every_link_of_a_row_leads_to_one_heading():
    headings = re.findall(r"^#+ (.+)$", PAGE.read_text("utf-8"), re.M)
    anchors = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    for link in {row.link for row in ROWS}:
        assert anchors.count(link.partition("#")[2]) == 1, link


def test_a_row_is_read_with_its_proofs():
    (row,) = read(HEAD + "| It is | `a` \\| b | check `one`, `two`; test `tests/x_test.py`; run `a \\| b`; see it |\n")
    assert (row.section, row.item, row.satisfied_by) == ("A heading, here", "It is", "`a` | b")
    assert row.proofs == (
        Proof("check", ("one", "two")),
        Proof("test", ("tests/x_test.py",)),
        Proof("run", ("a | b",)),
        Proof("see", ("it",)),
    )
    assert row.link == "docs/checklist.md#a-heading-here"


@pytest.mark.parametrize(
    "page",
    [
        "| item | shown by |\n|---|---|\n",
        HEAD + "| two | cells |\n",
        HEAD + "| an empty one | | check `a` |\n",
        HEAD + "| x | y | check a |\n",
        HEAD + "| x | y | checks `a` |\n",
        HEAD + "| x | y | see |\n",
        HEAD + "| x | y | check `a`; |\n",
    ],
)
def test_a_page_that_says_something_else_is_refused_with_its_line(page):
    with pytest.raises(PageUnreadable, match=rf"^Line {5 if page.startswith(HEAD) else 1}: "):
        read(page)


def test_a_row_is_ticked_when_a_program_has_seen_all_of_it(tmp_path):
    (tmp_path / "here.md").touch()
    good, poor = Check("good", Status.OK, "there"), Check("poor", Status.WARN, "not quite", "Mend it.")
    shown_by = {
        "check `good`": "",
        "check `good`; file `here.md`": "",
        "check `good`, `poor`": "check poor: not quite → Mend it.",
        "file `away.md`": "away.md is not here",
        "check `good`; run `ls`": "run ls",
        "see the sky": "see the sky",
    }
    rows = read(HEAD + "".join(f"| x | y | {proof} |\n" for proof in shown_by))
    ticked = tick(rows, [good, poor], tmp_path)
    assert [row.todo for row in ticked] == list(shown_by.values())
    assert [row.done for row in ticked] == [True, True, False, False, False, False]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_ticks_the_page_and_tells_what_is_left(app):
    runner = app.test_cli_runner()
    plain = runner.invoke(args=["deploy-check", "--checklist"]).output
    lines = [line for line in plain.splitlines() if line.startswith("  [")]
    assert len(lines) == len(ROWS)
    assert "  [x] The chatbot's service (file app/services/chatbot_service.py)" in lines
    assert any(
        re.match(r"  \[ \] A token can be given → see .* \(docs/checklist.md#with-swagger\)", line) for line in lines
    )
    as_json = runner.invoke(args=["deploy-check", "--checklist", "--json"])
    assert [row["item"] for row in json.loads(as_json.output)] == [row.item for row in ROWS]
    assert as_json.exit_code == 1  # It is no shop for the world: as without --checklist.


def test_the_installation_leads_to_the_page():
    assert "(../docs/checklist.md)" in Path(ROOT / "deploy" / "README.md").read_text("utf-8")
