"""The house book as its files have it, in each language; pages go by their English titles."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "app" / "answers" / "knowledge"
SECTION = re.compile(r"^## ", re.MULTILINE)
ALTERNATIVE = re.compile(r"\[([^\[\]|]*)(?:\|([^\[\]|]*))?\]")
FIGURE = re.compile(r"\\\{(\\\?)?\w+\\\}")  # In an escaped text.
SENTENCE = re.compile(r"(?<=[.!?؟])[\"'”’»]*\s+")


@dataclass(frozen=True)
class Page:
    """One answer: `id` is the same in every language, `text` as it begins, without line ends; `texts` all its forms."""

    id: str
    title: str
    texts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The form that a shop has which changed no setting."""
        return self.texts[0]


@cache
def pages(language: str) -> tuple[Page, ...]:
    found = []
    for file in sorted((FOLDER / language).glob("*.md")):
        for section in SECTION.split(file.read_text("utf-8"))[1:]:
            head, _, body = section.partition("\n\n")
            title, *rest = head.splitlines()
            told = dict(line.split(": ", 1) for line in rest if not line.startswith("- "))
            found.append(Page(told.get("Id", title), title.strip(), _forms(" ".join(body.split()))))
    return tuple(found)


def page(title: str, language: str) -> Page:
    """The page with this English title, in that language; English where there is none."""
    english = next(page for page in pages("en") if page.title == title)
    return next((page for page in pages(language) if page.id == english.id), english)


def without(text: str) -> str:
    """The text without what the book says, in whatever language."""
    for sentence in _sentences():
        text = sentence.sub("", text)
    return text


@cache
def _sentences() -> tuple[re.Pattern[str], ...]:
    """All that the book says, the longest first: whole answers, their sentences, their titles, with any figures."""
    book = [page for folder in FOLDER.iterdir() if folder.is_dir() for page in pages(folder.name)]
    said = {f"{page.title}." for page in book}
    said |= {part for page in book for text in page.texts for part in (text, *SENTENCE.split(text))}
    longest = sorted((text for text in said if len(text) > 3), key=len, reverse=True)
    return tuple(re.compile(FIGURE.sub(r"[^.;:]*?", re.escape(text))) for text in longest)


def _forms(text: str) -> tuple[str, ...]:
    """The text with what its brackets say, first with what they say where all is known."""
    found = ALTERNATIVE.search(text)
    if not found:
        return (" ".join(text.replace("{?own_model}", "").split()),)
    return tuple(
        form
        for chosen in (found[1], found[2] or "")
        for form in _forms(text[: found.start()] + chosen + text[found.end() :])
    )
