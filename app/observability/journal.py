"""Priorities for systemd's journal: `<4>` before a line says that it is a warning, as sd-daemon(3) has it."""

import logging
import os
from typing import TextIO

PRIORITIES = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6, logging.DEBUG: 7}


def is_read_by_journal(stream: TextIO) -> bool:
    """Whether the journal reads this very stream. JOURNAL_STREAM outlives a redirection: its file is compared."""
    try:
        file = os.fstat(stream.fileno())
    except (OSError, ValueError):  # It is no file of the system's, or is closed.
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{file.st_dev}:{file.st_ino}"


def formatter_for(stream: TextIO, formatter: logging.Formatter) -> logging.Formatter:
    """The formatter, with priorities where the journal reads them."""
    return _WithPriority(formatter) if is_read_by_journal(stream) else formatter


class _WithPriority(logging.Formatter):
    """The journal takes each line by itself: each gets its priority."""

    def __init__(self, inner: logging.Formatter):
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        mark = f"<{_priority(record.levelno)}>"
        return "\n".join(mark + line for line in self._inner.format(record).splitlines())


def _priority(level: int) -> int:
    """Of the highest named level that this one reaches; what is below them all is as unimportant as debugging."""
    return min((priority for named, priority in PRIORITIES.items() if level >= named), default=7)
