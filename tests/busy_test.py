"""A database that is there, but kept busy by others: told as that, timed, and counted apart from one that is away."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.extensions import db
from app.observability.queries import TimedPool
from tests.factories import PASSWORD
from tests.metrics_test import changes
from tests.servers import ROOT, tell, wait_until

WAIT_MS = 150
ACCOUNT = {"email": "late@example.com", "password": PASSWORD, "name": "Late"}


@contextmanager
def locked_by_another(app) -> Iterator[None]:
    """Somebody else holds the locks that a registration wants, and our statements soon give up."""
    with app.app_context():
        url, kind = db.engine.url, db.engine.dialect.name
        limit = f"PRAGMA busy_timeout={WAIT_MS}" if kind == "sqlite" else f"SET statement_timeout = {WAIT_MS}"
        sa.event.listen(db.engine, "begin", lambda connection: connection.exec_driver_sql(limit))
    lock = "BEGIN IMMEDIATE" if kind == "sqlite" else "BEGIN; LOCK TABLE users"
    other = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with other.connect() as holder:
        holder.exec_driver_sql(lock)
        yield
        holder.exec_driver_sql("ROLLBACK")


def test_a_lock_is_told_as_busy_timed_and_counted(app, client, caplog):
    with locked_by_another(app), caplog.at_level("INFO"):
        answers = []
        changed = changes(client, lambda: answers.append(client.post("/api/auth/register", json=ACCOUNT)))
        answers[0].close()
    assert answers[0].status_code == 503
    assert answers[0].headers["Retry-After"]
    assert "too much to do" in answers[0].json["message"]
    assert changed['shop_database_failures_total{kind="busy"}'] == 1
    assert 'shop_database_failures_total{kind="away"}' not in changed
    assert changed["shop_database_query_duration_seconds_sum"] >= WAIT_MS / 1000
    assert "database busy" in caplog.text
    assert "database unavailable" not in caplog.text
    (spent,) = re.findall(r"/api/auth/register.*'database_ms': ([\d.]+)", caplog.text)
    assert float(spent) >= WAIT_MS


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (PoolTimeout("no connection was free"), "busy"),
        (OperationalError("SELECT 1", {}, Exception("could not connect to server")), "away"),
    ],
)
def test_no_free_connection_is_busy_and_no_server_is_away(client, monkeypatch, error, kind):
    def fail():
        raise error

    monkeypatch.setattr("app.services.catalogue_service.count_by_family", fail)
    changed = changes(client, lambda: client.get("/api/instruments/categories").close())
    assert changed[f'shop_database_failures_total{{kind="{kind}"}}'] == 1


def in_use() -> float:
    return REGISTRY.get_sample_value("shop_database_connections_in_use")


def waited() -> float:
    return REGISTRY.get_sample_value("shop_database_connection_wait_seconds_sum")


def test_the_wait_for_a_connection_is_timed(tmp_path):
    small = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.2}
    engine = sa.create_engine(f"sqlite:///{tmp_path}/x", poolclass=TimedPool, **small)
    before = in_use(), waited()
    with engine.connect():
        assert in_use() == before[0] + 1
        with pytest.raises(PoolTimeout):
            engine.connect()
    assert in_use() == before[0]
    assert waited() >= before[1] + 0.2
    engine.dispose()


def test_after_an_outage_no_connection_is_in_use_that_is_not(postgres_url):
    """What was found dead is made anew when it is wanted: in vain, while the server is away."""
    is_away = False
    engine = sa.create_engine(postgres_url, poolclass=TimedPool, pool_pre_ping=True)

    @sa.event.listens_for(engine, "do_connect")
    def refuse(*_) -> None:
        if is_away:
            raise psycopg2.OperationalError("the server is away")

    before = in_use()
    with engine.connect() as connection:
        assert in_use() == before + 1
        is_away = True
        tell(postgres_url, f"SELECT pg_terminate_backend({connection.connection.dbapi_connection.info.backend_pid})")
        with pytest.raises(OperationalError):
            connection.exec_driver_sql("SELECT 1")
        assert in_use() == before
    for _ in range(3):
        with pytest.raises(OperationalError):
            engine.connect()
        assert in_use() == before
    is_away = False
    with engine.connect():
        assert in_use() == before + 1
    assert in_use() == before
    engine.dispose()


def test_the_page_of_the_runbook_tells_who_holds_up_whom(postgres_url):
    runbook = (ROOT / "deploy" / "README.md").read_text("utf-8").partition("## When an alert comes\n")[2]
    query = re.search(r'psql shop -c "(SELECT [^"]+pg_blocking_pids[^"]+)"', runbook)[1]
    engine = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as holder, engine.connect() as waiter, engine.connect() as operator:
        pids = [one.connection.dbapi_connection.info.backend_pid for one in (waiter, holder)]
        holder.exec_driver_sql("BEGIN; LOCK TABLE users")
        asked = waiter.connection.dbapi_connection
        waiting = threading.Thread(target=lambda: _run(asked, "SELECT count(*) FROM users"))
        waiting.start()
        wait_until(lambda: operator.exec_driver_sql(query).first() is not None, "somebody waits")
        found = operator.exec_driver_sql(query).mappings().one()
        assert [found["waiting"], found["held_up_by"]] == pids
        assert "count(*) FROM users" in found["query"]
        operator.exec_driver_sql(f"SELECT pg_terminate_backend({found['held_up_by']})")
        waiting.join(60)
        assert operator.exec_driver_sql(query).first() is None
        holder.invalidate()
    engine.dispose()


def _run(connection, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
