"""A circuit breaker: after some failures in a row nobody waits for the model, but for one probe now and then.

Our own, because the well-known ones hold a lock round the call, let every waiting thread through when half-open, or
count a hang-up as a failure. See docs/decisions/0005-circuit-breaker.md.
"""

import threading
import time
from collections.abc import Callable

from app.errors import ModelUnavailable


class Permit:
    """One call that the breaker let through. Tell it how it went, once; a call that was given up is `released`."""

    def __init__(self, breaker: "CircuitBreaker", is_probe: bool):
        self._breaker = breaker
        self.is_probe = is_probe

    def succeeded(self) -> None:
        self._breaker._close()

    def failed(self) -> None:
        self._breaker._count_failure(self)

    def released(self) -> None:
        self._breaker._forget(self)


class CircuitBreaker:
    """Opens after `failures` in a row; after `seconds` it lets one probe through, whose success closes it."""

    def __init__(self, failures: int, seconds: float, clock: Callable[[], float] = time.monotonic):
        self._limit = failures
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def state(self) -> str:
        """`closed`, `open` or `half_open` (the next call is a probe)."""
        with self._lock:
            return self._state()

    def check(self) -> None:
        """Raises ModelUnavailable when a call would be refused now; takes nothing."""
        with self._lock:
            self._refuse()

    def admit(self) -> Permit:
        """A permit for one call. Raises ModelUnavailable when the circuit is open or its probe is under way."""
        with self._lock:
            self._refuse()
            is_probe = self._state() == "half_open"
            self._probing = self._probing or is_probe
            return Permit(self, is_probe)

    def _state(self) -> str:
        if self._opened_at is None:
            return "closed"
        return "half_open" if self._clock() - self._opened_at >= self._seconds else "open"

    def _refuse(self) -> None:
        if self._state() == "open" or (self._opened_at is not None and self._probing):
            raise ModelUnavailable("circuit_open")

    def _close(self) -> None:
        with self._lock:
            self._failures, self._opened_at, self._probing = 0, None, False

    def _count_failure(self, permit: Permit) -> None:
        with self._lock:
            self._failures += 1
            if permit.is_probe:
                self._probing = False
            if permit.is_probe or self._failures >= self._limit:
                self._opened_at = self._clock()

    def _forget(self, permit: Permit) -> None:
        with self._lock:
            if permit.is_probe:
                self._probing = False
