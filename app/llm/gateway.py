"""The border to the language model: messages in, a stream of text and at its end a usage record out.

Whatever goes wrong behind it becomes ModelUnavailable. It bounds how many answers are written at once, the wait for
the first token, each silence, the whole time and the length. Of several servers the least busy one that works is asked.
"""

import contextlib
import time
from collections.abc import Callable, Generator, Mapping
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from app.errors import ModelUnavailable
from app.llm import failures
from app.llm.generation import END, NOTHING_YET, Generation
from app.llm.hearing import Event, Finished, Hearing, TakenBack, Text, Waiting
from app.llm.prompt import Prompt, compose
from app.llm.roll_call import Kept, ask_all
from app.llm.server import Server

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessageChunk

CHARACTERS_PER_TOKEN = 12
HEARTBEAT_SECONDS = 0.5
# Known so soon that another server can still be asked.
SOON_KNOWN = (
    *("misconfigured", "refused", "unauthorized", "rate_limited"),
    *("unknown_model", "error", "garbage", "empty", "cut"),
)
# Of these the server's breaker learns nothing: they are of this process, or will be over by themselves.
NO_FAULT_OF_THE_SERVER = ("misconfigured", "saturated", "loading")
PRESENCE_SECONDS = 1.5  # With all servers asked at once, readiness stays far within the 5 s that a release gives it.
RECIPE_SECONDS = 5.0
KEEP_SECONDS = 5.0  # So long holds what was found out of the servers' presence.


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
        self._ollamas = self.servers if self._is_ollama else []
        self._present = Kept(self._roll_call, KEEP_SECONDS, clock)

    @property
    def prompt_budget(self) -> int:
        """Tokens that a prompt may have, so that prompt and answer fit the context."""
        context: int = self._settings["CHAT_CONTEXT_TOKENS"]
        answer: int = self._settings["CHAT_MAX_TOKENS"]
        return context - answer

    def warm_up(self) -> None:
        """Imports LangChain and makes the model, so that no customer waits for it. What hinders that is logged."""
        for server in self.servers:
            server.can_be_made()

    def load(self) -> None:
        """Begins to bring the model into the servers' memory, and waits for nothing."""
        for server in self._ollamas:
            server.loading.begin()

    def state(self) -> Literal["ok", "loading", "unavailable"]:
        """`ok` when some server could answer now, `loading` when one will by itself, as far as this process knows."""
        are_loading = {server.name for server in self._ollamas if server.loading.is_noticeable}
        if len(are_loading) < len(self.servers):
            there = {name for name, is_there in self.reachable().items() if is_there}
            if there - are_loading:
                return "ok"
        return "loading" if are_loading else "unavailable"

    def reachable(self) -> dict[str, bool]:
        """Whether each server is there, by its name; found out within seconds, and true for some.

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
        """Whether any server is there."""
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
        until = started + self._settings["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"]
        generation = Generation(lambda: self._chunks(server, prompt), ended=lambda: None)
        try:
            for event in self._answer(server, generation, until, until):
                if isinstance(event, Text):
                    break
            return self._clock() - started
        finally:
            generation.cancel()

    def stream(self, prompt: Prompt) -> Generator[Event]:
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
        return min(willing, key=lambda server: (server.loading.is_noticeable, server.busy))

    def _ask(self, server: Server, prompt: Prompt, deadline: float) -> Generator[Event]:
        patient_until = self._clock() + self._settings["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"]
        permit = server.enter()
        tell_breaker: Callable[[], None] = permit.released
        generation = Generation(lambda: self._chunks(server, prompt), server.slots.leave)
        try:
            for event in self._answer(server, generation, patient_until, deadline):
                if isinstance(event, Text):
                    tell_breaker = permit.succeeded
                yield event
        except ModelUnavailable as error:
            if error.reason not in NO_FAULT_OF_THE_SERVER:
                tell_breaker = partial(permit.failed, error.retry_after_seconds)
            raise
        finally:
            generation.cancel()
            tell_breaker()

    def _answer(
        self, server: Server, generation: Generation, patient_until: float, deadline: float
    ) -> Generator[Event]:
        """The answer of a server whose model is loaded first. Who goes away or loses patience stops only the answer."""
        has_waited = False
        for waiting in self._until_loaded(server, patient_until):
            has_waited = True
            yield waiting
        generation.start()
        try:
            yield from self._listen(generation, patient_until, deadline)
        except ModelUnavailable as error:
            if has_waited and error.reason == "silent":  # Little of the patience was left.
                raise ModelUnavailable("loading", "the model was loaded too late for this answer") from error
            raise

    def _until_loaded(self, server: Server, patient_until: float) -> Generator[Waiting]:
        """Heartbeats until the model is in memory. Raises ModelUnavailable: `loading` when that takes too long.

        A load that takes longer than any answer may is waited for no more: the server may be hanging.
        """
        if server not in self._ollamas:
            return
        loaded = server.loading.begin()
        while not loaded.done():
            seconds, left = server.loading.seconds, patient_until - self._clock()
            if left <= 0 or seconds > self._settings["CHAT_TOTAL_TIMEOUT_SECONDS"]:
                raise ModelUnavailable("loading", f"for {seconds:.0f} s")
            if futures.wait([loaded], timeout=min(HEARTBEAT_SECONDS, left)).not_done:
                yield Waiting()
        loaded.result()

    def _chunks(self, server: Server, prompt: Prompt) -> Generator["BaseMessageChunk"]:
        from langsmith import tracing_context

        model = server.model()
        with tracing_context(enabled=False):  # Whatever the environment says: no conversation leaves the shop.
            yield from model.stream(prompt.messages)

    def _listen(self, generation: Generation, silent_until: float, deadline: float) -> Generator[Event]:
        """What is said, until the model has ended, said enough or was silent for too long. Thinking is no silence."""
        hearing = Hearing(self._settings["CHAT_MAX_TOKENS"] * CHARACTERS_PER_TOKEN)
        while not hearing.is_enough:
            piece = self._next_piece(generation, hearing, deadline, silent_until)
            if piece is NOTHING_YET:
                yield Waiting()
                continue
            if piece is END:
                break
            if isinstance(piece, BaseException):
                raise failures.translated(piece) from piece
            yield from hearing.hear(piece)
            soon = self._clock() + self._settings["CHAT_STALL_TIMEOUT_SECONDS"]
            silent_until = soon if hearing.has_text else max(soon, silent_until)
        yield from hearing.finish()
        if hearing.failure:
            raise ModelUnavailable(hearing.failure)
        if self._is_ollama and not (hearing.is_done or hearing.is_enough):
            raise ModelUnavailable("cut", "the stream ended without done")
        yield hearing.usage

    def _next_piece(self, generation: Generation, hearing: Hearing, deadline: float, silent_until: float) -> Any:
        """The next chunk, or NOTHING_YET after a heartbeat. Raises ModelUnavailable when it was waited for enough."""
        now = self._clock()
        if now >= deadline:
            raise ModelUnavailable(_too_late(hearing, "too_long"))
        piece = generation.next_piece(min(HEARTBEAT_SECONDS, deadline - now, max(silent_until - now, 0)))
        if piece is NOTHING_YET and self._clock() >= silent_until:
            raise ModelUnavailable(_too_late(hearing, "stalled"))
        return piece


def _too_late(hearing: Hearing, reason: str) -> str:
    """Why it was given up: of a text that was begun this reason, otherwise that none came."""
    if hearing.has_text:
        return reason
    return "only_thought" if hearing.has_thought else "silent"


__all__ = ["ChatModelGateway", "Event", "Finished", "TakenBack", "Text", "Waiting"]
