"""The words of a message as its writer wrote them: where each token comes from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.speech.words import words

AROUND = ".,;:!?؟،؛()[]\"'«»“”‘’„…¿¡*"
CHUNK = re.compile(r"[^\s,;!?؟،؛]+|[,;!?؟،؛]")
MOSTLY = 0.7
MOST_LEFT_OUT = 3  # Tokens that no chunk became.


@dataclass(frozen=True)
class Chunk:
    """What stands between two blanks, and the tokens from `start` up to, without, `end` that it became."""

    text: str
    start: int
    end: int

    @property
    def is_capital(self) -> bool:
        return self.text[:1].isupper()

    @property
    def is_model(self) -> bool:
        """Whether it looks like a maker's designation: `P-45`, `SM58`; no `2nd`, `8yo` or `Y5`."""
        letters = sum(letter.isalpha() for letter in self.text)
        return (
            any(letter.isdigit() for letter in self.text)
            and self.text[:1].isalpha()
            and any(letter.isupper() for letter in self.text)
            and 0 < letters <= 5
            and sum(letter.isalnum() for letter in self.text) >= 3
        )


@dataclass(frozen=True)
class Written:
    """The chunks of a text by their tokens. `shouts`: it is in capitals throughout, so that they tell no names."""

    chunks: tuple[Chunk, ...]
    shouts: bool

    def at(self, place: int) -> Chunk | None:
        """The chunk that the token at this place stands in."""
        return next((chunk for chunk in self.chunks if chunk.start <= place < chunk.end), None)

    def named(self, place: int) -> Chunk | None:
        """The same, if it is written like a name."""
        chunk = self.at(place)
        return chunk if chunk and chunk.is_capital and not self.shouts else None

    def text(self, start: int, end: int) -> str:
        """These tokens as they were written."""
        return " ".join(chunk.text for chunk in self.chunks if start < chunk.end and chunk.start < end)


def written(text: str, tokens: Sequence[str]) -> Written:
    letters = [letter for letter in text if letter.isalpha()]
    shouts = sum(map(str.isupper, letters)) > MOSTLY * len(letters)
    return Written(tuple(_chunks(text, tokens)), shouts)


def _chunks(text: str, tokens: Sequence[str]) -> Iterator[Chunk]:
    """Each chunk where its tokens are found next, a few further on at most: what was said of days became one sign."""
    place = 0
    for found in CHUNK.finditer(text):
        its = words(found[0])
        ahead = range(place, min(place + MOST_LEFT_OUT + 1, len(tokens)))
        start = next((at for at in ahead if its and list(tokens[at : at + len(its)]) == its), None)
        if start is not None:
            place = start + len(its)
            yield Chunk(found[0].strip(AROUND), start, place)
