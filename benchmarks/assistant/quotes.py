"""What is quoted word by word: the catalogue of the instrument that was named before, and the customer."""

import re
from collections.abc import Iterable, Iterator

from benchmarks.assistant.cases import Item

QUOTED = re.compile(r"[“„«»”]\s*([^“„«»”]+?)\s*[“”»«]")
SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+")


def without(text: str, shown: Iterable[Item]) -> str:
    """The text without those that are quoted of the instrument that was named last before them: they are true of it."""
    shown = tuple(shown)
    for item in shown:
        sentences = SENTENCE_ENDS.split(" ".join(item.description.split()))
        for quoted in (*map(re.escape, filter(None, sentences)), *_attributes(item)):
            for found in re.finditer(quoted, text):
                if _named_last(text[: found.start()], shown) == item.name:
                    text = f"{text[: found.start()]}{text[found.end() :]}"
                    break
    return text


def _attributes(item: Item) -> Iterator[str]:
    """`keys: 88`; what it has or has not, in one word of any language."""
    for name, value in item.attributes.items():
        yield rf"{name.replace('_', ' ')}: " + (r"\w+" if isinstance(value, bool) else re.escape(str(value)))


def without_words_of(customer: str, text: str) -> str:
    """The text without what stands in quotation marks and was said by the customer: it claims nothing."""
    said = " ".join(customer.casefold().split())
    return QUOTED.sub(lambda found: "" if " ".join(found[1].casefold().split()) in said else found[0], text)


def _named_last(text: str, shown: Iterable[Item]) -> str | None:
    """Of two names at one place the longer one counts."""
    named = [(text.rfind(item.name), len(item.name), item.name) for item in shown if item.name in text]
    return max(named, default=(0, 0, None))[2]
