"""Notices a model that no longer writes but repeats itself, so that it can be stopped before it has used up its time.

A broken GPU or a worn-out quantisation says one sign for ever, a small model one word or one line. Only plain
repetition is meant here; nonsense that does not repeat itself is for those who know what may be said.
"""

import re

STRETCH = 40  # So many characters in a row, made of one short piece, are no word of any language.
LONGEST_PIECE = 10
COPIES = 4  # So many times the same words in a row; `no, no, no, no` has meaning, the eighth `la` has none.
FEWEST_WORDS = 8
SENTENCE_WORDS = 5
MOST_WORDS = 40  # Of one line that is said again and again.
LOOK_BACK = 2000  # Characters: four copies of such a line are shorter.
WORD = re.compile(r"\w+")


class Babble:
    """Feed it what is said. `is_heard` once its end is repetition; `sense` is what was said before that began.

    The first copy of a whole sentence has sense too.
    """

    def __init__(self) -> None:
        self._text = ""
        self._sense_ends: int | None = None

    @property
    def is_heard(self) -> bool:
        return self._sense_ends is not None

    @property
    def sense(self) -> str:
        return self._text[: self._sense_ends]

    def feed(self, text: str) -> None:
        if self._sense_ends is None:
            self._text += text
            end = self._text[-LOOK_BACK:]
            repeats_from = _after_signs(end)
            repeats_from = _after_words(end) if repeats_from is None else repeats_from
            if repeats_from is not None:
                self._sense_ends = len(self._text) - len(end) + repeats_from


def _after_signs(text: str) -> int | None:
    """Where the same few signs begin to follow one another up to the end, if that is a long stretch."""
    for size in range(1, LONGEST_PIECE + 1):
        length = _periodic(text, size)
        if length >= STRETCH and text[-size:].strip():
            return len(text) - length
    return None


def _after_words(text: str) -> int | None:
    """Where the same words begin to follow one another, after their first copy if that may be a sentence."""
    found = list(WORD.finditer(text))
    words = [word.group().casefold() for word in found]
    for size in range(1, MOST_WORDS + 1):
        length = _periodic(words, size)
        if length >= max(COPIES * size, FEWEST_WORDS):
            return found[len(words) - length + (size if size >= SENTENCE_WORDS else 0)].start()
    return None


def _periodic(items: "str | list[str]", size: int) -> int:
    """How many items at the end repeat the `size` items before them, those included."""
    length = size
    while length < len(items) and items[-length - 1] == items[-length - 1 + size]:
        length += 1
    return length if len(items) >= size else 0
