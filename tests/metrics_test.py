"""/metrics tells what happened; under several workers it tells all of it."""

import re
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.models.types import utc_now
from app.observability import asked
from app.operations import backups, host, watching
from app.operations.outcomes import Outcome
from tests import fakes
from tests.factories import PASSWORD
from tests.fakes import FakeOllama
from tests.servers import Valkey, gunicorn


def values(text: str) -> dict[str, float]:
    return {name: float(value) for name, value in re.findall(r"^(shop_\S+) (\S+)$", text, re.MULTILINE)}


def changes(client, do) -> dict[str, float]:
    before = values(client.get("/metrics").text)
    do()
    after = values(client.get("/metrics").text)
    return {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}


def test_a_chat_is_counted_with_its_source_its_tokens_and_what_was_corrected(client, customer, shop, model):
    shop(name="Yamaha P-145 digital piano", model="P-145")
    model.queue("Welcome. It costs 3 EUR a day.")
    changed = changes(client, lambda: customer.ask("a piano").close())
    assert changed['shop_chat_turns_total{failure="none",source="llm"}'] == 1
    assert changed["shop_chat_corrections_total"] == 1
    assert changed["shop_chat_first_token_seconds_count"] == 1
    assert changed['shop_http_requests_total{method="POST",route="/api/chatbot/chat",status="200"}'] == 1


def test_bookings_tokens_and_queries_are_counted(client, customer, shop, clock):
    body = {"instrument_id": shop()["id"], "start_date": clock.day(0), "end_date": clock.day(1)}
    changed = changes(client, lambda: [customer.post("/api/rentals", body) for _ in range(2)])
    assert changed['shop_rental_steps_total{step="reserved"}'] == 1
    assert changed["shop_bookings_refused_total"] == 1
    assert changed["shop_database_query_duration_seconds_count"] > 10
    changed = changes(client, lambda: client.get("/api/auth/profile"))
    assert changed['shop_token_failures_total{kind="missing"}'] == 1
    headers = {"Authorization": "Bearer not.a.token"}
    assert (
        changes(client, lambda: client.get("/api/auth/profile", headers=headers))[
            'shop_token_failures_total{kind="invalid"}'
        ]
        == 1
    )


def test_the_state_of_the_shop_is_found_out_when_asked(client, customer, shop):
    shop()
    customer.ask("a piano")
    told = values(client.get("/metrics").text)
    assert (told["shop_database_up"], told["shop_chat_active_sessions"], told["shop_rentals_active"]) == (1, 1, 0)
    assert told['shop_model_up{server="ollama"}'] in (0, 1)


SHORT = {"source": r"llm|catalog", "failure": r"[a-z_]{1,20}", "kind": r"[a-z_]{1,20}", "step": r"[a-z_]{1,20}"}
OURS = {
    "part": r"[a-z]+",
    "where": r"backups|database",
    "server": r"ollama|127\.0\.0\.1:\d+",
    "task": r"[a-z-]+",
    "le": r"[\d.]+|\+Inf",
}


def test_no_client_can_make_series_of_his_own(app, client, customer, shop, model):
    """Every label, of whatever metric, holds words of ours alone; a new label must say here which."""
    shop()
    _be_hostile(client, customer, model)
    rules = "|".join(re.escape(str(rule)) for rule in app.url_map.iter_rules())
    methods = "|".join((*asked.METHODS, "other"))
    words = {**SHORT, **OURS, "route": f"unknown|{rules}", "method": methods, "status": r"[1-5]\d\d"}
    told = client.get("/metrics").text
    samples = re.findall(r"^(shop_\w+)(?:\{(.*)\})? ", told, re.MULTILINE)
    assert len({name for name, _ in samples}) > 30
    for name, labels in samples:
        for label, value in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels):
            assert re.fullmatch(words[label], value), f"{name}: {label}={value}"
    most = 16 * rules.count("|")  # A histogram has as many buckets.
    for name, series in Counter(name for name, _ in samples).items():
        assert series < most, f"{name} has {series} series"


