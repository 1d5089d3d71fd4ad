"""One place where the chat model answers: how busy it is, whether it fails, and the model that speaks to it."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from redis import Redis

from app.errors import ModelUnavailable
from app.llm.breaker import CircuitBreaker, Permit
from app.llm.breaker_memory import LocalMemory, Memory, SharedMemory
from app.llm.loading import Loading
from app.llm.made import Made
from app.llm.slots import Slots

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage, BaseMessageChunk

PROBE_MARGIN_SECONDS = 30  # Beyond the longest answer: who probes and is silent for longer was killed.


class ChatModel(Protocol):
    """What an answer is asked of."""

    def stream(self, messages: "list[BaseMessage]", /) -> "Iterator[BaseMessageChunk]":
        """The answer in chunks."""


class Server:
    """An Ollama at `url`, or a hosted model, which has no URL of ours."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        url: str,
        chat_model: "BaseChatModel | None" = None,
        watch: Callable[[str, int, int], None] = lambda *_: None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.url = url
        provider, _, self._model_name = settings["CHAT_MODEL"].partition(":")
        place = urlsplit(url)  # For metrics and logs: no password of a URL.
        self.name = f"{place.netloc.rpartition('@')[2]}{place.path}" or provider
        self.slots = Slots(
            settings["CHAT_SLOTS"],
            settings["CHAT_QUEUE"],
            settings["CHAT_QUEUE_TIMEOUT_SECONDS"],
            watch=lambda taken, waiting: watch(self.name, taken, waiting),
        )
        self.breaker = CircuitBreaker(settings["CHAT_BREAKER_FAILURES"], _memory(settings, url, clock))
        self._settings = settings
        self._given = chat_model
        self.loading = Loading(self._load, clock)
        self._made = Made(self.name, self._make, settings["CHAT_BREAKER_SECONDS"], clock)

    @property
    def busy(self) -> int:
        """Answers that it is writing for this process, and that wait for it."""
        return self.slots.taken + self.slots.waiting

    def enter(self) -> Permit:
        """The right to ask for one answer; `slots.leave` gives its place back. Raises ModelUnavailable."""
        self.slots.enter()
        try:
            return self.breaker.admit()
        except ModelUnavailable:
            self.slots.leave()
            raise

    def model(self) -> ChatModel:
        """The model, made at the first call. Raises ModelUnavailable."""
        model: ChatModel = self._made.get()
        return model

    def can_be_made(self) -> bool:
        """Whether the model can be spoken to at all from this process."""
        try:
            self.model()
        except ModelUnavailable:
            return False
        return True

    def is_present(self, seconds: float) -> bool:
        """Whether this Ollama answers and has the model."""
        from app.llm import ollama

        return self.can_be_made() and ollama.is_reachable(self.url, self._model_name, seconds)

    def recipe(self, seconds: float) -> dict[str, Any] | None:
        """What this Ollama tells of the model's making."""
        from app.llm import ollama

        return ollama.recipe(self.url, self._model_name, seconds)

    def _load(self) -> None:
        self.model()  # Its making takes longer than a model that is loaded already.
        if self.url:
            from app.llm import ollama

            ollama.load(self._settings, self.url)

    def _make(self) -> ChatModel:
        if self._given is not None:
            return self._given
        if not self.url:
            from app.llm import hosted

            return hosted.build_model(self._settings)
        from app.llm import ollama

        return ollama.build_model(self._settings, self.url)


def _memory(settings: Mapping[str, Any], url: str, clock: Callable[[], float]) -> Memory:
    rest = settings["CHAT_BREAKER_SECONDS"]
    local = LocalMemory(rest, clock)
    if not settings["REDIS_URL"]:
        return local
    redis = Redis.from_url(settings["REDIS_URL"], socket_connect_timeout=1, socket_timeout=1)
    longest = settings["CHAT_TOTAL_TIMEOUT_SECONDS"] + PROBE_MARGIN_SECONDS
    return SharedMemory(redis, f"{settings['CHAT_MODEL']}@{url}", rest, longest, local)
