"""flask deploy-check: every check seen ok, and every check seen failing."""

import contextlib
import json
import os
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from types import SimpleNamespace

import pytest
import yaml
from sqlalchemy import update

from app.errors import AppError
from app.extensions import db
from app.init import create_app
from app.llm.server import Server
from app.models import ChatSession, User
from app.models.types import utc_now
from app.operations import backups, deploy_check, host, readiness
from app.operations.deploy_check import Asked, database, finding, packages, pages
from tests import fakes, servers
from tests.backup_test import BIN
from tests.factories import sign_up
from tests.fakes import FakeOllama
from tests.servers import ROOT, Valkey
from tests.settings import SETTINGS

PROMETHEUS = ROOT / "deploy" / "prometheus"
ALERTS = re.findall(r"alert: (\w+)", (PROMETHEUS / "rules.yml").read_text("utf-8"))
SAMPLE = {"route": {"receiver": "team-X-mails"}, "receivers": [{"name": "team-X-mails"}, {"name": "team-X-pager"}]}
BAD_SETTINGS = [
    ("environment", "FLASK_ENV", "development", "fail"),
    ("secrets", "SECRETS_FROM_FILES", ["SECRET_KEY"], "fail"),
    ("secrets", "SECRET_KEY", "a" * 36, "fail"),
    ("secrets", "JWT_SECRET_KEY", "changeme" * 5, "fail"),
    ("debug", "FLASK_DEBUG", True, "fail"),
    ("log level", "LOG_LEVEL", "DEBUG", "warn"),
    ("origins", "CORS_ORIGINS", ["*"], "fail"),
    ("time zone", "SHOP_TIMEZONE", "UTC", "warn"),
    ("currency", "SHOP_CURRENCY", "ZZZ", "fail"),
    ("limits", "RATELIMIT_ENABLED", False, "fail"),
    ("proxies", "TRUSTED_PROXIES", 0, "fail"),
    ("redis", "REDIS_URL", "", "warn"),
    ("redis", "REDIS_URL", "redis://127.0.0.1:9/0", "fail"),
    ("backup key", "BACKUP_KEY", "", "warn"),
    ("backup key", "BACKUP_KEY", "a long key that opens the backups of the shop", "warn"),
    ("backup copies", "BACKUP_HOOK", "", "warn"),
    ("certificate", "TLS_CERTIFICATE", "", "warn"),
    ("certificate", "TLS_CERTIFICATE", "/nowhere.pem", "fail"),
    ("https", "TLS_CERTIFICATE", "", "warn"),
    ("https", "TLS_CERTIFICATE", "/nowhere.pem", "fail"),
    ("metrics inside", "TLS_CERTIFICATE", "", "warn"),
]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class Nearby:
    """An instance, Prometheus and Alertmanager in one: answers each path as it is told, with a status and JSON."""

    def __init__(self) -> None:
        answers = self.answers = {}

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self):
                status, told = answers.get(self.path.partition("?")[0], (200, {}))
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                """Keeps quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def is_well(self) -> None:
        self.answers.clear()
        self.answers["/api/health/ready"] = 200, {"status": "ok"}
        self.knows(ALERTS)
        self.asks({f"127.0.0.1:{port}": "up" for port in (8000, 8001, 8010, 8011)})
        self.has_loaded(yaml.safe_load((PROMETHEUS / "alertmanager.yml").read_text("utf-8")))

    def knows(self, alerts: list[str]) -> None:
        self.answers["/api/v1/rules"] = 200, {"data": {"groups": [{"rules": [{"name": name} for name in alerts]}]}}

    def asks(self, health: dict[str, str], job: str = "musical-instruments") -> None:
        targets = [{"labels": {"job": job, "instance": who}, "health": state} for who, state in health.items()]
        self.answers["/api/v1/targets"] = 200, {"data": {"activeTargets": targets}}

    def has_loaded(self, config: dict) -> None:
        self.answers["/api/v2/status"] = 200, {"config": {"original": yaml.safe_dump(config)}}

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def servers_beside(tmp_path_factory) -> Iterator[SimpleNamespace]:
    """What stands beside the shop, with a real nginx and a real Valkey."""
    with contextlib.ExitStack() as closing:
        nearby, valkey = Nearby(), Valkey()
        closing.callback(nearby.close)
        closing.callback(valkey.close)
        nearby.is_well()
        folder = tmp_path_factory.mktemp("beside")
        proxy = closing.enter_context(servers.nginx(folder, api=[nearby.url], chat=[nearby.url]))
        yield SimpleNamespace(nearby=nearby, valkey=valkey, proxy=proxy)


@pytest.fixture
def nearby(servers_beside) -> Nearby:
    servers_beside.nearby.is_well()
    return servers_beside.nearby


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    server = FakeOllama(fakes.answers("Hello there."))
    yield server
    server.close()


@pytest.fixture
def model():
    return None


@pytest.fixture
def settings(tmp_path, servers_beside, ollama):
    return {
        "BACKUP_DIR": str(tmp_path / "backups"),
        "BACKUP_KEY": secrets.token_urlsafe(32),
        "SECRET_KEY": secrets.token_urlsafe(32),
        "JWT_SECRET_KEY": secrets.token_urlsafe(32),
        "POSTGRES_BIN": str(BIN),
        "OLLAMA_BASE_URL": ollama.url,
        "REDIS_URL": servers_beside.valkey.url,
        "SHOP_TIMEZONE": "Europe/Paris",
        "LOG_LEVEL": "INFO",
        "TLS_CERTIFICATE": str(servers_beside.proxy.certificate),
        "TRUSTED_PROXIES": "1",
        "RATELIMIT_ENABLED": "1",
    }


@pytest.fixture
def asked(app, client, nearby, servers_beside, monkeypatch, tmp_path) -> Asked:
    """A machine on which everything is as it should be."""
    sign_up(client, role="admin")
    app.config.update(FLASK_ENV="production", BACKUP_HOOK="true")
    (tmp_path / "shop.env").touch(mode=0o640)
    monkeypatch.setattr(host, "SETTINGS_FILES", [tmp_path / "shop.env", tmp_path / "none"])
    monkeypatch.setattr(host, "instance_ports", lambda: [str(nearby.port)])
    monkeypatch.setattr(host, "is_active", lambda unit: True)
    monkeypatch.setattr(host, "idle_timers", list)
    monkeypatch.setattr(host, "is_clock_synchronised", lambda: True)
    monkeypatch.setattr(host, "disk_free", lambda: {"backups": 0.5, "database": 0.5})
    https = servers_beside.proxy.url.removeprefix("https://")
    return Asked(https=https, prometheus=nearby.url, alertmanager=nearby.url)


@pytest.fixture
def backup(app, asked) -> backups.Backup:
    with app.app_context():
        made = backups.make()
        backups.drill()
    return made


@pytest.fixture
def status(app, asked):
    """How one check finds the machine."""

    def ask(name: str, asked: Asked = asked) -> str:
        with app.app_context():
            return finding.ask(name, deploy_check.all_checks(asked)[name]).status

    return ask


def test_a_good_machine_is_all_ok(app, asked, backup):
    with app.app_context():
        told = {check.name: check for check in deploy_check.run(asked)}
        is_sqlite = db.engine.dialect.name == "sqlite"
    assert told.pop("database").status == ("warn" if is_sqlite else "ok")
    assert {check.status for check in told.values()} == {"ok"}, told
    assert len(told) >= 40


@on_sqlite
def test_each_bad_setting_is_seen(app, status, backup):
    for name, setting, value, expected in BAD_SETTINGS:
        before = app.config[setting]
        assert status(name) == "ok"
        app.config[setting] = value
        assert status(name) == expected, (name, setting, value)
        app.config[setting] = before


@on_sqlite
def test_packages_that_are_not_as_pinned_are_seen(status, tmp_path, monkeypatch):
    flask, lock = metadata.version("flask"), tmp_path / "requirements.txt"
    monkeypatch.setattr(packages, "LOCK", lock)
    lock.write_text(f"flask=={flask} \\\n    --hash=sha256:0\nnone==1.0 ; sys_platform == 'win32'\n")
    assert status("packages") == "ok"
    for wrong in ("flask==0.1", "no-such-package==1.0"):
        lock.write_text(f"{wrong} \\\n    --hash=sha256:0\n")
        assert status("packages") == "fail"


@on_sqlite
def test_equal_secrets_are_seen(app, status):
    app.config["JWT_SECRET_KEY"] = app.config["SECRET_KEY"]
    assert status("secrets") == "fail"


@on_sqlite
def test_trusting_no_proxy_is_a_warning_where_there_may_be_none(app, status):
    app.config.update(TRUSTED_PROXIES=0, TLS_CERTIFICATE="")
    assert status("proxies") == "warn"


@on_sqlite
def test_a_settings_file_that_everybody_may_read_is_seen(status, tmp_path):
    (tmp_path / "shop.env").chmod(0o644)
    assert status("settings file") == "fail"
    (tmp_path / "shop.env").unlink()
    assert status("settings file") == "ok"  # As in a container: the environment holds them.


@on_sqlite
def test_instances_that_are_away_or_not_ready_are_seen(status, asked, nearby, monkeypatch):
    nearby.answers["/api/health/ready"] = 200, {"status": "degraded"}
    assert status("instances") == "ok"
    nearby.answers["/api/health/ready"] = 503, {"status": "unavailable"}
    assert status("instances") == "fail"
    nearby.is_well()
    monkeypatch.setattr(host, "instance_ports", lambda: [str(nearby.port), "9"])
    assert status("instances") == "fail"
    monkeypatch.setattr(host, "instance_ports", list)
    assert status("instances") == "warn"
    assert status("instances", Asked(instances=(f"127.0.0.1:{nearby.port}",))) == "ok"
    assert status("instances", Asked(instances=(f"127.0.0.1:{nearby.port}", "127.0.0.1:9"))) == "fail"


@on_sqlite
def test_near_servers_are_asked_past_every_proxy(status, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (status("instances"), status("alert rules")) == ("ok", "ok")


@on_sqlite
@pytest.mark.parametrize(("is_active", "expected"), [(False, "fail"), (None, "warn")])
def test_an_nginx_that_is_stopped_is_seen(status, monkeypatch, is_active, expected):
    monkeypatch.setattr(host, "is_active", lambda unit: is_active)
    assert status("nginx") == expected


@on_sqlite
def test_a_shop_that_does_not_answer_by_its_name_is_seen(app, status, nearby, tmp_path):
    nearby.answers["/api/health"] = 503, {}
    assert status("https") == "fail"
    nearby.is_well()
    assert status("https", Asked(https="127.0.0.1:9")) == "fail"
    app.config["TLS_CERTIFICATE"] = str(servers.certificate(tmp_path))
    assert status("https") == "fail"  # nginx still shows the one before.


@on_sqlite
def test_metrics_that_the_world_may_read_are_seen(status, nearby, tmp_path, monkeypatch):
    site = servers.site_conf
    monkeypatch.setattr(
        servers, "site_conf", lambda *told: site(*told).replace("/metrics { return 404", "/x { return 404")
    )
    with servers.nginx(tmp_path, api=[nearby.url], chat=[nearby.url]) as proxy:
        assert status("metrics inside", Asked(https=proxy.url.removeprefix("https://"))) == "fail"


@on_sqlite
def test_a_missing_backup_is_seen(status, app, backup):
    names = ("backup folder", "backup", "backup whole", "restore drill")
    assert {status(name) for name in names} == {"ok"}
    app.config["BACKUP_DIR"] += "/none"
    assert [status(name) for name in names] == ["fail", "fail", "fail", "warn"]


@on_sqlite
def test_an_old_backup_is_seen(status, backup, monkeypatch):
    monkeypatch.setattr(backups, "age_seconds", lambda: 2 * 86400.0)
    assert status("backup") == "fail"


@on_sqlite
def test_a_backup_that_is_lost_or_damaged_is_seen(status, app, backup):
    whole = backup.file.read_bytes()
    backup.file.write_bytes(whole[:-1] + b"x")
    assert status("backup whole") == "fail"
    backup.file.write_bytes(whole)
    assert status("backup whole") == "ok"
    backup.file.unlink()
    assert status("backup whole") == "fail"


@on_sqlite
def test_a_backup_that_was_not_carried_away_is_seen(status, app, backup):
    assert status("backup copies") == "ok"
    app.config["BACKUP_HOOK"] = "false"
    with app.app_context(), pytest.raises(AppError):
        backups.make()
    assert status("backup copies") == "fail"


@on_sqlite
def test_a_drill_that_failed_or_is_long_ago_is_seen(status, app, backup, monkeypatch):
    with monkeypatch.context() as later:
        later.setattr("app.operations.deploy_check.backup.utc_now", lambda: utc_now() + timedelta(days=9))
        assert status("restore drill") == "fail"
    assert status("restore drill") == "ok"
    backup.file.unlink()
    with app.app_context(), pytest.raises(AppError):
        backups.drill()
    assert status("restore drill") == "fail"


@on_sqlite
def test_a_folder_that_may_not_be_written_to_is_seen(status, app, backup, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere.
    assert status("backup folder") == "fail"


@on_sqlite
def test_a_bad_machine_is_seen(app, status, monkeypatch, tmp_path):
    app.config["TLS_CERTIFICATE"] = str(servers.certificate(tmp_path, days=3))
    monkeypatch.setattr(host, "idle_timers", lambda: ["musical-instruments-backup"])
    monkeypatch.setattr(host, "is_clock_synchronised", lambda: False)
    monkeypatch.setattr(host, "disk_free", lambda: {"backups": 0.05, "database": 0.5})
    assert [status(name) for name in ("certificate", "timers", "clock", "disks")] == ["fail"] * 4


@on_sqlite
def test_a_machine_without_systemd_is_a_warning(status, monkeypatch):
    for name in ("idle_timers", "is_clock_synchronised"):
        monkeypatch.setattr(host, name, lambda: None)
    assert (status("timers"), status("clock")) == ("warn", "warn")


def test_a_bad_database_is_seen(app, status, monkeypatch):
    with app.app_context():
        db.session.execute(db.text("UPDATE users SET role = 'customer', email = 'admin@example.com'"))
        db.session.commit()
    monkeypatch.setattr(readiness, "_heads", lambda: {"9999"})
    assert [status(name) for name in ("admin", "demo logins", "migrations")] == ["fail"] * 3


@on_sqlite
def test_an_emptied_database_is_seen(status, monkeypatch):
    monkeypatch.setattr(readiness, "state", lambda: {"database": "empty"})
    assert status("database") == "fail"


@on_postgresql
def test_a_database_that_is_set_up_wrongly_is_seen(app, status, monkeypatch):
    told = {"server_encoding": "SQL_ASCII", "TimeZone": "Europe/Paris", "max_connections": "20"}
    names = ("encoding", "database time zone", "connections")
    assert [status(name) for name in names] == ["ok"] * 3
    monkeypatch.setattr(database, "_shown", told.get)
    assert [status(name) for name in names] == ["fail"] * 3


def test_conversations_against_a_customers_will_are_seen(app, status, client):
    sign_up(client).ask("a piano")
    with app.app_context():
        db.session.execute(update(User).values(conversations_consent_at=None))
        db.session.execute(update(ChatSession).values(last_message_at=utc_now() - timedelta(days=2)))
        db.session.commit()
    assert (status("consent"), status("retention")) == ("fail", "ok")
    with app.app_context():
        db.session.execute(update(ChatSession).values(kept_until=utc_now() - timedelta(days=3)))
        db.session.commit()
    assert status("retention") == "fail"


def fails_late(ollama: FakeOllama, connection) -> None:
    """Later than the gateway's first sign of life."""
    time.sleep(0.8)
    fakes.is_overloaded(ollama, connection)


