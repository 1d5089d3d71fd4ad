"""flask deploy-check: every item seen ok, and every item seen failing."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import update

from app.extensions import db
from app.llm.server import Server
from app.models import ChatSession, User
from app.models.types import utc_now
from app.operations import backups, deploy_check, host, readiness
from tests import fakes, servers
from tests.backup_test import BIN
from tests.factories import sign_up
from tests.fakes import FakeOllama


@pytest.fixture
def certificate(tmp_path):
    """Writes a certificate that ends in so many days."""

    def write(days: int) -> str:
        folder = tmp_path / str(days)
        folder.mkdir()
        return str(servers.certificate(folder, days))

    return write


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    server = FakeOllama(fakes.answers("Hello there."))
    yield server
    server.close()


@pytest.fixture
def model():
    return None


@pytest.fixture
def prometheus() -> Iterator[HTTPServer]:
    class Rules(BaseHTTPRequestHandler):
        names = deploy_check.RULES

        def do_GET(self):
            groups = [{"rules": [{"name": name} for name in self.names]}]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"data": {"groups": groups}}).encode())

        def log_message(self, *args):
            """Keeps quiet."""

    server = HTTPServer(("127.0.0.1", 0), Rules)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(tmp_path, certificate, ollama):
    return {
        "BACKUP_DIR": str(tmp_path / "backups"),
        "BACKUP_KEY": "a long key that opens the backups of the shop",
        "POSTGRES_BIN": str(BIN),
        "OLLAMA_BASE_URL": ollama.url,
        "SHOP_TIMEZONE": "Europe/Paris",
        "LOG_LEVEL": "INFO",
        "TLS_CERTIFICATE": certificate(90),
    }


@pytest.fixture
def good(app, client, monkeypatch, prometheus):
    """A machine on which everything is as it should be."""
    sign_up(client, role="admin")
    app.config["FLASK_ENV"] = "production"
    monkeypatch.setattr(host, "idle_timers", list)
    monkeypatch.setattr(host, "is_clock_synchronised", lambda: True)
    monkeypatch.setattr(host, "disk_free", lambda: {"backups": 0.5, "database": 0.5})
    with app.app_context():
        backups.make()
    return f"http://127.0.0.1:{prometheus.server_port}"


def statuses(app, url: str | None) -> dict[str, str]:
    with app.app_context():
        return {check.name: check.status for check in deploy_check.run(url)}


def test_a_good_machine_is_all_ok(app, good):
    told = statuses(app, good)
    if db_kind(app) == "sqlite":
        assert told.pop("database") == "warn"
    assert set(told.values()) == {"ok"}, told
    assert len(told) >= 20


def test_the_checklist_of_the_readme_names_what_is_there(app, good):
    text = (servers.ROOT / "deploy" / "README.md").read_text("utf-8")
    checklist = text.partition("## The checklist\n")[2].partition("\n## ")[0]
    for file in re.findall(r"`((?:tests|app|deploy)/[\w/.]*|systemd/[\w.]*|nginx/|prometheus/|grafana/)`", checklist):
        assert (servers.ROOT / file).exists() or (servers.ROOT / "deploy" / file).exists(), file
    named = [name for items in re.findall(r"check ((?:`[^`]+`(?:, )?)+)", checklist) for name in items.split("`")[1::2]]
    assert len(named) >= 18
    assert set(named) <= set(statuses(app, good)) | {"encoding", "database time zone", "connections"}


def db_kind(app) -> str:
    with app.app_context():
        return db.engine.dialect.name


@pytest.mark.parametrize(
    ("name", "setting", "value", "status"),
    [
        ("environment", "FLASK_ENV", "development", "fail"),
        ("secrets", "SECRETS_FROM_FILES", ["SECRET_KEY"], "fail"),
        ("debug", "FLASK_DEBUG", True, "fail"),
        ("log level", "LOG_LEVEL", "DEBUG", "warn"),
        ("origins", "CORS_ORIGINS", ["*"], "fail"),
        ("time zone", "SHOP_TIMEZONE", "UTC", "warn"),
        ("backup key", "BACKUP_KEY", "", "warn"),
        ("backup", "BACKUP_DIR", "/tmp/none-of-ours-are-here", "fail"),
        ("certificate", "TLS_CERTIFICATE", "", "warn"),
        ("operations", "TLS_CERTIFICATE", "/nowhere.pem", "fail"),
        ("connections", "DATABASE_POOL_SIZE", 200, "fail"),
    ],
)
def test_a_bad_setting_is_seen(app, good, tmp_path, name, setting, value, status):
    if name == "connections" and db_kind(app) == "sqlite":
        return
    app.config[setting] = str(tmp_path / "empty") if setting == "BACKUP_DIR" else value
    assert statuses(app, good)[name] == status


def test_a_bad_machine_is_seen(app, good, monkeypatch, certificate):
    app.config["TLS_CERTIFICATE"] = certificate(3)
    monkeypatch.setattr(host, "idle_timers", lambda: ["musical-instruments-backup"])
    monkeypatch.setattr(host, "is_clock_synchronised", lambda: False)
    monkeypatch.setattr(host, "disk_free", lambda: {"backups": 0.05})
    told = statuses(app, None)
    for name in ("certificate", "timers", "clock", "disk of backups"):
        assert told[name] == "fail", name
    assert told["alert rules"] == "warn"


def test_a_bad_database_is_seen(app, good, monkeypatch):
    with app.app_context():
        db.session.execute(db.text("UPDATE users SET role = 'customer', email = 'admin@example.com'"))
        db.session.commit()
    monkeypatch.setattr(readiness, "_heads", lambda: {"9999"})
    told = statuses(app, good)
    assert (told["admin"], told["demo logins"], told["migrations"]) == ("fail", "fail", "fail")


def test_conversations_against_a_customers_will_are_seen(app, good, client):
    sign_up(client).ask("a piano")
    with app.app_context():
        db.session.execute(update(User).values(conversations_consent_at=None))
        db.session.execute(update(ChatSession).values(last_message_at=utc_now() - timedelta(days=2)))
        db.session.commit()
    told = statuses(app, good)
    assert (told["consent"], told["retention"]) == ("fail", "ok")
    with app.app_context():
        db.session.execute(update(ChatSession).values(kept_until=utc_now() - timedelta(days=3)))
        db.session.commit()
    assert statuses(app, good)["retention"] == "fail"


def test_a_model_that_is_away_or_fails_is_seen(app, good, ollama):
    ollama.behave = fakes.is_empty
    assert statuses(app, good)["language model"] == "fail"
    ollama.behave = fakes.answers("Hello there.")
    (server,) = app.extensions["chat_model"].servers
    app.extensions["chat_model"].servers = [server, Server(app.config, "http://127.0.0.1:9")]
    assert statuses(app, good)["language model"] == "fail"
    app.extensions["chat_model"].servers = [server]
    ollama.close()
    assert statuses(app, good)["language model"] == "fail"


def test_missing_alert_rules_are_seen(app, good, prometheus):
    prometheus.RequestHandlerClass.names = deploy_check.RULES[1:]
    assert statuses(app, good)["alert rules"] == "fail"
    prometheus.RequestHandlerClass.names = deploy_check.RULES
    assert statuses(app, "http://127.0.0.1:9")["alerts"] == "fail"


def test_scripts_get_json_and_an_exit_code(app, good):
    runner = app.test_cli_runner()
    result = runner.invoke(args=["deploy-check", "--json", "--prometheus", good])
    assert result.exit_code == 0, result.output
    assert {check["status"] for check in json.loads(result.output)} <= {"ok", "warn"}
    app.config["FLASK_DEBUG"] = True
    assert runner.invoke(args=["deploy-check", "--prometheus", good]).exit_code == 1
    app.config["FLASK_DEBUG"] = False
    assert runner.invoke(args=["deploy-check", "--strict"]).exit_code == 1
