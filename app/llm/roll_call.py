"""Several servers are asked the same at the same time, and none is waited for longer than that takes at best."""

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Mapping
from functools import partial
from typing import Any

from app.errors import ModelUnavailable
from app.llm.generation import Generation

Questions = Mapping[str, Callable[[], Any]]


def ask_all(questions: Questions, seconds: float) -> dict[str, Any]:
    """What each one answered, by name; None for who failed or took longer than `seconds`, who is hung up on."""
    asking = {name: Generation(partial(_once, ask), ended=lambda: None) for name, ask in questions.items()}
    until = time.monotonic() + seconds
    try:
        for generation in asking.values():
            with contextlib.suppress(ModelUnavailable):  # No thread is to be had: no answer either.
                generation.start()
        return {name: _answer(generation, until) for name, generation in asking.items()}
    finally:
        for generation in asking.values():
            generation.cancel()


def _once(ask: Callable[[], Any]) -> Generator[tuple[Any]]:
    yield (ask(),)


def _answer(generation: Generation, until: float) -> Any:
    piece = generation.next_piece(until - time.monotonic())
    return piece[0] if isinstance(piece, tuple) else None


class Kept:
    """What `ask` found out, kept for some seconds; who comes while it is being asked waits for the same answer."""

    def __init__(self, ask: Callable[[], Any], seconds: float, clock: Callable[[], float] = time.monotonic):
        self._ask = ask
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._answer: Any = None
        self._good_until: float | None = None

    def get(self) -> Any:
        with self._lock:
            if self._good_until is None or self._clock() >= self._good_until:
                self._answer = self._ask()
                self._good_until = self._clock() + self._seconds
            return self._answer
