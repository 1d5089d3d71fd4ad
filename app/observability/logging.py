"""Structured logs: one JSON line a request in production, readable lines elsewhere, a request id on each.

Never logged: bodies, query strings, tokens, e-mail addresses, chat text.
"""

import logging
import re
import sys
import time
import uuid
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict, Processor

from app.observability import asked
from app.observability.journal import formatter_for

DETAIL = re.compile(r"^(DETAIL|CONTEXT): .*$", re.MULTILINE)
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")


def without_rows(_: Any, __: str, event: EventDict) -> EventDict:
    """PostgreSQL tells in a failure's DETAIL what stood in the row: that is the customer's, not the log's."""
    if "exception" in event:
        event["exception"] = DETAIL.sub(r"\1: (left out)", event["exception"])
    return event


def init_logging(app: Flask) -> None:
    """Sends our log and the libraries' through one formatter to stdout; the journal is told how grave each line is."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_rows,
    ]
    production = app.config["FLASK_ENV"] == "production"
    renderer = structlog.processors.JSONRenderer() if production else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler.setFormatter(formatter_for(sys.stdout, formatter))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(app.config["LOG_LEVEL"])
    for chatty in ("werkzeug", "httpx", "httpcore", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def init_request_log(app: Flask) -> None:
    """Gives every request an id, told in `X-Request-ID`, and writes one line when its answer is complete."""
    log = structlog.get_logger("request")

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if REQUEST_ID.match(given) else uuid.uuid4().hex
        g.started = time.perf_counter()
        g.spent = {"database": 0.0, "model": 0.0}
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.request_id
        facts: dict[str, Any] = {
            "request_id": g.request_id,
            "method": asked.method(),
            "route": asked.route(),
            "status": response.status_code,
            "user_id": g.get("user_id"),
        }
        started, spent = g.started, g.spent

        @response.call_on_close
        def write() -> None:
            times = {"duration": time.perf_counter() - started, **spent}
            told = {f"{where}_ms": round(seconds * 1000, 1) for where, seconds in times.items()}
            level = logging.WARNING if response.status_code >= 500 else logging.INFO
            log.log(level, "request", **facts, **told)

        return response