def _be_hostile(client, customer, model):
    strange = {"Authorization": "Bearer not.a.token", "X-Request-ID": "my-own-series"}
    for number in range(300):
        client.open(f"/api/instruments/{number}", method=f"ODD{number}").close()
        client.open(f"/nowhere/{number}?page={number}", headers=strange).close()
    for path in ("/api/auth/profile", "/api/rentals/calendar.ics?token=mine", "/api/docs/files/mine", "/web/mine"):
        client.get(path, headers=strange).close()
    client.post("/api/auth/login", json={"email": "me@example.com", "password": "mine"}).close()
    model.queue(RuntimeError("my own reason"))
    for number in range(3):
        customer.post("/api/chatbot/chat", {"message": f"mine{number}", "session_id": f"mine{number}"}).close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestStrangers:
    """/metrics is for who watches, whatever stands before the application."""

    TOKEN = "a token that only Prometheus knows"

    @pytest.fixture(params=[0, 1])
    def settings(self, request):
        return {"TRUSTED_PROXIES": request.param}

    def status(self, client, peer: str, **headers: str) -> int:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        with client.get("/metrics", environ_base={"REMOTE_ADDR": peer}, headers=told) as answer:
            return answer.status_code

    @pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
    def test_this_machine_is_answered(self, client, peer):
        assert self.status(client, peer) == 200

    @pytest.mark.parametrize("peer", ["198.51.100.7", "10.0.0.7", "192.168.1.7", "2001:db8::7", "", "unix:"])
    def test_another_is_not_whatever_it_says(self, client, peer):
        for headers in ({}, {"X_Forwarded_For": "127.0.0.1"}, {"Authorization": "Bearer "}):
            assert self.status(client, peer, **headers) == 404

    @pytest.mark.parametrize("header", ["X_Forwarded_For", "X_Real_IP", "Forwarded", "Via"])
    def test_what_came_through_a_proxy_is_not(self, client, header):
        assert self.status(client, "127.0.0.1", **{header: "127.0.0.1"}) == 404

    def test_it_looks_as_if_there_were_no_such_page(self, client):
        odd = [client.get(path, environ_base={"REMOTE_ADDR": "198.51.100.7"}).json for path in ("/metrics", "/odd")]
        assert odd[0] == odd[1]

    def test_a_token_opens_it_from_anywhere_and_nothing_else_does(self, app, client):
        app.config["METRICS_TOKEN"] = self.TOKEN
        assert self.status(client, "198.51.100.7", Authorization=f"Bearer {self.TOKEN}") == 200
        through = {"X_Forwarded_For": "198.51.100.7", "Authorization": f"Bearer {self.TOKEN}"}
        assert self.status(client, "127.0.0.1", **through) == 200
        for shown in ("", "Bearer", "Bearer ", f"Bearer {self.TOKEN}x", f"Basic {self.TOKEN}", "Bearer \xe9"):
            assert self.status(client, "127.0.0.1", Authorization=shown) == 404
        assert self.status(client, "127.0.0.1") == 404


