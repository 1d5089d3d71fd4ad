"""The shop's own answers to common questions: Markdown in `knowledge/<language>/`, found by words that lead to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.speech import lexicon
from app.speech.lexicon import Phrase

FOLDER = Path(__file__).parent / "knowledge"
BASE = "en"  # Every passage stands in this language; the others translate it.
SECTION = re.compile(
    r"^## (?P<title>.+)\n(?:Id: (?P<id>.+)\n)?Asked: (?P<asked>.+)\n(?:Tells: (?P<tells>.+)\n)?"
    r"\n(?P<text>(?:(?!^## ).*\n?)+)",
    re.MULTILINE,
)
Alternative = tuple[Phrase, ...]


@dataclass(frozen=True)
class Passage:
    """One answer. Each of `asked` is a set of phrases that must all occur in a question that it answers.

    `tells` is "deposit" where the deposits of the instruments shown beside it belong to the answer.
    `id` is the same in every language ("late-return"); empty where the page gives none.
    """

    title: str
    text: str
    asked: tuple[Alternative, ...]
    tells: str = ""
    id: str = ""
    language: str = BASE


@cache
def load(language: str = BASE) -> tuple[Passage, ...]:
    """Every passage of every page in this language, in the order of the pages; none where it has no folder."""
    pages = sorted(FOLDER.glob(f"{language}/*.md")) if language.isalpha() else []
    return tuple(_passage(found, language) for page in pages for found in SECTION.finditer(page.read_text("utf-8")))


def find(tokens: Sequence[str]) -> Passage | None:
    """The passage whose leading words, in any language, say most of the question; None when none of them occurs.

    It is given in English: `in_language` has it in the customer's language.
    """
    weights: dict[int, int] = {}
    said = set(tokens)
    for word in said:
        for order, phrases in _leading().get(word, ()):
            if all(map(said.issuperset, phrases)):
                weights[order] = max(weights.get(order, 0), _weight(phrases, tokens))
    best = max(weights, key=lambda order: (weights[order], -order), default=None)
    return load()[best] if best is not None and weights[best] else None


def in_language(passage: Passage, language: str) -> Passage:
    """The passage in this language; as it is where it is not translated."""
    return next((other for other in load(language) if other.id == passage.id and passage.id), passage)


@cache
def _leading() -> dict[str, list[tuple[int, Alternative]]]:
    """By the first word of each alternative, in all languages: its passage's place in the book, and its phrases."""
    leading: dict[str, list[tuple[int, Alternative]]] = {}
    orders = {passage.id or passage.title: order for order, passage in enumerate(load())}
    translated = [passage for folder in sorted(FOLDER.iterdir()) for passage in load(folder.name)]
    for passage in translated:
        name = passage.id or passage.title
        for phrases in passage.asked if name in orders else ():
            leading.setdefault(phrases[0][0], []).append((orders[name], phrases))
    return leading


def _passage(found: re.Match[str], language: str) -> Passage:
    alternatives = [
        tuple(tuple(lexicon.words(phrase)) for phrase in alternative.split("&"))
        for alternative in found["asked"].split(",")
    ]
    text = " ".join(found["text"].split())
    title, tells, name = found["title"].strip(), found["tells"] or "", found["id"] or ""
    return Passage(title, text, tuple(alternatives), tells, name, language)


def _weight(phrases: Alternative, tokens: Sequence[str]) -> int:
    """How many words of the question these phrases explain; 0 when one of them does not occur."""
    if not all(_occurs(phrase, tokens) for phrase in phrases):
        return 0
    return sum(len(phrase) for phrase in phrases)


def _occurs(phrase: Phrase, tokens: Sequence[str]) -> bool:
    length = len(phrase)
    return any(
        word == phrase[0] and tuple(tokens[place : place + length]) == phrase for place, word in enumerate(tokens)
    )
