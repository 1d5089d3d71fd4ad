"""One answer as it is heard, chunk by chunk: what of it is said, whether there is enough, and why it was none."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.llm.babble import Babble
from app.llm.spoken import Sign, Spoken

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessageChunk

NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000-\uf8ff]")


@dataclass(frozen=True)
class Text:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True)
class TakenBack:
    """All text so far was thinking, which was found out only now: who has not passed it on should forget it."""


@dataclass(frozen=True)
class Waiting:
    """Nothing was said for a while; the caller may look whether its client is still there."""


@dataclass(frozen=True)
class Finished:
    """The answer is whole. Token counts are None where the model does not tell them."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


Event = Text | TakenBack | Waiting | Finished


class Hearing:
    """Feed it the chunks of one answer, of which at most `room` characters are said.

    `has_text`: something with a letter in it was said. `is_done`: the model told that its answer is whole.
    """

    def __init__(self, room: int):
        self.has_text = False
        self.is_done = False
        self.usage = Finished()
        self._room = room
        self._spoken = Spoken()
        self._babble = Babble()
        self._has_thought = False
        self._has_written = False
        self._unsaid = ""  # What is not worth saying before the first letter.

    @property
    def is_enough(self) -> bool:
        """Whether the model may be stopped: it has filled the room, repeats itself, or speaks as somebody else."""
        return len(self._unsaid) >= self._room or self._babble.is_heard or self._spoken.is_over

    @property
    def has_thought(self) -> bool:
        return self._has_thought or self._spoken.has_thought

    @property
    def failure(self) -> str | None:
        """Why what was heard is no answer, in the words of ModelUnavailable; None if it is one."""
        if self.has_text and _has_letter(self._babble.sense):
            return None
        if self.has_text or (self._has_written and not self.has_thought):
            return "gibberish"
        return "only_thought" if self.has_thought else "empty"

    def hear(self, chunk: "BaseMessageChunk") -> Iterator[Event]:
        """What the chunk adds: Text, or Waiting when it says nothing."""
        self.is_done = self.is_done or bool(chunk.response_metadata.get("done"))
        self.usage = _usage(chunk) or self.usage
        self._has_thought = self._has_thought or _is_thought(chunk)
        written = NO_TEXT.sub("", chunk.text)
        self._has_written = self._has_written or bool(written.strip())
        said = list(self._said(self._spoken.feed(written)))
        yield from said or [Waiting()]

    def finish(self) -> Iterator[Event]:
        """What was held back until the end."""
        yield from self._said(self._spoken.finish())

    def _said(self, pieces: Iterable[str | Sign]) -> Iterator[Event]:
        for piece in pieces:
            if isinstance(piece, Sign):
                yield from self._forget()
            elif text := self._fitting(piece):
                yield Text(text)

    def _forget(self) -> Iterator[Event]:
        if self.has_text:
            yield TakenBack()
        self.has_text, self._unsaid, self._babble = False, "", Babble()

    def _fitting(self, piece: str) -> str:
        """What of the piece is said now. Before its first letter an answer has not begun."""
        text = (self._unsaid + piece)[: max(self._room, 0)]
        self._babble.feed(text[len(self._unsaid) :])
        self.has_text = self.has_text or _has_letter(text)
        self._unsaid = "" if self.has_text else text
        self._room -= len(text) if self.has_text else 0
        return text if self.has_text else ""


def _has_letter(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _is_thought(chunk: "BaseMessageChunk") -> bool:
    """Whether the provider tells thinking apart from text: langchain-ollama in a field, others in blocks."""
    blocks = chunk.content if isinstance(chunk.content, list) else []
    kinds = {block.get("type") for block in blocks if isinstance(block, dict)}
    return bool(chunk.additional_kwargs.get("reasoning_content") or kinds & {"thinking", "reasoning"})


def _usage(chunk: "BaseMessageChunk") -> Finished | None:
    told = getattr(chunk, "usage_metadata", None)
    return Finished(told.get("input_tokens"), told.get("output_tokens")) if told else None
