"""What is quoted word by word: the description of the instrument that was named before, and the customer."""

import re
from collections.abc import Iterable

from benchmarks.assistant.cases import Item

QUOTED = re.compile(r"[“„«»”]\s*([^“„«»”]+?)\s*[“”»«]")
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


def without_words_of(customer: str, text: str) -> str:
    """The text without what stands in quotation marks and was said by the customer: it claims nothing."""
    said = " ".join(customer.casefold().split())
    return QUOTED.sub(lambda found: "" if " ".join(found[1].casefold().split()) in said else found[0], text)


def _named_last(text: str, shown: Iterable[Item]) -> str | None:
    """Of two names at one place the longer one counts."""
    named = [(text.rfind(item.name), len(item.name), item.name) for item in shown if item.name in text]
    return max(named, default=(0, 0, None))[2]