class TestParts:
    """What cannot be found out is told as that, beside all the rest."""

    @pytest.fixture
    def settings(self, tmp_path):
        (tmp_path / "file").touch()
        return {"BACKUP_DIR": str(tmp_path / "file" / "backups"), "TLS_CERTIFICATE": str(tmp_path / "none.pem")}

    def test_a_part_that_fails_blinds_no_other(self, client, monkeypatch):
        monkeypatch.setattr(backups, "age_seconds", lambda: 1 / 0)
        told = values(client.get("/metrics").text)
        failed = {name for name, value in told.items() if name.startswith("shop_watch_failures") and value}
        assert failed == {f'shop_watch_failures{{part="{part}"}}' for part in ("backups", "certificate")}
        assert told["shop_database_up"] == 1

    def test_a_folder_that_cannot_be_made_is_no_failure_of_the_watching(self, client):
        told = values(client.get("/metrics").text)
        assert told['shop_watch_failures{part="backups"}'] == told['shop_watch_failures{part="disks"}'] == 0
        assert "shop_backup_age_seconds" not in told

    def test_a_database_that_is_away_leaves_the_rest(self, app, client):
        with app.app_context():
            sa.event.listen(db.engine, "do_connect", _refuse)
            sa.event.listen(db.engine, "before_cursor_execute", _refuse)
        told = values(client.get("/metrics").text)
        assert told["shop_database_up"] == 0
        assert "shop_rentals_active" not in told
        assert 'shop_model_up{server="ollama"}' in told

    @pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
    def test_a_locked_table_does_not_make_the_database_seem_away(self, app, client, monkeypatch):
        monkeypatch.setattr(watching, "LONGEST_QUERY_MS", 100)
        holder = sa.create_engine(app.config["DATABASE_URL"], poolclass=sa.NullPool)
        with holder.connect() as connection:
            connection.exec_driver_sql("LOCK TABLE rentals")
            told = values(client.get("/metrics").text)
        assert (told["shop_database_up"], told['shop_watch_failures{part="database"}']) == (1, 1)
        assert told["shop_chat_active_sessions"] == 0


def _refuse(*_) -> None:
    raise OperationalError("SELECT 1", {}, Exception("the database is away"))


class TestRedis:
    @pytest.fixture
    def redis(self):
        server = Valkey()
        yield server
        server.close()

    @pytest.fixture
    def settings(self, redis):
        return {"REDIS_URL": redis.url}

    def test_a_redis_that_is_away_is_told(self, client, redis):
        assert values(client.get("/metrics").text)["shop_redis_up"] == 1
        redis.kill()
        assert values(client.get("/metrics").text)["shop_redis_up"] == 0


def test_without_a_redis_none_is_missed(client):
    assert "shop_redis_up" not in client.get("/metrics").text


def test_the_last_drill_is_told(client, monkeypatch):
    for ok in (True, False):
        ended = Outcome(at=utc_now() - timedelta(hours=1), ok=ok, found="")
        monkeypatch.setattr(backups, "last_drill", lambda ended=ended: ended)
        told = values(client.get("/metrics").text)
        assert told["shop_restore_drill_ok"] == ok
        assert 3600 <= told["shop_restore_drill_age_seconds"] < 3700


def test_timed_work_that_failed_is_told_where_there_is_a_systemd(client, monkeypatch):
    assert "shop_task_failed{" not in client.get("/metrics").text or Path("/run/systemd/system").is_dir()
    monkeypatch.setattr(host, "_told", lambda *_: "inactive\nfailed\n" + "active\n" * (len(host.TASKS) - 2))
    told = values(client.get("/metrics").text)
    assert [told[f'shop_task_failed{{task="{task}"}}'] for task in host.TASKS[:3]] == [0, 1, 0]


def test_the_disk_of_the_database_is_watched(app, client, tmp_path):
    app.config["DATABASE_DISK"] = str(tmp_path)
    assert 0 < values(client.get("/metrics").text)['shop_disk_free_ratio{where="database"}'] <= 1
    app.config["DATABASE_DISK"] = str(tmp_path / "nowhere")
    assert values(client.get("/metrics").text)['shop_watch_failures{part="disks"}'] == 1


def test_several_workers_are_added_up(tmp_path, sqlite_template):
    database_url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'shop.sqlite3')}"
    ollama = FakeOllama(fakes.answers("Welcome. "))
    try:
        with gunicorn(database_url, ollama.url) as (url, _):
            account = {"email": "served@example.com", "password": PASSWORD}
            httpx.post(f"{url}/api/auth/register", json={**account, "name": "S"}).raise_for_status()
            for _ in range(30):
                httpx.post(f"{url}/api/auth/login", json=account).raise_for_status()
            counted = [values(httpx.get(f"{url}/metrics").text) for _ in range(6)]
    finally:
        ollama.close()
    logins = 'shop_http_requests_total{method="POST",route="/api/auth/login",status="200"}'
    assert {told[logins] for told in counted} == {30}
    assert {told["shop_database_connections_in_use"] for told in counted} == {0}
