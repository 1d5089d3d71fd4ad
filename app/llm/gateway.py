"""The border to the language model: messages in, a stream of text and at its end a usage record out.

Whatever goes wrong behind it becomes ModelUnavailable. It bounds how many answers are written at once, the wait for
the first token, each silence, the whole time and the length. Of several servers the least busy one that works is asked.
"""

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from app.errors import ModelUnavailable
from app.llm import failures
from app.llm.generation import END, NOTHING_YET, Generation
from app.llm.prompt import Prompt, compose
from app.llm.roll_call import Kept, ask_all
from app.llm.server import Server

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000-\uf8ff]")
CHARACTERS_PER_TOKEN = 12
HEARTBEAT_SECONDS = 0.5
# Known so soon that another server can still be asked.
SOON_KNOWN = (
    *("misconfigured", "refused", "unauthorized", "rate_limited"),
    *("unknown_model", "error", "garbage", "empty", "cut"),
)
OUR_OWN = ("misconfigured", "saturated")  # Failures of this process, of which the server's breaker learns nothing.
PRESENCE_SECONDS = 1.5  # With all servers asked at once, readiness stays far within the 5 s that a release gives it.
RECIPE_SECONDS = 5.0
KEEP_SECONDS = 5.0  # So long holds what was found out of the servers' presence.


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
    """Streams answers from the chat model of the settings, or from one handed in.

    `watch` is told of each server, by its name, how many answers it writes for this process and how many wait.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        chat_model: "BaseChatModel | None" = None,
        watch: Callable[[str, int, int], None] = lambda *_: None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.name: str = settings["CHAT_MODEL"]
        self._settings = settings
        self._clock = clock
        self._is_ollama = chat_model is None and self.name.startswith("ollama:")
        urls = settings["OLLAMA_BASE_URL"] if self._is_ollama else [""]
        self.servers = [Server(settings, url, chat_model, watch, clock) for url in urls]
        self._present = Kept(self._roll_call, KEEP_SECONDS, clock)

    @property
    def prompt_budget(self) -> int:
        """Tokens that a prompt may have, so that prompt and answer fit the context."""
        return self._settings["CHAT_CONTEXT_TOKENS"] - self._settings["CHAT_MAX_TOKENS"]

    def warm_up(self) -> None:
        """Imports LangChain and makes the model, so that no customer waits for it. What hinders that is logged."""
        for server in self.servers:
            server.can_be_made()

    def reachable(self) -> dict[str, bool]:
        """Whether each server could answer now, by its name; found out within seconds, and true for some.

        A hosted model is only known by its last failures.
        """
        if self._is_ollama:
            return dict(self._present.get())
        return {server.name: server.can_be_made() and server.breaker.state != "open" for server in self.servers}

    def _roll_call(self) -> dict[str, bool]:
        self.warm_up()  # Its first time takes seconds, which are not the servers' fault.
        asked = {server.name: partial(server.is_present, PRESENCE_SECONDS) for server in self.servers}
        return {name: bool(answer) for name, answer in ask_all(asked, PRESENCE_SECONDS).items()}

    def is_reachable(self) -> bool:
        """Whether any server could answer now."""
        return any(self.reachable().values())

    def recipe(self) -> dict[str, Any] | None:
        """What is needed to get the same model again: its name, digest and Modelfile; None where it cannot be told."""
        if not self._is_ollama:
            return None
        self.warm_up()
        asked = {server.name: partial(server.recipe, RECIPE_SECONDS) for server in self.servers}
        return next(filter(None, ask_all(asked, RECIPE_SECONDS).values()), None)

    def try_out(self) -> dict[str, float | ModelUnavailable]:
        """What each server does when it is asked now, by its name: the seconds until its first word, or why none came.

        All are asked at once, whether their breakers and slots would let a customer in or not; neither learns of it.
        """
        prompt = compose("Say hello.", [], 0, "Hello", self.prompt_budget)

        def outcome(server: Server) -> float | ModelUnavailable:
            try:
                return self.first_word(server, prompt)
            except ModelUnavailable as error:
                return error

        with ThreadPoolExecutor(len(self.servers)) as threads:
            return dict(zip((server.name for server in self.servers), threads.map(outcome, self.servers), strict=True))

    def first_word(self, server: Server, prompt: Prompt) -> float:
        """Seconds until this server says something, at most as long as a customer waits. Raises ModelUnavailable."""
        server.model()
        started = self._clock()
        generation = Generation(lambda: self._chunks(server, prompt), ended=lambda: None)
        generation.start()
        try:
            for event in self._listen(generation, started + self._settings["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"]):
                if isinstance(event, Text) and event.text.strip():
                    break
            return self._clock() - started
        finally:
            generation.cancel()

    def stream(self, prompt: Prompt) -> Iterator[Event]:
        """The answer as it comes. Closing the iterator stops the model. Raises ModelUnavailable.

        A server that fails at once, before any text, is followed by the next one. Closed before the first text it is
        neither success nor failure for the breaker, afterwards a success.
        """
        deadline = self._clock() + self._settings["CHAT_TOTAL_TIMEOUT_SECONDS"]
        asked = [self._least_busy(but=[])]
        while True:
            has_text = False
            try:
                with contextlib.closing(self._ask(asked[-1], prompt, deadline)) as events:
                    for event in events:
                        has_text = has_text or isinstance(event, Text)
                        yield event
                return
            except ModelUnavailable as error:
                if has_text or error.reason not in SOON_KNOWN or not self._willing(but=asked):
                    raise
                asked.append(self._least_busy(but=asked))

    def _willing(self, but: list[Server]) -> list[Server]:
        return [server for server in self.servers if server not in but and not server.breaker.refuses]

    def _least_busy(self, but: list[Server]) -> Server:
        willing = self._willing(but)
        if not willing:
            raise ModelUnavailable("circuit_open")
        return min(willing, key=lambda server: server.busy)

    def _ask(self, server: Server, prompt: Prompt, deadline: float) -> Iterator[Event]:
        permit = server.enter()
        tell_breaker: Callable[[], None] = permit.released
        generation = Generation(lambda: self._chunks(server, prompt), server.slots.leave)
        try:
            generation.start()
            for event in self._listen(generation, deadline):
                if isinstance(event, Text):
                    tell_breaker = permit.succeeded
                yield event
        except ModelUnavailable as error:
            if error.reason not in OUR_OWN:
                tell_breaker = partial(permit.failed, error.retry_after_seconds)
            raise
        finally:
            generation.cancel()
            tell_breaker()

    def _chunks(self, server: Server, prompt: Prompt) -> Iterator[Any]:
        from langsmith import tracing_context

        model = server.model()
        with tracing_context(enabled=False):  # Whatever the environment says: no conversation leaves the shop.
            yield from model.stream(prompt.messages)

    def _listen(self, generation: Generation, deadline: float) -> Iterator[Event]:
        silent_until = self._clock() + self._settings["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"]
        room = self._settings["CHAT_MAX_TOKENS"] * CHARACTERS_PER_TOKEN
        has_text, is_done, usage = False, False, Finished()
        while True:
            now = self._clock()
            if now >= deadline:
                raise ModelUnavailable("too_long" if has_text else "silent")
            piece = generation.next_piece(min(HEARTBEAT_SECONDS, deadline - now, max(silent_until - now, 0)))
            if piece is NOTHING_YET:
                if self._clock() >= silent_until:
                    raise ModelUnavailable("stalled" if has_text else "silent")
                yield Waiting()
                continue
            if piece is END:
                break
            if isinstance(piece, ModelUnavailable):
                raise piece
            if isinstance(piece, BaseException):
                raise failures.translated(piece) from piece
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
        if self._is_ollama and not is_done:
            raise ModelUnavailable("cut", "the stream ended without done")
        yield usage


def _usage(chunk: Any) -> Finished | None:
    told = getattr(chunk, "usage_metadata", None)
    return Finished(told.get("input_tokens"), told.get("output_tokens")) if told else None
