"""The border to the language model: messages in, a stream of text and at its end a usage record out.

Whatever goes wrong behind it becomes ModelUnavailable. It bounds how many answers are written at once, the wait for
the first token, each silence, the whole time and the length.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.errors import ModelUnavailable
from app.llm.breaker import CircuitBreaker
from app.llm.generation import END, NOTHING_YET, Generation
from app.llm.prompt import Prompt
from app.llm.slots import Slots

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000-\uf8ff]")
CHARACTERS_PER_TOKEN = 12
HEARTBEAT_SECONDS = 0.5


@dataclass(frozen=True)
class Text:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True)
class Waiting:
    """Nothing came for a while; the caller may look whether its client is still there."""


@dataclass(frozen=True)
class Finished:
    """The answer is whole. Token counts are None where the model does not tell them."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


Event = Text | Waiting | Finished


class ChatModelGateway:
    """Streams answers from the chat model of the settings, or from one handed in."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        chat_model: "BaseChatModel | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.name: str = settings["CHAT_MODEL"]
        self.breaker = CircuitBreaker(settings["CHAT_BREAKER_FAILURES"], settings["CHAT_BREAKER_SECONDS"], clock)
        self.slots = Slots(settings["CHAT_SLOTS"], settings["CHAT_QUEUE"], settings["CHAT_QUEUE_TIMEOUT_SECONDS"])
        self._settings = settings
        self._clock = clock
        self._model = chat_model
        self._says_done = chat_model is None and self.name.startswith("ollama:")
        self._building = threading.Lock()

    @property
    def prompt_budget(self) -> int:
        """Tokens that a prompt may have, so that prompt and answer fit the context."""
        return self._settings["CHAT_CONTEXT_TOKENS"] - self._settings["CHAT_MAX_TOKENS"]

    def warm_up(self) -> None:
        """Imports LangChain and makes the model, so that no customer waits for it."""
        self._get_model()

    def is_reachable(self) -> bool:
        """Whether the model could answer now. A hosted model is only known by its last failures."""
        if not self._says_done:
            return self.breaker.state != "open"
        from app.llm import ollama

        return ollama.is_reachable(self._settings["OLLAMA_BASE_URL"], self.name.partition(":")[2])

    def recipe(self) -> dict[str, Any] | None:
        """What is needed to get the same model again: its name, digest and Modelfile; None where it cannot be told."""
        if not self._says_done:
            return None
        from app.llm import ollama

        return ollama.recipe(self._settings["OLLAMA_BASE_URL"], self.name.partition(":")[2])

    def stream(self, prompt: Prompt) -> Iterator[Event]:
        """The answer as it comes. Closing the iterator stops the model. Raises ModelUnavailable.

        Closed before the first text it is neither success nor failure for the breaker, afterwards a success.
        """
        self.breaker.check()
        self.slots.enter()
        try:
            permit = self.breaker.admit()
        except ModelUnavailable:
            self.slots.leave()
            raise
        tell_breaker = permit.released
        generation = Generation(lambda: self._chunks(prompt), self.slots.leave)
        generation.start()
        try:
            for event in self._listen(generation):
                if isinstance(event, Text):
                    tell_breaker = permit.succeeded
                yield event
        except ModelUnavailable:
            tell_breaker = permit.failed
            raise
        finally:
            generation.cancel()
            tell_breaker()

    def _chunks(self, prompt: Prompt) -> Iterator[Any]:
        from langsmith import tracing_context

        model = self._get_model()
        with tracing_context(enabled=False):  # Whatever the environment says: no conversation leaves the shop.
            yield from model.stream(prompt.messages)

    def _listen(self, generation: Generation) -> Iterator[Event]:
        started = self._clock()
        deadline = started + self._settings["CHAT_TOTAL_TIMEOUT_SECONDS"]
        silent_until = started + self._settings["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"]
        room = self._settings["CHAT_MAX_TOKENS"] * CHARACTERS_PER_TOKEN
        has_text, is_done, usage = False, False, Finished()
        while True:
            now = self._clock()
            if now >= deadline:
                raise ModelUnavailable("too_long")
            piece = generation.next_piece(min(HEARTBEAT_SECONDS, deadline - now, max(silent_until - now, 0)))
            if piece is NOTHING_YET:
                if self._clock() >= silent_until:
                    raise ModelUnavailable("stalled" if has_text else "silent")
                yield Waiting()
                continue
            if piece is END:
                break
            if isinstance(piece, BaseException):
                raise self._translated(piece) from piece
            is_done = is_done or bool(piece.response_metadata.get("done"))
            usage = _usage(piece) or usage
            text = NO_TEXT.sub("", piece.text)[:room]
            if text:
                has_text = has_text or bool(text.strip())
                silent_until = self._clock() + self._settings["CHAT_STALL_TIMEOUT_SECONDS"]
                room -= len(text)
                yield Text(text)
                if room <= 0:
                    is_done = True
                    break
        if not has_text:
            raise ModelUnavailable("empty")
        if self._says_done and not is_done:
            raise ModelUnavailable("cut", "the stream ended without done")
        yield usage

    def _translated(self, error: BaseException) -> ModelUnavailable:
        from app.llm import ollama

        return ModelUnavailable(ollama.reason_of(error), f"{type(error).__name__}: {error}"[:300])

    def _get_model(self) -> "BaseChatModel":
        with self._building:
            if self._model is None:
                from app.llm import ollama

                self._model = ollama.build_model(self._settings)
            return self._model


def _usage(chunk: Any) -> Finished | None:
    told = getattr(chunk, "usage_metadata", None)
    return Finished(told.get("input_tokens"), told.get("output_tokens")) if told else None