@on_sqlite
@pytest.mark.parametrize("behave", [fakes.is_empty, fakes.is_silent, fakes.knows_no_model, fails_late])
def test_a_model_that_says_nothing_is_seen(app, status, ollama, behave):
    app.config["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"] = 1.5
    ollama.behave = behave
    assert status("language model") == "fail"


@on_sqlite
def test_a_model_that_makes_customers_wait_is_seen(app, status, ollama):
    app.config["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"] = 2
    ollama.behave = fakes.answers(1.2, "Hello there.")
    assert status("language model") == "warn"
    app.config["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"] = 0.6
    assert status("language model") == "fail"


@on_sqlite
def test_each_server_of_the_model_is_asked(app, status, ollama):
    (server,) = app.extensions["chat_model"].servers
    app.extensions["chat_model"].servers = [server, Server(app.config, "http://127.0.0.1:9")]
    assert status("language model") == "fail"


@on_sqlite
def test_missing_alert_rules_are_seen(status, nearby):
    nearby.knows(ALERTS[:-1])
    assert status("alert rules") == "fail"


@on_sqlite
def test_targets_that_do_not_answer_prometheus_are_seen(status, nearby):
    nearby.asks({"127.0.0.1:8000": "up", "127.0.0.1:8010": "down"})
    assert status("targets") == "fail"
    nearby.asks({"127.0.0.1:9100": "up"}, job="node")
    assert status("targets") == "fail"


