"""Error reports: they arrive at a collector, and carry nothing personal."""

import contextlib
from collections.abc import Iterator

import pytest
import sentry_sdk

from app.extensions import db
from app.services import auth_service
from tests.fakes import Collector
from tests.log_test import CANARIES


@pytest.fixture
def collector() -> Iterator[Collector]:
    with contextlib.closing(Collector()) as opened:
        yield opened
        sentry_sdk.get_client().close(timeout=2)
        sentry_sdk.init()


@pytest.fixture
def settings(collector):
    return {"SENTRY_DSN": f"http://public@127.0.0.1:{collector.port}/1"}


def test_a_failure_of_ours_is_reported_without_anything_personal(client, collector, monkeypatch):
    def fails(*args, **kwargs):
        row = {"email": CANARIES["email"], "name": CANARIES["name"]}
        db.session.execute(db.text("INSERT INTO users (email, name) VALUES (:email, :name)"), row)

    monkeypatch.setattr(auth_service, "login", fails)
    headers = {
        "Authorization": f"Bearer {CANARIES['token']}",
        "Cookie": "session=canarycookie",
        "User-Agent": "canaryagent",
    }
    body = {"email": CANARIES["email"], "password": CANARIES["password"]}
    answer = client.post("/api/auth/login?q=canaryquery", json=body, headers=headers)
    assert answer.status_code == 500
    sentry_sdk.flush(5)
    (report,) = (body.decode() for body in collector.received)
    assert "IntegrityError" in report
    assert "auth.py" in report
    for secret in (*CANARIES.values(), "canarycookie", "canaryagent", "canaryquery", "127.0.0.1:"):
        assert secret not in report.partition("\n")[2], secret


def test_what_is_the_clients_fault_is_not_reported(client, collector):
    client.post("/api/auth/login", json={"email": "x"})
    client.get("/api/nothing")
    client.get("/api/auth/profile")
    sentry_sdk.flush(2)
    assert collector.received == []
