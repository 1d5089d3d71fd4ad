"""What is written about requests: nothing of what people said, who they are, or how they sign in."""

import io
import json
import logging
import os
import re

import httpx
import pytest

from app.extensions import db
from app.observability.journal import formatter_for
from app.services import auth_service, conversation_service
from tests.factories import sign_up
from tests.servers import Instance, answers, free_port, wait_until

CANARIES = {
    "password": "canary-password-7f3a and some more",
    "email": "canary.mail@example.com",
    "name": "Canary Name",
    "phone": "+49 30 31415926",
    "chat": "canaryphrase about a piano",
    "comment": "canarycomment on an answer",
    "token": "canary.token.value",
}


@pytest.fixture
def settings():
    return {"LOG_LEVEL": "DEBUG"}


def test_nothing_that_people_send_is_written_down(app, client, shop, clock, monkeypatch, caplog, capfd):
    piano = shop()
    account = {name: CANARIES[name] for name in ("email", "password", "name", "phone")}
    credentials = {name: CANARIES[name] for name in ("email", "password")}
    with caplog.at_level("DEBUG"):
        client.post("/api/auth/register", json={**account, "store_conversations": True}).close()
        client.post("/api/auth/register", json=account).close()
        client.post("/api/auth/login", json={**credentials, "password": CANARIES["password"] + "!"}).close()
        login = client.post("/api/auth/login", json=credentials)
        headers = {"Authorization": f"Bearer {login.json['access_token']}", "Idempotency-Key": CANARIES["token"]}
        ask = {"message": CANARIES["chat"], "session_id": "canarysession"}
        reply = client.post("/api/chatbot/chat", json=ask, headers=headers)
        client.post("/api/chatbot/chat", json=ask, headers={**headers, "Accept": "text/event-stream"}).close()
        rate = {"rating": "down", "comment": CANARIES["comment"]}
        client.post(f"/api/chatbot/messages/{reply.json['message_id']}/feedback", json=rate, headers=headers).close()
        client.get(f"/api/instruments?q={CANARIES['chat']}").close()
        client.patch(
            "/api/auth/profile", json={"name": CANARIES["name"], "x": CANARIES["chat"]}, headers=headers
        ).close()
        client.post("/api/chatbot/chat", data=f'{{"message": "{CANARIES["chat"]}', headers=headers).close()
        client.get("/api/auth/profile", headers={"Authorization": f"Bearer {CANARIES['token']}"}).close()
        days = {"instrument_id": piano["id"], "start_date": clock.day(0), "end_date": clock.day(1)}
        client.post("/api/rentals", json=days, headers={"Authorization": headers["Authorization"]}).close()
        client.get(client.get("/api/rentals/calendar-link", headers=headers).json["url"]).close()
        _provoke_failures(client, headers, monkeypatch)
    written = caplog.text + "".join(capfd.readouterr())
    assert "unforeseen failure" in written
    secrets = [
        *CANARIES.values(),
        "canaryphrase",
        "canarycomment",
        login.json["access_token"],
        login.json["refresh_token"],
    ]
    for secret in secrets:
        assert secret not in written, secret


def _provoke_failures(client, headers, monkeypatch):
    """Failures of ours while canaries are in hand: of the database, and of any other kind."""

    def of_database(*args, **kwargs):
        row = {"email": CANARIES["email"], "name": CANARIES["chat"]}
        db.session.execute(db.text("INSERT INTO users (email, name) VALUES (:email, :name)"), row)

    def of_code(*args, **kwargs):
        raise KeyError("something odd")

    monkeypatch.setattr(conversation_service, "keep", of_database)
    ask = {"message": CANARIES["chat"]}
    assert (
        client.post("/api/chatbot/chat", json=ask, headers={"Authorization": headers["Authorization"]}).status_code
        == 500
    )
    monkeypatch.setattr(auth_service, "login", of_code)
    assert client.post("/api/auth/login", json={"email": CANARIES["email"], "password": "x"}).status_code == 500


def test_a_line_of_a_request_tells_where_its_time_went(client, shop, caplog):
    person = sign_up(client)
    shop()
    with caplog.at_level("INFO"):
        person.ask("a piano").close()
    (line,) = [record.getMessage() for record in caplog.records if record.name == "request"]
    for fact in ("request_id", "duration_ms", "database_ms", "model_ms", "status", "route", "user_id"):
        assert f"'{fact}'" in line
    assert json.dumps(CANARIES["chat"]) not in line


def test_only_the_journal_is_told_how_grave_a_line_is(tmp_path, monkeypatch):
    plain = logging.Formatter("%(message)s")
    grave = logging.LogRecord("x", logging.ERROR, "x", 1, "one\ntwo", None, None)
    with (tmp_path / "written").open("w") as out:
        file = os.fstat(out.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{file.st_dev}:{file.st_ino}")
        assert formatter_for(out, plain).format(grave) == "<3>one\n<3>two"
        assert formatter_for(io.StringIO(), plain) is plain
        monkeypatch.setenv("JOURNAL_STREAM", f"{file.st_dev}:{file.st_ino + 1}")
        assert formatter_for(out, plain) is plain
        monkeypatch.delenv("JOURNAL_STREAM")
        assert formatter_for(out, plain) is plain


def test_every_line_of_a_served_shop_has_its_priority(tmp_path):
    """gunicorn's own, a worker's death among them, and the application's."""
    written = tmp_path / "written"
    written.touch()
    file = written.stat()
    journal = {"JOURNAL_STREAM": f"{file.st_dev}:{file.st_ino}", "LOG_LEVEL": "INFO", "FLASK_ENV": "production"}
    nobody = {"DATABASE_URL": f"postgresql://x@127.0.0.1:{free_port()}/x", "WEB_WORKERS": "1"}
    instance = Instance({**journal, **nobody}, log=written)
    try:
        instance.start()
        assert httpx.get(f"{instance.url}/api/instruments").status_code == 503
        wait_until(lambda: b'"status": 503' in written.read_bytes(), "its line is written")
        instance.workers()[0].kill()
        wait_until(lambda: b"SIGKILL" in written.read_bytes(), "gunicorn has seen it")
        wait_until(lambda: answers(f"{instance.url}/api/health"), "another worker answers")
    finally:
        instance.close()
    lines = written.read_text().splitlines()
    assert [line for line in lines if not re.match(r"<[2-7]>", line)] == []
    grave = [line for line in lines if re.match(r"<[2-4]>", line)]
    assert any('"status": 503' in line and '"route": "/api/instruments"' in line for line in grave)
    assert any("database unavailable" in line for line in grave)
    assert any("SIGKILL" in line for line in grave)
