"""The house book as its files have it, in each language; pages go by their English titles."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "app" / "answers" / "knowledge"
SECTION = re.compile(r"^## ", re.MULTILINE)
SENTENCE = re.compile(r"(?<=[.!?؟])[\"'”’»]*\s+")


@dataclass(frozen=True)
class Page:
    """One answer: `id` is the same in every language, `text` without line ends."""

    id: str
    title: str
    text: str


@cache
def pages(language: str) -> tuple[Page, ...]:
    found = []
    for file in sorted((FOLDER / language).glob("*.md")):
        for section in SECTION.split(file.read_text("utf-8"))[1:]:
            head, _, body = section.partition("\n\n")
            title, *rest = head.splitlines()
            told = dict(line.split(": ", 1) for line in rest)
            found.append(Page(told.get("Id", title), title.strip(), " ".join(body.split())))
    return tuple(found)


def page(title: str, language: str) -> Page:
    """The page with this English title, in that language; English where there is none."""
    english = next(page for page in pages("en") if page.title == title)
    return next((page for page in pages(language) if page.id == english.id), english)


@cache
def sentences() -> tuple[str, ...]:
    """All that the book says, in every language, the longest first: whole answers, their sentences, their titles."""
    book = [page for folder in FOLDER.iterdir() if folder.is_dir() for page in pages(folder.name)]
    said = {text for page in book for text in (f"{page.title}.", page.text, *SENTENCE.split(page.text))}
    return tuple(sorted((text for text in said if len(text) > 3), key=len, reverse=True))
