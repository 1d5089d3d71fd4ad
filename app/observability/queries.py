"""Times each SQL statement once, also one that fails, and each wait for a connection: for the metrics, the request's
line in the log, and its trace.
"""

import time
from typing import Any

from flask import Flask
from sqlalchemy import Engine, ExceptionContext, QueuePool, event

from app.observability import metrics, traces


def init_queries(app: Flask) -> None:
    """Before the database's engines are made."""
    app.config["SQLALCHEMY_ENGINE_OPTIONS"]["poolclass"] = TimedPool


class TimedPool(QueuePool):
    """Times the wait for a connection: for a free one, for the question whether it still lives, for a new one."""

    def connect(self) -> Any:
        began = time.perf_counter()
        try:
            return super().connect()
        finally:
            metrics.connection_waited(time.perf_counter() - began)


@event.listens_for(Engine, "before_cursor_execute")
def _begin(connection: Any, *_: Any) -> None:
    connection.info["began"] = time.perf_counter()


@event.listens_for(Engine, "after_cursor_execute")
def _end(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    _ran(connection, statement)


@event.listens_for(Engine, "handle_error")
def _fail(context: ExceptionContext) -> None:
    """A lock that was waited for in vain, a time limit: these are the longest ones."""
    connection = context.connection
    if connection is not None and not (connection.closed or connection.invalidated) and context.statement:
        _ran(connection, context.statement, type(context.original_exception).__name__)


def _ran(connection: Any, statement: str, failure: str | None = None) -> None:
    began = connection.info.pop("began", None)
    if began is not None:
        seconds = time.perf_counter() - began
        metrics.query_ran(seconds)
        traces.query_ran(connection.dialect.name, statement, seconds, failure)
