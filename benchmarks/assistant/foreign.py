"""Sentences that the shop says as its files have them: of languages that it does not read, and how it rents.

They are no claims about an instrument or a wish, and the judge cannot read most of them.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
NAMES = r"[^\d.!?]{4,160}?"  # Of languages: words without a number.


def without(text: str) -> str:
    """The text without these sentences, whatever languages they name."""
    for sentence in sentences():
        text = sentence.sub("", text)
    return text


@cache
def sentences() -> tuple[re.Pattern[str], ...]:
    """In each language that is recognised, and what stands behind it in each that is read."""
    recognised = _values("sentence", APP / "speech" / "languages" / "foreign")
    texts = APP / "answers" / "texts"
    fixed = [*_values("foreign_plain", texts), *_values("by_the_day", texts)]
    return tuple(re.compile(_pattern(sentence)) for sentence in (*recognised, *fixed))


def _pattern(sentence: str) -> str:
    """The sentence as it stands, with names of languages for its places."""
    return NAMES.join(map(re.escape, re.split(r"\{\w+\}", " ".join(sentence.split()))))


def _values(name: str, folder: Path) -> list[str]:
    """What stands under this name in each file of a folder, at its head or in one of its sections."""
    files = [tomllib.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.toml"))]
    sections = [section for file in files for section in (file, *file.values()) if isinstance(section, dict)]
    return [str(section[name]) for section in sections if name in section]
