"""A client that is made when it is first wanted."""

import threading
import time
from collections.abc import Callable
from typing import Any

import structlog

from app.errors import ModelUnavailable
from app.llm.failures import describe

log = structlog.get_logger("model")


class Made:
    """Makes a thing once and keeps it. What hinders that is said once in the log, and tried again after a rest.

    So many things can: a proxy variable, a file of certificates, a package or a key that is missing. None of them
    is a reason for a shop to stay shut.
    """

    def __init__(
        self, name: str, make: Callable[[], Any], rest_seconds: float, clock: Callable[[], float] = time.monotonic
    ):
        self._name = name
        self._make = make
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._thing: Any = None
        self._problem: str | None = None
        self._rests_until = 0.0

    def get(self) -> Any:
        """The thing. Raises ModelUnavailable (`misconfigured`)."""
        with self._lock:
            if self._thing is None:
                self._try()
            return self._thing

    def _try(self) -> None:
        if self._problem is not None and self._clock() < self._rests_until:
            raise ModelUnavailable("misconfigured", self._problem)
        try:
            self._thing = self._make()
        except Exception as error:
            problem = describe(error)
            if problem != self._problem:
                log.warning("the model's client cannot be made", name=self._name, detail=problem)
            self._problem, self._rests_until = problem, self._clock() + self._rest_seconds
            raise ModelUnavailable("misconfigured", problem) from error
