"""From a stream of text to whole sentences."""

import re
from collections.abc import Iterator

SENTENCE_END = re.compile(r"(?<=[.!?…؟。])[\"'”’)\]*]*\s+|\n+")
ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|approx|no|nr|vs|etc|z\.b|ca)|^\W*\d{1,2}|\s\d{1,2})\.\s*\Z", re.IGNORECASE
)
FINISHED = re.compile(r"[.!?…؟。:][\"'”’)\]*]*\s*\Z")


class Sentences:
    """Feed it a text as it comes; it gives back the sentences that became whole, with the space behind them."""

    def __init__(self) -> None:
        self._buffer = ""

    def feed(self, text: str) -> Iterator[str]:
        self._buffer += text
        start = 0
        for end in SENTENCE_END.finditer(self._buffer):
            sentence = self._buffer[start : end.end()]
            if "\n" not in end.group() and ABBREVIATION.search(sentence):
                continue
            start = end.end()
            if sentence.strip():
                yield sentence
        self._buffer = self._buffer[start:]

    def rest(self) -> str:
        """What was never finished, or finished without a space behind it."""
        rest, self._buffer = self._buffer, ""
        return rest


def is_finished(sentence: str) -> bool:
    return bool(FINISHED.search(sentence))
