"""How the last backup and the last drill ended, in small files beside the backups: for metrics and alerts."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from app.errors import AppError
from app.models.types import utc_now

log = structlog.get_logger("operations")


@dataclass(frozen=True)
class Outcome:
    """When it ended, whether it went well, and what was found (or what went wrong), in words."""

    at: datetime
    ok: bool
    found: str


@contextmanager
def kept_in(path: Path) -> Iterator[list[str]]:
    """Keeps how the block ended: what it adds to the list when it went well, its error when it did not."""
    found: list[str] = []
    try:
        yield found
    except Exception as error:
        _write(path, ok=False, found=error.message if isinstance(error, AppError) else type(error).__name__)
        raise
    _write(path, ok=True, found=" ".join(found))


def read(path: Path) -> Outcome | None:
    """None when there was none yet, or when it cannot be read."""
    try:
        told = json.loads(path.read_text("utf-8"))
        return Outcome(datetime.fromisoformat(told["at"]), bool(told["ok"]), str(told["found"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, ok: bool, found: str) -> None:
    """In one step, so that nobody reads half of it. Where nothing can be written, the old outcome goes: it is over."""
    draft = path.with_name(f"{path.name}.new")
    try:
        draft.write_text(json.dumps({"at": utc_now().isoformat(), "ok": ok, "found": found}) + "\n", "utf-8")
        draft.chmod(0o600)
        draft.replace(path)
    except OSError as error:
        log.error("outcome not kept", file=str(path), exc_info=error)
        path.unlink(missing_ok=True)
