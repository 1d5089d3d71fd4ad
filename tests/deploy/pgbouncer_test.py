"""PgBouncer before PostgreSQL, pooling by transaction, with the very lines of docs/beyond-one-host.md."""

import contextlib
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import cli

from app import extensions
from app.extensions import db
from app.init import create_app
from app.operations import running_code
from tests.conftest import _migrate, database_on
from tests.servers import free_port, running, tell, wait_until
from tests.settings import SETTINGS

PAGE = Path(__file__).parents[2] / "docs" / "beyond-one-host.md"
PGBOUNCER = shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
ROLE, PASSWORD = "pooled", "a password that is only good for tests"
CONNECTIONS = 5
AT_ONCE = 50


@pytest.fixture(scope="module")
def direct_url(postgres_server: str) -> Iterator[str]:
    """A database of this module, still empty."""
    with database_on(postgres_server) as url:
        yield url


@pytest.fixture(scope="module")
def pooled_url(direct_url: str) -> Iterator[str]:
    """The same database, migrated and reached through PgBouncer, which has a few connections for everybody."""
    if PGBOUNCER is None:
        pytest.skip("PgBouncer is NOT tested: apt-get install pgbouncer")
    port, target = free_port(), sa.make_url(direct_url)
    sockets = Path(target.query["host"])
    pooled = target.set(host="127.0.0.1", port=port, username=ROLE, password=PASSWORD).difference_update_query(["host"])
    with tempfile.TemporaryDirectory(prefix="pgbouncer-", dir="/tmp") as folder:
        ini, users = Path(folder) / "pgbouncer.ini", Path(folder) / "userlist.txt"
        ini.write_text(_configuration(target.database, sockets, port, users))
        users.write_text(_role(direct_url))
        Path(folder).chmod(0o755)
        as_owner = {"user": sockets.owner()} if os.geteuid() == 0 else {}  # It refuses to be root.
        with running([PGBOUNCER, "--quiet", ini], **as_owner) as server:
            wait_until(lambda: server.poll() is not None or _connects(pooled), "PgBouncer answers", 120)
            assert server.poll() is None, "PgBouncer did not start."
            url = pooled.render_as_string(hide_password=False)
            _migrate(url)
            yield url


def _role(direct_url: str) -> str:
    """Makes a role with a password; a line of userlist.txt as the page says how to make it."""
    tell(direct_url, f"DROP ROLE IF EXISTS {ROLE}", f"CREATE ROLE {ROLE} SUPERUSER LOGIN PASSWORD '{PASSWORD}'")
    engine = sa.create_engine(direct_url)
    with engine.connect() as connection:
        secret = connection.scalar(sa.text("SELECT rolpassword FROM pg_authid WHERE rolname = :name"), {"name": ROLE})
    engine.dispose()
    return f'"{ROLE}" "{secret}"\n'


def _configuration(database: str, sockets: Path, port: int, users: Path) -> str:
    """The page's lines with this machine's addresses, and fewer connections."""
    (ini,) = re.findall(r"```ini\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for old, new in {
        "shop = host=10.0.0.5 port=5432": f"{database} = host={sockets}",
        "listen_port = 6432": f"listen_port = {port}\nunix_socket_dir =",
        "/etc/pgbouncer/userlist.txt": str(users),
        "default_pool_size = 20": f"default_pool_size = {CONNECTIONS}",
    }.items():
        assert old in ini, old
        ini = ini.replace(old, new)
    return ini


def _connects(url: sa.URL) -> bool:
    engine = sa.create_engine(url)
    try:
        engine.connect().close()
    except sa.exc.OperationalError:
        return False
    finally:
        engine.dispose()
    return True


