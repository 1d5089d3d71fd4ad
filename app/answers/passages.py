"""The shop's own answers to common questions: Markdown in `knowledge/<language>/`, found by likeness to examples."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from app.answers.likeness import Likeness
from app.speech import lexicon
from app.speech.marks import Turn
from app.speech.recognisers import turn
from app.speech.words import READ_CHARACTERS

FOLDER = Path(__file__).parent / "knowledge"
BASE = "en"  # Every passage stands in this language; the others translate it.
OTHERS = "not-asked.txt"  # Beside the pages: what customers write that no passage answers, a line each.
OTHER = ""
SECTION = re.compile(
    r"^## (?P<title>.+)\n(?:Id: (?P<id>.+)\n)?(?:Tells: (?P<tells>.+)\n)?(?P<asked>(?:- .+\n)+)"
    r"(?:Words: (?P<words>.+)\n)?\n(?P<text>(?:(?!^## ).*\n?)+)",
    re.MULTILINE,
)
ENDS = frozenset(".?!;")
ALTERNATIVE = re.compile(r"\[(?P<said>[^\[\]|]*)(?:\|(?P<otherwise>[^\[\]|]*))?\]")
FIGURE = re.compile(r"\{(?P<asks>\??)(?P<name>\w+)\}")
MOST_WORDS = 60  # Of one sentence that is compared.


@dataclass(frozen=True)
class Passage:
    """One answer. `asked` are questions that it answers, as customers ask them, and `words` phrases that lead to it.

    `tells` is "deposit" where the deposits of the instruments shown beside it belong to the answer, "kinds" where the
    instruments themselves do, "plainly" where the answer is said without naming the book. `id` is the same in every
    language ("late-return"); empty where the page gives none. The text may hold {placeholders}, which `filled` fills.
    """

    title: str
    text: str
    asked: tuple[str, ...]
    words: tuple[str, ...] = ()
    tells: str = ""
    id: str = ""
    language: str = BASE


@dataclass(frozen=True)
class Found:
    """A passage that may answer a message, and how like (see `Likeness.best`) the message is to its examples.

    One sentence of the message, or a part of it, is the question; `is_asked` says that it has a question's form, and
    `beside` is what else the message says, in normalised words.
    """

    passage: Passage
    likeness: float
    beside: str
    is_asked: bool


@cache
def load(language: str = BASE) -> tuple[Passage, ...]:
    """Every passage of every page in this language, in the order of the pages; none where it has no folder."""
    pages = sorted(FOLDER.glob(f"{language}/*.md")) if language.isalpha() else []
    return tuple(_passage(found, language) for page in pages for found in SECTION.finditer(page.read_text("utf-8")))


def find(message: str) -> Found | None:
    """The passage to whose examples, in any language, a part of the message is most like; None if like to none.

    It is given in English: `in_language` has it in the customer's language.
    """
    words = lexicon.words(message[:READ_CHARACTERS])
    found = [part for start, end in _parts(words) for part in (_best(words, start, end),) if part is not None]
    return max(found, key=lambda part: part.likeness, default=None)


def warm_up() -> None:
    """Reads the examples and learns from them, about a second's work: else the first message waits for it."""
    _likeness()


def in_language(passage: Passage, language: str) -> Passage:
    """The passage in this language; as it is where it is not translated."""
    return next((other for other in load(language) if other.id == passage.id and passage.id), passage)


def filled(text: str, figures: Mapping[str, str]) -> str:
    """The text with these figures for its {placeholders}.

    What stands in [ ] is said where none of its figures is empty, and what stands behind its | where one is; a
    {?figure} is only looked at. Raises KeyError for a placeholder that is no figure.
    """

    def chosen(part: re.Match[str]) -> str:
        asked = [figures[figure["name"]] for figure in FIGURE.finditer(part["said"])]
        return part["said"] if all(asked) else part["otherwise"] or ""

    said = ALTERNATIVE.sub(chosen, text)
    return " ".join(FIGURE.sub(lambda figure: "" if figure["asks"] else figures[figure["name"]], said).split())


def _best(words: Sequence[str], start: int, end: int) -> Found | None:
    if end - start == 1 and not _likeness().knows(words[start]):
        return None  # "count" is no "account", nor the "count" of "does the rent count towards buying it".
    name, likeness = _likeness().best(words[start:end], OTHER)
    beside = " ".join((*words[:start], *words[end:]))
    is_asked = any(mark.value is Turn.ASKING for mark in turn.find(words[start : end + 1]))
    return Found(_by_name()[name], likeness, beside, is_asked) if likeness > 0 else None


def _parts(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the sentences of a message stand, and what stands between their commas; each without its end."""
    first = start = 0
    for place, word in enumerate((*words, ".")):
        if word not in ENDS and word != ",":
            continue
        if start < place:
            yield start, min(place, start + MOST_WORDS)
        if word in ENDS:
            if first < start < place:
                yield first, min(place, first + MOST_WORDS)
            first = place + 1
        start = place + 1


@cache
def _by_name() -> dict[str, Passage]:
    return {passage.id or passage.title: passage for passage in load()}


@cache
def _likeness() -> Likeness:
    """Of all examples in all languages: a message is short and often mixed."""
    folders = sorted(folder for folder in FOLDER.iterdir() if folder.is_dir())
    ours = (
        (passage.id or passage.title, example)
        for folder in folders
        for passage in load(folder.name)
        for example in (*passage.asked, *passage.words)
        if (passage.id or passage.title) in _by_name()
    )
    others = (
        (OTHER, line)
        for folder in folders
        if (folder / OTHERS).exists()
        for line in (folder / OTHERS).read_text("utf-8").splitlines()
    )
    return Likeness((name, lexicon.words(example)) for name, example in chain(ours, others) if example)


def _passage(found: re.Match[str], language: str) -> Passage:
    asked = tuple(line.removeprefix("- ").strip() for line in found["asked"].splitlines())
    words = tuple(phrase.strip() for phrase in (found["words"] or "").split(",") if phrase.strip())
    text = " ".join(found["text"].split())
    return Passage(found["title"].strip(), text, asked, words, found["tells"] or "", found["id"] or "", language)
