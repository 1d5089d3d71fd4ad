"""The shop's own answers to common questions: Markdown in `knowledge/en/`, found by the words that lead to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.speech import lexicon
from app.speech.lexicon import Phrase

FOLDER = Path(__file__).parent / "knowledge" / "en"
SECTION = re.compile(
    r"^## (?P<title>.+)\n(?:Id: (?P<id>.+)\n)?Asked: (?P<asked>.+)\n(?:Tells: (?P<tells>.+)\n)?"
    r"\n(?P<text>(?:(?!^## ).*\n?)+)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Passage:
    """One answer. Each of `asked` is a set of phrases that must all occur in a question that it answers.

    `tells` is "deposit" where the deposits of the instruments shown beside it belong to the answer.
    `id` is the same in every language ("late-return"); empty where the page gives none.
    """

    title: str
    text: str
    asked: tuple[tuple[Phrase, ...], ...]
    tells: str = ""
    id: str = ""
    language: str = "en"


@cache
def load() -> tuple[Passage, ...]:
    """Every passage of every page, in the order of the pages."""
    pages = sorted(FOLDER.glob("*.md"))
    return tuple(_passage(found) for page in pages for found in SECTION.finditer(page.read_text("utf-8")))


def find(tokens: Sequence[str]) -> Passage | None:
    """The passage whose leading words say most of the question; None when none of them occurs."""
    best, most = None, 0
    for passage in load():
        weight = max((_weight(phrases, tokens) for phrases in passage.asked), default=0)
        if weight > most:
            best, most = passage, weight
    return best


def in_language(passage: Passage, language: str) -> Passage:
    """The passage in this language; in English where it is not translated."""
    return passage


def _passage(found: re.Match[str]) -> Passage:
    alternatives = [
        tuple(tuple(lexicon.words(phrase)) for phrase in alternative.split("&"))
        for alternative in found["asked"].split(",")
    ]
    text = " ".join(found["text"].split())
    return Passage(found["title"].strip(), text, tuple(alternatives), found["tells"] or "", found["id"] or "")


def _weight(phrases: tuple[Phrase, ...], tokens: Sequence[str]) -> int:
    """How many words of the question these phrases explain; 0 when one of them does not occur."""
    if not all(_occurs(phrase, tokens) for phrase in phrases):
        return 0
    return sum(len(phrase) for phrase in phrases)


def _occurs(phrase: Phrase, tokens: Sequence[str]) -> bool:
    places = range(len(tokens) - len(phrase) + 1)
    return any(tuple(tokens[place : place + len(phrase)]) == phrase for place in places)