@pytest.fixture
def database_url(pooled_url: str) -> str:
    """Where the application of a test looks for its database."""
    return pooled_url


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return {
        "BACKUP_DIR": str(tmp_path),
        "DATABASE_POOL_SIZE": str(AT_ONCE // 2),
    }  # And as many again under load: one for each.


@pytest.fixture(params=["direct_url", "pooled_url"])
def shop_app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on PostgreSQL itself, and behind PgBouncer."""
    with _application(request.getfixturevalue(request.param)) as app:
        yield app


@contextlib.contextmanager
def _application(url: str) -> Iterator[Flask]:
    app = create_app({**SETTINGS, "DATABASE_URL": url})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def in_force(*names: str) -> list[str]:
    told = [db.session.scalar(sa.text(f"SHOW {name}")) for name in names]
    db.session.rollback()
    return told


def test_every_transaction_is_bounded_and_in_utc(shop_app):
    for _ in range(3):
        assert in_force("statement_timeout", "timezone") == ["30s", "UTC"]


def test_a_statement_that_takes_too_long_is_ended_and_the_next_one_served(shop_app, monkeypatch):
    monkeypatch.setattr(extensions, "BOUNDS", extensions.BOUNDS.replace("30s", "50ms"))
    with pytest.raises(sa.exc.OperationalError, match="statement timeout"):
        db.session.execute(sa.text("SELECT pg_sleep(60)"))
    db.session.rollback()
    assert db.session.scalar(sa.text("SELECT 1")) == 1


def test_an_isolation_level_can_be_chosen_as_the_first_words_of_a_transaction(shop_app):
    db.session.execute(sa.text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
    assert db.session.scalar(sa.text("SHOW transaction_isolation")) == "serializable"
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        assert connection.scalar(sa.text("SHOW transaction_isolation")) == "repeatable read"
    assert in_force("transaction_isolation") == ["read committed"]


def test_what_is_told_to_a_transaction_stays_with_it(app, pooled_url):
    with app.app_context():
        in_force("timezone")
    neighbour = sa.create_engine(pooled_url)
    with neighbour.connect() as connection:
        assert connection.scalar(sa.text("SHOW statement_timeout")) == "0"
    neighbour.dispose()


def test_a_customer_signs_in_chats_and_reserves(app, clock, customer, shop, model):
    piano = shop()
    days = {"start_date": clock.day(1), "end_date": clock.day(3)}
    model.queue("Welcome.")
    assert customer.ask("a piano from tomorrow for three days").json["recommendations"]
    assert len(customer.get("/api/chatbot/history/s1").json) == 2
    assert customer.post("/api/rentals", {"instrument_id": piano["id"], **days}).status_code == 201
    refused = customer.post("/api/rentals", {"instrument_id": piano["id"], **days})
    assert (refused.status_code, refused.json["errors"]["next_available"]) == (409, clock.day(4))
    assert "1 turns" in app.test_cli_runner().invoke(args=["usage-report"]).output  # Read by a cursor of the server.


def test_fifty_at_once_reserve_through_five_connections_and_each_day_has_one_winner(
    app, clock, customer, shop, direct_url
):
    piano = shop()

    def want(number: int) -> tuple[int, int]:
        day = clock.day(number % (AT_ONCE // 2))
        body = {"instrument_id": piano["id"], "start_date": day, "end_date": day}
        answer = app.test_client().post("/api/rentals", json=body, headers=customer.headers)
        return number % (AT_ONCE // 2), answer.status_code

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = Counter(threads.map(want, range(AT_ONCE)))
    assert answers == Counter((day, code) for day in range(AT_ONCE // 2) for code in (201, 409))
    assert 1 < _connections(direct_url) <= CONNECTIONS


def test_a_backup_through_a_pooler_is_refused_and_leaves_customers_their_tables(app, client):
    refused = app.test_cli_runner().invoke(args=["backup"])
    assert (refused.exit_code, "name PostgreSQL itself" in refused.output) == (1, True)
    assert client.get("/api/instruments").status_code == 200


def _connections(direct_url: str) -> int:
    """How many PgBouncer has opened to this database."""
    engine = sa.create_engine(direct_url)
    with engine.connect() as connection:
        held = connection.scalar(
            sa.text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()
    return held


def test_a_schema_stays_while_a_pooler_hides_who_runs(direct_url, pooled_url, monkeypatch):
    monkeypatch.setattr(running_code, "LAST_LOOK_SECONDS", 0.3)
    with _application(pooled_url) as behind, _application(direct_url) as direct:
        assert behind.test_client().get("/api/health/ready").status_code == 200
        for app in (behind, direct):
            refused = app.test_cli_runner().invoke(cli.db, ["downgrade", "--yes"])
            assert (refused.exit_code, "a pooler, which hides" in refused.output) == (1, True), refused.output
        assert behind.test_client().get("/api/health/ready").json["migrations"] == "at head"
