"""What Prometheus reads at /metrics. True under several workers: each writes to files of its own in
PROMETHEUS_MULTIPROC_DIR (gunicorn_config.py makes it), and whoever is asked adds them up.
"""

import os
import time
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, has_app_context
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import Engine, event

from app.observability import asked

FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SLOW = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 90)
WIDE = (*FAST, 20, 40, 60, 90)  # A list takes milliseconds, a chat a minute.
BREAKER = {"closed": 0, "half_open": 1, "open": 2}

requests = Counter("shop_http_requests_total", "Answers by route, method and status.", ["route", "method", "status"])
request_seconds = Histogram(
    "shop_http_request_duration_seconds", "Until an answer was complete; of a stream too.", ["route"], buckets=WIDE
)
query_seconds = Histogram(
    "shop_database_query_duration_seconds", "Single SQL statements, failed ones too.", buckets=FAST
)
connection_seconds = Histogram(
    "shop_database_connection_wait_seconds", "Until a connection to the database was there, or was not.", buckets=FAST
)
database_failures = Counter(
    "shop_database_failures_total", "Answers 503 for want of the database: it is away, or busy.", ["kind"]
)
chat_turns = Counter(
    "shop_chat_turns_total", "Chat turns by who worded them, and why not the model.", ["source", "failure"]
)
chat_seconds = Histogram("shop_chat_turn_duration_seconds", "Whole chat turns.", ["source"], buckets=SLOW)
first_token_seconds = Histogram("shop_chat_first_token_seconds", "Wait for the model's first token.", buckets=SLOW)
chat_tokens = Counter("shop_chat_tokens_total", "Tokens that the model read and wrote.", ["kind"])
corrections = Counter(
    "shop_chat_corrections_total", "Sentences of the model that were dropped because they did not hold."
)
sentences_kept = Counter("shop_chat_sentences_kept_total", "Sentences of the model that held and were sent.")
breaker = Gauge(
    "shop_chat_breaker_state",
    "0 closed, 1 half-open, 2 open; the worst worker's.",
    ["server"],
    multiprocess_mode="livemax",
)
generations = Gauge(
    "shop_chat_generations", "Answers that the model is writing.", ["server"], multiprocess_mode="livesum"
)
queued = Gauge("shop_chat_queued", "Chats that wait for a slot.", ["server"], multiprocess_mode="livesum")
rentals = Counter("shop_rental_steps_total", "What happened to rentals.", ["step"])
refused_bookings = Counter("shop_bookings_refused_total", "Reservations for which no unit was free.")
limited = Counter("shop_rate_limited_total", "Requests beyond their limit.", ["route"])
token_failures = Counter("shop_token_failures_total", "Requests with a token that opens nothing.", ["kind"])
pool_in_use = Gauge("shop_database_connections_in_use", "Pooled connections in use.", multiprocess_mode="livesum")


def init_metrics(app: Flask) -> None:
    """Counts every request when its answer is complete."""

    @app.after_request
    def count(response: Response) -> Response:
        route, method, started = asked.route(), asked.method(), g.get("started", time.perf_counter())

        @response.call_on_close
        def note() -> None:
            requests.labels(route, method, str(response.status_code)).inc()
            request_seconds.labels(route).observe(time.perf_counter() - started)

        return response


def exposition(*collectors: Any) -> Response:
    """Everything that was counted, and what these collectors find out when they are asked."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # Its own annotations stop here.
    else:
        registry.register(REGISTRY)
    for collector in collectors:
        registry.register(collector)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def chat_turn(source: str, failure: str | None, usage: Mapping[str, Any], kept: int, dropped: int) -> None:
    chat_turns.labels(source, failure or "none").inc()
    chat_seconds.labels(source).observe(usage["total_ms"] / 1000)
    sentences_kept.inc(kept)
    corrections.inc(dropped)
    if usage["time_to_first_token_ms"] is not None:
        first_token_seconds.observe(usage["time_to_first_token_ms"] / 1000)
    for kind in ("prompt", "completion"):
        chat_tokens.labels(kind).inc(usage[f"{kind}_tokens"] or 0)


def query_ran(seconds: float) -> None:
    query_seconds.observe(seconds)
    _spend("database", seconds)


def connection_waited(seconds: float) -> None:
    connection_seconds.observe(seconds)
    _spend("database", seconds)


def model_waited(seconds: float) -> None:
    """Notes for the request's log line how long it had to do with the model."""
    _spend("model", seconds)


def chat_breaker(server: str, state: str) -> None:
    breaker.labels(server).set(BREAKER[state])


def chat_slots(server: str, writing: int, waiting: int) -> None:
    generations.labels(server).set(writing)
    queued.labels(server).set(waiting)


def _spend(where: str, seconds: float) -> None:
    """Adds to what the request's log line will tell."""
    if has_app_context() and "spent" in g:
        g.spent[where] += seconds


@event.listens_for(Engine, "checkout")
def _check_out(_: Any, record: Any, __: Any) -> None:
    record.record_info["is counted"] = True
    pool_in_use.inc()


@event.listens_for(Engine, "checkin")
def _check_in(_: Any, record: Any) -> None:
    """A connection that could not be made, or was found dead, comes back without ever having been handed out."""
    if record.record_info.pop("is counted", False):
        pool_in_use.dec()
