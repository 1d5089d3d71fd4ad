"""What a circuit breaker remembers: in this process, or in Redis for all processes and machines together.

Both keep the same four facts: failures in a row, whether it has tripped, until when it rests, and who probes.
"""

import threading
import time
import uuid
from collections.abc import Callable
from typing import Protocol, TypeVar

import structlog
from redis import Redis, RedisError

log = structlog.get_logger("breaker")
FORGET_SECONDS = 3600  # Failures that are older than this, with nobody asking meanwhile, tell nothing.
Answer = TypeVar("Answer")
AWAY_SECONDS = 5.0  # So long a Redis that failed is not asked again.


class Memory(Protocol):
    """What a breaker needs to remember. Each step is atomic among all who share the memory."""

    def state(self) -> str:
        """`closed`, `open`, or `half_open` when its rest is over."""

    def is_probed(self) -> bool:
        """Whether somebody's probe is under way."""

    def claim_probe(self) -> bool:
        """Whether the caller may probe; of many who ask, one."""

    def release_probe(self) -> None:
        """Lets the next one probe."""

    def count_failure(self) -> int:
        """One more failure in a row; tells how many there are."""

    def trip(self, seconds: float | None = None) -> None:
        """Opens for so many seconds, or for as long as it usually rests; a longer rest under way goes on."""

    def clear(self) -> None:
        """Closes and forgets."""


class LocalMemory:
    """Remembers in this process, for its threads."""

    def __init__(self, rest_seconds: float, clock: Callable[[], float] = time.monotonic):
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until: float | None = None
        self._probed = False

    def state(self) -> str:
        until = self._rests_until
        if until is None:
            return "closed"
        return "open" if self._clock() < until else "half_open"

    def is_probed(self) -> bool:
        return self._probed

    def claim_probe(self) -> bool:
        with self._lock:
            was_probed, self._probed = self._probed, True
            return not was_probed

    def release_probe(self) -> None:
        self._probed = False

    def count_failure(self) -> int:
        with self._lock:
            self._failures += 1
            return self._failures

    def trip(self, seconds: float | None = None) -> None:
        until = self._clock() + (self._rest_seconds if seconds is None else seconds)
        with self._lock:
            self._rests_until = max(until, self._rests_until or until)

    def clear(self) -> None:
        with self._lock:
            self._failures, self._rests_until, self._probed = 0, None, False


class SharedMemory:
    """Remembers in Redis. While Redis is away, each process remembers for itself.

    A probe whose process was killed is forgotten after `probe_seconds`, which must exceed the longest answer.
    """

    def __init__(self, redis: Redis, name: str, rest_seconds: float, probe_seconds: float, local: LocalMemory):
        self._redis = redis
        self._failures, self._tripped, self._rest, self._probe = (
            f"breaker:{name}:{fact}" for fact in ("failures", "tripped", "rest", "probe")
        )
        self._rest_ms, self._probe_ms = int(rest_seconds * 1000), int(probe_seconds * 1000)
        self._local = local
        self._away_until = 0.0

    def state(self) -> str:
        def read() -> str:
            tripped, rests = self._redis.mget(self._tripped, self._rest)
            if tripped is None:
                return "closed"
            return "open" if rests is not None else "half_open"

        return self._try(read, self._local.state)

    def is_probed(self) -> bool:
        return self._try(lambda: bool(self._redis.exists(self._probe)), self._local.is_probed)

    def claim_probe(self) -> bool:
        def claim() -> bool:
            return bool(self._redis.set(self._probe, uuid.uuid4().hex, nx=True, px=self._probe_ms))

        return self._try(claim, self._local.claim_probe)

    def release_probe(self) -> None:
        self._try(lambda: self._redis.delete(self._probe), self._local.release_probe)

    def count_failure(self) -> int:
        def count() -> int:
            with self._redis.pipeline() as together:
                together.incr(self._failures)
                together.expire(self._failures, FORGET_SECONDS)
                return int(together.execute()[0])

        return self._try(count, self._local.count_failure)

    def trip(self, seconds: float | None = None) -> None:
        milliseconds = self._rest_ms if seconds is None else max(1, int(seconds * 1000))

        def open_it() -> None:
            with self._redis.pipeline() as together:
                together.set(self._tripped, 1)
                together.set(self._rest, 1, px=milliseconds, nx=True)
                together.pexpire(self._rest, milliseconds, gt=True)
                together.execute()

        self._try(open_it, lambda: self._local.trip(seconds))

    def clear(self) -> None:
        def forget() -> None:
            self._redis.delete(self._failures, self._tripped, self._rest, self._probe)

        self._try(forget, self._local.clear)

    def _try(self, shared: Callable[[], Answer], local: Callable[[], Answer]) -> Answer:
        if time.monotonic() < self._away_until:
            return local()
        try:
            return shared()
        except RedisError as error:
            self._away_until = time.monotonic() + AWAY_SECONDS
            log.warning("redis is away: the breaker remembers for this process alone", detail=str(error)[:300])
            return local()
