"""What is found out when Prometheus asks: whether what the shop stands on answers, and how its timed work went."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import structlog
from flask import current_app
from prometheus_client.core import GaugeMetricFamily
from redis import Redis, RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.models.chat_message import ChatSession
from app.models.rental import Rental
from app.models.types import utc_now
from app.operations import backups, host
from app.services.transactions import end_reading

ACTIVE_MINUTES = 15
LONGEST_QUERY_MS = 2000  # Of 14 s that Prometheus waits for everything; a connection may take 10 of them.

log = structlog.get_logger("watching")
Gauges = Iterator[GaugeMetricFamily]


class ShopCollector:
    """Gauges of the shop as a whole; ask it within an application context.

    Each part is found out by itself: one that fails is told in `shop_watch_failures`, and the others are told still.
    """

    def collect(self) -> Gauges:
        failures = GaugeMetricFamily("shop_watch_failures", "1: it could not be found out.", labels=["part"])
        for name, part in PARTS.items():
            found: list[GaugeMetricFamily] = []
            failures.add_metric([name], not _is_whole(name, part, found))
            yield from found
        yield failures


def _is_whole(name: str, part: Callable[[], Gauges], found: list[GaugeMetricFamily]) -> bool:
    """Adds what the part tells. Whatever goes wrong in it: who watches must not be blinded by one part."""
    try:
        found.extend(part())
        return True
    except Exception as error:
        log.warning("could not be found out", part=name, failure=type(error).__name__, detail=str(error)[:300])
        return False
    finally:
        end_reading()


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=value)


def _database() -> Gauges:
    is_up = True
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        is_up = False
    yield _gauge("shop_database_up", "Whether the database answers.", is_up)
    if is_up:  # Otherwise it would be waited for once more.
        yield from _business()


def _business() -> Gauges:
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"SET LOCAL statement_timeout = {LONGEST_QUERY_MS}"))
    since = utc_now() - timedelta(minutes=ACTIVE_MINUTES)
    talking = select(func.count()).select_from(ChatSession).where(ChatSession.last_message_at >= since)
    out = select(func.count()).select_from(Rental).where(Rental.status == "active")
    told = f"Conversations with a message in the last {ACTIVE_MINUTES} minutes."
    yield _gauge("shop_chat_active_sessions", told, db.session.scalars(talking).one())
    yield _gauge("shop_rentals_active", "Units that customers have.", db.session.scalars(out).one())


def _models() -> Gauges:
    models = GaugeMetricFamily("shop_model_up", "Whether the model could answer now.", labels=["server"])
    for server, is_up in current_app.extensions["chat_model"].reachable().items():
        models.add_metric([server], is_up)
    yield models


def _redis() -> Gauges:
    if not current_app.config["REDIS_URL"]:
        return
    is_up = True
    try:
        with Redis.from_url(current_app.config["REDIS_URL"], socket_connect_timeout=1, socket_timeout=1) as redis:
            redis.ping()
    except RedisError:
        is_up = False
    yield _gauge("shop_redis_up", "Whether the Redis of REDIS_URL answers.", is_up)


def _backups() -> Gauges:
    age = backups.age_seconds()
    if age is not None:
        yield _gauge("shop_backup_age_seconds", "Since the newest backup was finished.", age)


def _drills() -> Gauges:
    drill = backups.last_drill()
    if drill is not None:
        age = (utc_now() - drill.at).total_seconds()
        yield _gauge("shop_restore_drill_age_seconds", "Since the last restore drill ended.", age)
        yield _gauge("shop_restore_drill_ok", "Whether the last restore drill found everything right.", drill.ok)


def _disks() -> Gauges:
    disks = GaugeMetricFamily("shop_disk_free_ratio", "Free share of the disks written to.", labels=["where"])
    for where, free in host.disk_free().items():
        disks.add_metric([where], free)
    yield disks


def _certificate() -> Gauges:
    left = host.certificate_seconds_left()
    if left is not None:
        yield _gauge("shop_certificate_seconds_left", "Until TLS_CERTIFICATE ends.", left)


def _tasks() -> Gauges:
    tasks = GaugeMetricFamily("shop_task_failed", "Whether timed work failed the last time.", labels=["task"])
    for task, has_failed in (host.failed_tasks() or {}).items():
        tasks.add_metric([task], has_failed)
    yield tasks


PARTS: dict[str, Callable[[], Gauges]] = {
    "database": _database,
    "models": _models,
    "redis": _redis,
    "backups": _backups,
    "drills": _drills,
    "disks": _disks,
    "certificate": _certificate,
    "tasks": _tasks,
}
