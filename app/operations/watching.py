"""What is found out when Prometheus asks: whether the database and the model answer, and who is talking."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from flask import current_app
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.models.chat_message import ChatSession
from app.models.rental import Rental
from app.models.types import utc_now
from app.operations import backups, host

ACTIVE_MINUTES = 15


class ShopCollector:
    """Gauges of the shop as a whole; ask it within an application context."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._database()
        models = GaugeMetricFamily("shop_model_up", "Whether the model could answer now.", labels=["server"])
        for server, is_up in current_app.extensions["chat_model"].reachable().items():
            models.add_metric([server], is_up)
        yield models
        age = backups.age_seconds()
        if age is not None:
            yield GaugeMetricFamily("shop_backup_age_seconds", "Since the newest backup was finished.", value=age)
        disks = GaugeMetricFamily("shop_disk_free_ratio", "Free share of the disks written to.", labels=["where"])
        for where, free in host.disk_free().items():
            disks.add_metric([where], free)
        yield disks
        with contextlib.suppress(OSError, ValueError):  # deploy-check says what is wrong with the file.
            left = host.certificate_seconds_left()
            if left is not None:
                yield GaugeMetricFamily("shop_certificate_seconds_left", "Until TLS_CERTIFICATE ends.", value=left)

    def _database(self) -> Iterator[GaugeMetricFamily]:
        since = utc_now() - timedelta(minutes=ACTIVE_MINUTES)
        talking = select(func.count()).select_from(ChatSession).where(ChatSession.last_message_at >= since)
        out = select(func.count()).select_from(Rental).where(Rental.status == "active")
        up = True
        try:
            sessions, rented = db.session.scalar(talking), db.session.scalar(out)
            told = f"Conversations with a message in the last {ACTIVE_MINUTES} minutes, of those that are kept."
            yield GaugeMetricFamily("shop_chat_active_sessions", told, value=sessions)
            yield GaugeMetricFamily("shop_rentals_active", "Units that customers have.", value=rented)
        except SQLAlchemyError:
            up = False
        finally:
            db.session.rollback()
        yield GaugeMetricFamily("shop_database_up", "Whether the database answers.", value=up)
