"""How many generations run at once, and how many may wait for how long."""

import threading
from collections.abc import Callable

from app.errors import ModelUnavailable


class Slots:
    """`slots` generations at once in this process; `queue` more wait for at most `seconds`, the rest are refused.

    `watch` is told how many are taken and how many wait, whenever that changes.
    """

    def __init__(self, slots: int, queue: int, seconds: float, watch: Callable[[int, int], None] = lambda *_: None):
        self._free = threading.Semaphore(slots)
        self._queue = queue
        self._seconds = seconds
        self._watch = watch
        self._lock = threading.Lock()
        self._waiting = self._taken = 0

    @property
    def taken(self) -> int:
        """How many generations run."""
        return self._taken

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._waiting

    def enter(self) -> None:
        """Takes a slot. Raises ModelUnavailable (`saturated`) when none comes free in time."""
        if self._free.acquire(blocking=False):
            self._count(taken=1)
            return
        with self._lock:
            if self._waiting >= self._queue:
                raise ModelUnavailable("saturated", "the queue is full")
            self._waiting += 1
            self._watch(self._taken, self._waiting)
        is_free = self._free.acquire(timeout=self._seconds)
        self._count(taken=int(is_free), waiting=-1)
        if not is_free:
            raise ModelUnavailable("saturated", f"no slot within {self._seconds} s")

    def leave(self) -> None:
        self._count(taken=-1)
        self._free.release()

    def _count(self, taken: int = 0, waiting: int = 0) -> None:
        with self._lock:
            self._taken += taken
            self._waiting += waiting
            self._watch(self._taken, self._waiting)
