"""Times each SQL statement once: for the metrics, the request's line in the log, and its trace."""

import time
from typing import Any

from sqlalchemy import Engine, event

from app.observability import metrics, traces


@event.listens_for(Engine, "before_cursor_execute")
def _begin(connection: Any, *_: Any) -> None:
    connection.info["began"] = time.perf_counter()


@event.listens_for(Engine, "after_cursor_execute")
def _end(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    seconds = time.perf_counter() - connection.info["began"]
    metrics.query_ran(seconds)
    traces.query_ran(connection.dialect.name, statement, seconds)