@on_sqlite
def test_an_alertmanager_with_the_sample_of_its_package_is_seen(status, nearby):
    nearby.has_loaded(SAMPLE)
    assert status("alertmanager") == "fail"


@on_sqlite
@pytest.mark.parametrize("name", ["alert rules", "targets", "alertmanager"])
def test_watchers_that_are_away_fail_and_those_not_named_are_a_warning(status, name):
    assert status(name, Asked(prometheus="http://127.0.0.1:9", alertmanager="http://127.0.0.1:9")) == "fail"
    assert status(name, Asked()) == "warn"


@on_sqlite
def test_a_page_that_does_not_answer_is_seen(app):
    with app.app_context():
        assert pages.page("/api/none").status == "fail"


@on_sqlite
def test_what_cannot_be_examined_hides_nothing(app, asked, backup, monkeypatch):
    def breaks():
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(host, "certificate_seconds_left", breaks)
    with app.app_context():
        told = {check.name: check for check in deploy_check.run(asked)}
    failed = {name: check.found for name, check in told.items() if check.status == "fail"}
    assert failed == {"certificate": "RuntimeError: two lines"}
    assert list(told) == list(deploy_check.all_checks(asked))


@on_sqlite
def test_without_a_database_scripts_get_json_and_people_a_line_a_check(settings, asked, backup):
    app = create_app({**SETTINGS, **settings, "DATABASE_URL": "postgresql://shop:word@127.0.0.1:9/none"})
    runner = app.test_cli_runner()
    result = runner.invoke(args=["deploy-check", "--json"])
    told = {check["name"]: check["status"] for check in json.loads(result.output)}
    assert result.exit_code == 1
    assert {told[name] for name in [*database.CHECKS, "/api/instruments"]} == {"fail"}
    assert {told[name] for name in ("secrets", "redis", "backup", "language model", "/api/health")} == {"ok"}
    result = runner.invoke(args=["deploy-check"])
    assert len(result.output.splitlines()) == len(told)
    assert "word@" not in result.output


def test_settings_that_cannot_be_used_are_json_for_scripts_and_a_line_for_people():
    told = {**os.environ, **SETTINGS, "SECRET_KEY": "short"}
    command = [sys.executable, "-m", "flask", "deploy-check", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True)
    (check,) = json.loads(done.stdout)
    assert (done.returncode, check["status"]) == (1, "fail")
    assert "SECRET_KEY" in check["found"]
    plain = subprocess.run(command[:-1], cwd=ROOT, env=told, capture_output=True, text=True)
    assert (plain.returncode, plain.stdout) == (1, "")
    assert re.fullmatch(r"Error: The settings cannot be used.*SECRET_KEY.*\n", plain.stderr)


@on_sqlite
def test_exit_codes_tell_failures_and_if_wished_warnings(app, asked, backup):
    runner = app.test_cli_runner()
    told = ["--https", asked.https, "--prometheus", asked.prometheus, "--alertmanager", asked.alertmanager]
    assert runner.invoke(args=["deploy-check", *told]).exit_code == 0
    assert runner.invoke(args=["deploy-check", "--strict", *told]).exit_code == 1  # SQLite.
    app.config["FLASK_DEBUG"] = True
    assert runner.invoke(args=["deploy-check", *told]).exit_code == 1
