"""Sentences out of the catalogue's descriptions: word by word, behind the name of the instrument that they describe."""

import re
from collections.abc import Iterable

from benchmarks.assistant.cases import Item

SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+")


def without(text: str, shown: Iterable[Item]) -> str:
    """The text without those that are quoted of the instrument that was named last before them: they are true of it."""
    shown = tuple(shown)
    for item in shown:
        for sentence in SENTENCE_ENDS.split(" ".join(item.description.split())):
            place = text.find(sentence) if sentence else -1
            if place >= 0 and _named_last(text[:place], shown) == item.name:
                text = f"{text[:place]}{text[place + len(sentence) :]}"
    return text


def _named_last(text: str, shown: Iterable[Item]) -> str | None:
    """Of two names at one place the longer one counts."""
    named = [(text.rfind(item.name), len(item.name), item.name) for item in shown if item.name in text]
    return max(named, default=(0, 0, None))[2]
