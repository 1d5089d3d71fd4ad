"""The pages of documentation as the tests read them: their code blocks, and how a block is run as typed."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent
SHOP = "http://127.0.0.1:5000"  # What every page calls the shop.
RUN = {"bash": [".sh", "bash", "-euo", "pipefail"], "python": [".py", sys.executable], "js": [".mjs", "node"]}
SHOWN = ("json", "text")  # Behind a block that is run: what it prints. Standing alone: with a reason.
REASONS = ("root", "network", "server", "shape", "diagram", "elsewhere")
END = "=== end of block {} ==="
SAY_END = {"bash": "echo '{}'", "python": "print({!r}, flush=True)", "js": "console.log({!r})"}


@dataclass
class Block:
    """A code block of a page. `reason` says why it is not run; `shown` is the output that the page shows for it."""

    page: Path
    line: int
    heading: str
    language: str
    reason: str
    text: str
    is_fenced: bool
    shown: str | None = field(default=None)

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Every page of ours."""
    found = [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "deploy").rglob("*.md"),
    ]
    return sorted(found)


def blocks(page: Path) -> list[Block]:
    """The code blocks of a page in their order; an output that is shown belongs to the block before it."""
    found: list[Block] = []
    heading, is_heading = "", False
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        if token.type == "inline" and is_heading:
            heading = token.content
        is_heading = token.type == "heading_open"
        if token.type not in ("fence", "code_block"):
            continue
        language, _, reason = token.info.strip().partition(" ")
        if language in SHOWN and not reason:
            assert found and found[-1].language in RUN, f"{page.name}:{token.map[0] + 1} shows the output of nothing"
            found[-1].shown = token.content
            continue
        found.append(Block(page, token.map[0] + 1, heading, language, reason, token.content, token.type == "fence"))
    return found


def examples(page: Path, language: str) -> list[Block]:
    """What of a page is run in this language."""
    return [block for block in blocks(page) if block.language == language and not block.reason]


def run(page: Path, language: str, shop: str, folder: Path) -> list[tuple[Block, str]]:
    """Runs the examples of one language in one session, as typed but for the shop's address, and tells what each
    printed. Raises AssertionError, naming the block, when one fails.
    """
    found = examples(page, language)
    ending, *program = RUN[language]
    ends = [END.format(number) for number in range(len(found))]
    told = [f"{block.text}\n{SAY_END[language].format(end)}\n" for block, end in zip(found, ends, strict=True)]
    script = folder / f"{page.stem}{ending}"
    script.write_text("".join(told).replace(SHOP, shop), "utf-8")
    here = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run([*program, script], cwd=folder, env=here, capture_output=True, text=True, timeout=120)
    printed, rest = [], done.stdout
    for block, end in zip(found, ends, strict=True):
        output, is_done, rest = rest.partition(f"{end}\n")
        assert is_done, f"{block.place} failed ({done.returncode}):\n{output}\n{done.stderr}"
        printed.append((block, output))
    assert done.returncode == 0, done.stderr
    return printed


def agrees(printed: str, shown: str) -> bool:
    """Whether a block printed what its page shows: … stands for whatever varies, white space counts for nothing."""
    parts = [re.escape(re.sub(r"\s", "", part)) for part in shown.split("…")]
    return re.fullmatch(".*".join(parts), re.sub(r"\s", "", printed), re.DOTALL) is not None


def has(program: str) -> bool:
    return shutil.which(program) is not None
