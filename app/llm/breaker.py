"""A circuit breaker: after some failures in a row nobody waits for the model, but for one probe now and then.

Our own, because the well-known ones hold a lock round the call, let every waiting thread through when half-open, or
count a hang-up as a failure. See docs/decisions/0005-circuit-breaker.md.
"""

from app.errors import ModelUnavailable
from app.llm.breaker_memory import Memory


class Permit:
    """One call that the breaker let through. Tell it how it went, once; a call that was given up is `released`."""

    def __init__(self, memory: Memory, limit: int, is_probe: bool):
        self._memory = memory
        self._limit = limit
        self.is_probe = is_probe

    def succeeded(self) -> None:
        """Once it has tripped only a probe closes it: who was let in before tells nothing of what came after."""
        if self.is_probe or self._memory.state() == "closed":
            self._memory.clear()

    def failed(self, retry_after_seconds: float | None = None) -> None:
        """`retry_after_seconds`: how long the server itself asked to be left alone, which it is at once."""
        if self._memory.count_failure() >= self._limit or self.is_probe or retry_after_seconds is not None:
            self._memory.trip(retry_after_seconds)
        self.released()

    def released(self) -> None:
        if self.is_probe:
            self._memory.release_probe()


class CircuitBreaker:
    """Opens after `failures` in a row; rested, it lets one probe through, whose success closes it."""

    def __init__(self, failures: int, memory: Memory):
        self._limit = failures
        self._memory = memory

    @property
    def state(self) -> str:
        """`closed`, `open` or `half_open` (the next call is a probe)."""
        return self._memory.state()

    @property
    def refuses(self) -> bool:
        """Whether a call would be refused now; takes nothing."""
        state = self._memory.state()
        return state == "open" or (state == "half_open" and self._memory.is_probed())

    def admit(self) -> Permit:
        """A permit for one call. Raises ModelUnavailable when the circuit is open or its probe is under way."""
        state = self._memory.state()
        if state == "open" or (state == "half_open" and not self._memory.claim_probe()):
            raise ModelUnavailable("circuit_open")
        return Permit(self._memory, self._limit, is_probe=state == "half_open")
