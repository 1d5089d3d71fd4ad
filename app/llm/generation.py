"""One answer being written, by a thread of its own: so that silence can be timed, and a hang-up ends it."""

import contextlib
import queue
import socket
import threading
from collections.abc import Callable, Generator
from typing import Any

from app.errors import ModelUnavailable

END = object()
NOTHING_YET = object()
_of_this_thread = threading.local()


class Line:
    """The connection on which an answer arrives. Cutting it frees a thread that waits on it, and the model with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_cut = False

    def connected(self, connection: socket.socket) -> None:
        with self._lock:
            self._socket = connection
            if self._is_cut:
                self._shut()

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # It had ended by itself.
                self._socket.shutdown(socket.SHUT_RDWR)


def line_of_this_thread() -> Line | None:
    """The line of the answer that the calling thread is reading, if it reads one."""
    return getattr(_of_this_thread, "line", None)


class Generation:
    """Runs `stream` in a thread and hands over its chunks, then END or the exception that ended it."""

    def __init__(self, stream: Callable[[], Generator[Any]], ended: Callable[[], None]):
        self._pieces: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._stream = stream
        self._ended = ended
        self._line = Line()
        self._cancelled = threading.Event()
        self._is_begun = False
        self._thread = threading.Thread(target=self._run, name="generation", daemon=True)

    def start(self) -> None:
        """Begins. Raises ModelUnavailable where the machine gives no more threads."""
        self._is_begun = True
        try:
            self._thread.start()
        except RuntimeError as error:
            self._ended()
            raise ModelUnavailable("saturated", str(error)) from error

    def next_piece(self, seconds: float) -> Any:
        """The next chunk, END, an exception, or NOTHING_YET after `seconds`."""
        try:
            return self._pieces.get(timeout=seconds) if seconds > 0 else self._pieces.get_nowait()
        except queue.Empty:
            return NOTHING_YET

    def cancel(self) -> None:
        """Stops the writing, if it has begun; harmless when it has ended."""
        if not self._is_begun:
            self._is_begun = True
            self._ended()
        self._cancelled.set()
        self._line.cut()

    def _run(self) -> None:
        _of_this_thread.line = self._line
        last: Any = END
        try:
            with contextlib.closing(self._stream()) as chunks:
                for chunk in chunks:
                    if self._cancelled.is_set():
                        break
                    self._pieces.put(chunk)
        except Exception as error:
            last = error
        finally:
            _of_this_thread.line = None
            self._ended()
            self._pieces.put(last)
