"""A model on its way into a server's memory: begun by whoever needs it first, ended by nobody's leaving.

Ollama loads a model for the request that wants it, and gives the loading up when that request's client leaves. A
customer who is patient for 20 s would so keep a model that takes 30 from ever being loaded. Therefore the loading has a
request of its own, in a thread of its own. See docs/decisions/0022-loading.md.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from app.errors import ModelUnavailable
from app.llm import failures

NOTICEABLE_SECONDS = 1.0  # A model that is in memory is told of at once.


class Loading:
    """Runs `load`, which returns when the model is there: once for all who ask for it at the same time."""

    def __init__(self, load: Callable[[], None], clock: Callable[[], float] = time.monotonic):
        self._load = load
        self._clock = clock
        self._lock = threading.Lock()
        self._begun_at = 0.0
        self._result: Future[None] = Future()
        self._result.set_result(None)

    @property
    def seconds(self) -> float:
        """How long it has been under way; 0 when it is not."""
        return 0.0 if self._result.done() else self._clock() - self._begun_at

    @property
    def is_noticeable(self) -> bool:
        """Whether there is more to it than asking."""
        return self.seconds >= NOTICEABLE_SECONDS

    def begin(self) -> "Future[None]":
        """What will be done when the model is there, or fail with ModelUnavailable."""
        with self._lock:
            if self._result.done():
                self._result, self._begun_at = Future(), self._clock()
                self._start(self._result)
            return self._result

    def _start(self, result: "Future[None]") -> None:
        try:
            threading.Thread(target=self._run, args=(result,), name="loading", daemon=True).start()
        except RuntimeError as error:
            result.set_exception(ModelUnavailable("saturated", str(error)))

    def _run(self, result: "Future[None]") -> None:
        try:
            self._load()
        except Exception as error:
            result.set_exception(failures.translated(error))
        else:
            result.set_result(None)
