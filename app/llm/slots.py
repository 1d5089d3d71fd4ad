"""How many generations run at once, and how many may wait for how long."""

import threading

from app.errors import ModelUnavailable


class Slots:
    """`slots` generations at once in this process; `queue` more wait for at most `seconds`, the rest are refused."""

    def __init__(self, slots: int, queue: int, seconds: float):
        self._free = threading.Semaphore(slots)
        self._queue = queue
        self._seconds = seconds
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
            self._count(1)
            return
        with self._lock:
            if self._waiting >= self._queue:
                raise ModelUnavailable("saturated", "the queue is full")
            self._waiting += 1
        try:
            if not self._free.acquire(timeout=self._seconds):
                raise ModelUnavailable("saturated", f"no slot within {self._seconds} s")
            self._count(1)
        finally:
            with self._lock:
                self._waiting -= 1

    def leave(self) -> None:
        self._count(-1)
        self._free.release()

    def _count(self, change: int) -> None:
        with self._lock:
            self._taken += change
