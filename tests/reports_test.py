"""Error reports: they arrive at a collector, and carry nothing personal."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import sentry_sdk

from app.extensions import db
from app.services import auth_service
from tests.log_test import CANARIES


@pytest.fixture
def received() -> Iterator[list[str]]:
    return []


@pytest.fixture
def collector(received) -> Iterator[str]:
    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            received.append(body.decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            """Keeps quiet."""

    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://public@127.0.0.1:{server.server_port}/1"
    sentry_sdk.get_client().close(timeout=2)
    sentry_sdk.init()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(collector):
    return {"SENTRY_DSN": collector}


def test_a_failure_of_ours_is_reported_without_anything_personal(client, received, monkeypatch):
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
    (report,) = received
    assert "IntegrityError" in report
    assert "auth.py" in report
    for secret in (*CANARIES.values(), "canarycookie", "canaryagent", "canaryquery", "127.0.0.1:"):
        assert secret not in report.partition("\n")[2], secret


def test_what_is_the_clients_fault_is_not_reported(client, received):
    client.post("/api/auth/login", json={"email": "x"})
    client.get("/api/nothing")
    client.get("/api/auth/profile")
    sentry_sdk.flush(2)
    assert received == []
