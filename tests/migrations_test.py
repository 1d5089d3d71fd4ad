"""The migrations: one head, the same on both databases, up, down and up again, and they make what the models say."""

import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import cli, downgrade, upgrade

from app.extensions import db
from app.init import MIGRATIONS, create_app
from app.models import types
from app.operations import running_code
from app.operations.schema_change import lost
from app.services import catalogue_service, demo_service
from app.services.catalogue_service import InstrumentFilter
from tests.conftest import database_on
from tests.factories import Clock, instrument, sign_up
from tests.servers import ROOT, Instance, answers, wait_until
from tests.settings import SETTINGS

HEAD = ScriptDirectory(str(MIGRATIONS)).get_current_head()


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request, tmp_path):
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.sqlite3'}"
    else:
        with database_on(request.getfixturevalue("postgres_server")) as url:
            yield url


@pytest.fixture
def bare_app(bare_url):
    """An application on it, which may migrate it."""
    app = create_app({**SETTINGS, "DATABASE_URL": bare_url})
    yield app
    let_go(app)


def let_go(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def typed(app: Flask, *arguments: str):
    """`flask db …` as an operator types it."""
    return app.test_cli_runner().invoke(cli.db, arguments)


def at(app: Flask) -> str | None:
    with app.app_context(), db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def rent(app: Flask) -> None:
    """One rental of one instrument, made as customers make it."""
    app.extensions["clock"] = Clock()
    customer, staff = sign_up(app.test_client()), sign_up(app.test_client(), role="admin")
    made = staff.post("/api/instruments", instrument())
    days = {"start_date": "2027-03-02", "end_date": "2027-03-05"}
    assert customer.post("/api/rentals", {"instrument_id": made.json["id"], **days}).status_code == 201
    let_go(app)


def test_there_is_one_head():
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_they_run_up_down_and_up_with_data_in_the_tables(bare_url):
    app = create_app({**SETTINGS, "DATABASE_URL": bare_url})
    with app.app_context():
        upgrade()
        demo_service.seed()
        db.session.remove()
        downgrade(revision="0001")
        upgrade()
        assert catalogue_service.search(InstrumentFilter(q="fp30x"), "name", 0, 5).total == 1
        db.session.remove()
        downgrade(revision="base")
        assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        assert demo_service.is_empty()
        db.session.remove()
        db.engine.dispose()


def test_they_make_what_the_models_say(bare_url):
    def same_type(context, inspected, declared, inspected_type, declared_type):
        if isinstance(declared_type, types.Money | types.UtcDateTime):
            return False
        return None

    def is_ours(name, kind, parents):
        return not (kind == "table" and name.startswith("instrument_search"))  # SQLite's full-text tables

    app = create_app({**SETTINGS, "DATABASE_URL": bare_url})
    with app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            options = {"compare_type": same_type, "include_name": is_ours}
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, db.metadata) == []
        db.engine.dispose()


def test_readiness_knows_when_they_are_behind(bare_url):
    app = create_app({**SETTINGS, "DATABASE_URL": bare_url})
    behind = app.test_client().get("/api/health/ready")
    assert (behind.status_code, behind.json["migrations"]) == (503, "behind")
    with app.app_context():
        upgrade()
    ready = app.test_client().get("/api/health/ready")
    assert (ready.status_code, ready.json["status"], ready.json["language_model"]) == (200, "degraded", "unavailable")
    with app.app_context():
        db.engine.dispose()


def test_a_database_that_a_newer_release_has_migrated_is_ready(database_url):
    app = create_app({**SETTINGS, "DATABASE_URL": database_url})
    with app.app_context():
        mine = db.session.scalar(sa.text("UPDATE alembic_version SET version_num = 'newer' RETURNING version_num"))
        db.session.commit()
        ready = app.test_client().get("/api/health/ready")
        assert (mine, ready.status_code, ready.json["migrations"]) == ("newer", 200, "ahead")
        head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = :head"), {"head": head})
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def test_a_database_that_is_away_is_503_with_a_time_to_come_back():
    app = create_app({**SETTINGS, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"})
    for path in ("/api/health/ready", "/api/instruments"):
        answer = app.test_client().get(path)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
    assert app.test_client().get("/api/health").status_code == 200


def test_what_was_kept_with_consent_stays_and_what_was_not_goes_with_the_downgrade(bare_url):
    """Migration 0005: consents get a history, chats an end, and what the model took is added up."""
    app = create_app({**SETTINGS, "DATABASE_URL": bare_url})
    with app.app_context():
        upgrade(revision="0004")
        with db.engine.begin() as connection:
            for statement in OLD_ROWS:
                connection.execute(sa.text(statement), {"at": "2026-11-01 10:00:00"})
        upgrade(revision="0005")
        with db.engine.connect() as connection:
            consents = connection.execute(sa.text("SELECT user_id, purpose, given FROM consents")).all()
            assert [tuple(row) for row in consents] == [(1, "store_conversations", True)]
            taken = connection.execute(sa.text("SELECT model, turns, counted, prompt_tokens FROM model_usage")).all()
            assert [tuple(row) for row in taken] == [("ollama:llama2", 2, 1, 40)]
            ends = sa.text("SELECT count(*) FROM chat_sessions WHERE kept_until < '9000-01-01'")
            assert connection.execute(ends).scalar() == 0
        downgrade(revision="0004")
        with db.engine.connect() as connection:
            assert connection.execute(sa.text("SELECT user_id FROM chat_sessions")).scalars().all() == [1]
            assert connection.execute(sa.text("SELECT count(*) FROM chat_messages")).scalar() == 2
        db.engine.dispose()


USER = (
    "INSERT INTO users (id, email, password_hash, name, role, saved_preferences, created_at, conversations_consent_at)"
)
CHAT = "INSERT INTO chat_sessions (id, user_id, session_id, title, need, message_count, started_at, last_message_at)"
SAID = (
    "INSERT INTO chat_messages (chat_session_id, role, content, recommendations, interrupted, created_at, model, usage)"
)
TOKENS = '{"prompt_tokens"\\: 40, "completion_tokens"\\: 7}'
OLD_ROWS = (
    f"{USER} VALUES (1, 'a@example.com', 'x', 'A', 'customer', '{{}}', :at, :at)",
    f"{USER} VALUES (2, 'b@example.com', 'x', 'B', 'customer', '{{}}', :at, NULL)",
    f"{CHAT} VALUES (1, 1, 's', 't', '{{}}', 2, :at, :at)",
    f"{CHAT} VALUES (2, 2, 's', 't', '{{}}', 2, :at, :at)",
    f"{SAID} VALUES (1, 'assistant', 'x', '[]', false, :at, 'ollama\\:llama2', '{TOKENS}')",
    f"{SAID} VALUES (1, 'assistant', 'x', '[]', false, :at, 'ollama\\:llama2', NULL)",
    f"{SAID} VALUES (2, 'user', 'x', '[]', false, :at, NULL, NULL)",
)


def test_what_the_release_before_writes_has_no_attributes(bare_app):
    """Migration 0006, while the release before it still runs: it knows no such column."""
    typed(bare_app, "upgrade")
    with bare_app.app_context():
        db.session.execute(sa.text(OLD_INSTRUMENT), {"at": "2026-11-01 10:00:00"})
        db.session.commit()
        assert catalogue_service.get(1).attributes == {}
        found = catalogue_service.search(InstrumentFilter(attributes=[("keys", "88")]), "name", 0, 5)
        assert (found.items, found.total) == ([], 0)
        db.session.remove()
    refused = typed(bare_app, "downgrade", "0005")
    assert (refused.exit_code, "1 value of instruments.attributes" in refused.output) == (1, True)
    assert typed(bare_app, "downgrade", "--yes", "0005").exit_code == 0
    assert typed(bare_app, "upgrade").exit_code == 0
    with bare_app.app_context():
        assert catalogue_service.get(1).attributes == {}
        db.session.remove()


OLD_INSTRUMENT = (
    "INSERT INTO instruments (id, name, brand, model, category, family, description, daily_rate, weekly_rate,"
    " monthly_rate, deposit, search_words, created_at, updated_at)"
    " VALUES (1, 'Piano', 'Yamaha', 'P-1', 'digital-piano', 'keyboard', '', 100, 600, 2000, 0, 'piano', :at, :at)"
)


def test_an_upgrade_tells_each_step_and_a_second_one_that_there_is_nothing_to_do(bare_app):
    told = typed(bare_app, "upgrade")
    lines = told.output.splitlines()
    assert (told.exit_code, len(lines)) == (0, len(list((MIGRATIONS / "versions").glob("0*.py"))))
    assert lines[0] == "base → 0001: accounts, catalogue, conversations"
    assert lines[3].startswith("0003 → 0004: rentals")
    assert typed(bare_app, "upgrade").output == f"already at {HEAD}\n"


def test_of_two_upgrades_at_once_each_tells_what_it_did(bare_url):
    command = [sys.executable, "-m", "flask", "db", "upgrade"]
    environment = {**SETTINGS, "DATABASE_URL": bare_url}
    two = [subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = sorted((one.communicate(timeout=120)[0] for one in two), key=len)
    assert [one.returncode for one in two] == [0, 0]
    assert told[0] == f"already at {HEAD}\n"
    assert told[1].count("→") == len(list((MIGRATIONS / "versions").glob("0*.py")))


def test_a_downgrade_that_would_lose_rows_says_which_and_changes_nothing(bare_app):
    typed(bare_app, "upgrade")
    rent(bare_app)
    refused = typed(bare_app, "downgrade", "0001")
    assert refused.exit_code == 1
    for line in (
        "1 row of rentals",
        "1 row of rental_steps",
        "1 row of occupancies",
        "1 value of instruments.search_words",
    ):
        assert line in refused.output
    assert "--yes" in refused.output
    assert at(bare_app) == HEAD
    with bare_app.app_context():
        assert db.session.scalar(sa.text("SELECT count(*) FROM rentals")) == 1
        db.session.remove()


def test_a_downgrade_loses_rows_when_it_is_told_to(bare_app):
    typed(bare_app, "upgrade")
    rent(bare_app)
    told = typed(bare_app, "downgrade", "--yes", "0003")
    assert told.exit_code == 0, told.output
    assert "0004 → 0003: without rentals" in told.output
    assert "lost: 1 row of rentals" in told.output
    assert f"This release needs {HEAD}" in told.output
    assert at(bare_app) == "0003"


def test_a_downgrade_that_loses_nothing_asks_nothing(bare_app):
    typed(bare_app, "upgrade")
    told = typed(bare_app, "downgrade", "base")
    assert (told.exit_code, "lost" in told.output, at(bare_app)) == (0, False, None)


def test_rows_that_a_migration_deletes_are_lost_too():
    before = {"rentals": 5, "rentals.deposit": 5, "users": 3, "users.phone": 2, "units": 1}
    after = {"rentals": 2, "rentals.deposit": 2, "users": 3, "units": 1}
    assert lost(before, after) == {"rentals": 3, "users.phone": 2}


@pytest.mark.parametrize("odd", [("downgrade", "nowhere"), ("downgrade", "--sql"), ("upgrade", "--sql")])
def test_odd_calls_change_nothing(bare_app, odd):
    typed(bare_app, "upgrade")
    assert typed(bare_app, *odd).exit_code == 1
    assert at(bare_app) == HEAD


def test_an_older_release_leaves_a_newer_schema_as_it_is(bare_app):
    typed(bare_app, "upgrade")
    with bare_app.app_context():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = 'newer'"))
        db.session.commit()
    up, down = typed(bare_app, "upgrade"), typed(bare_app, "downgrade")
    assert (up.exit_code, down.exit_code, at(bare_app)) == (0, 1, "newer")
    assert "a newer release made it" in up.output and "a newer release made it" in down.output


def test_a_database_that_is_away_is_told_in_one_line():
    away = create_app({**SETTINGS, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"})
    for command in ("upgrade", "downgrade"):
        told = typed(away, command)
        assert (told.exit_code, told.output.startswith("Error: The database does not answer")) == (1, True), told.output


@pytest.fixture
def host(postgres_server, monkeypatch):
    """Another host's release on a PostgreSQL: `host(schema)` makes its connection, for code of that schema."""
    monkeypatch.setattr(running_code, "LAST_LOOK_SECONDS", 0.3)
    with database_on(postgres_server) as url:
        app, made = create_app({**SETTINGS, "DATABASE_URL": url}), []
        typed(app, "upgrade")

        def connect(schema: str = HEAD) -> sa.Connection:
            engine = sa.create_engine(url, connect_args={"application_name": f"musical-instruments-{schema}"})
            made.append(engine)
            return engine.connect()

        connect.app, connect.url = app, url
        yield connect
        for engine in made:
            engine.dispose()
        let_go(app)


def test_a_schema_stays_while_another_host_runs_code_that_needs_it(host):
    other = create_app({**SETTINGS, "DATABASE_URL": host.url})
    assert other.test_client().get("/api/health/ready").status_code == 200
    refused = typed(host.app, "downgrade", "--yes", "0003")
    assert (refused.exit_code, at(host.app)) == (1, HEAD)
    assert f"code for {HEAD} (on " in refused.output
    let_go(other)
    assert typed(host.app, "downgrade", "--yes", "0003").exit_code == 0


def test_a_host_that_dies_holds_no_schema_back(host):
    other = Instance({"DATABASE_URL": host.url, "WEB_WORKERS": "1"})
    try:
        other.start()
        wait_until(lambda: answers(f"{other.url}/api/health/ready"), "it is ready", 120)
        assert typed(host.app, "downgrade").exit_code == 1
        other.kill()
        running_code.LAST_LOOK_SECONDS = 30  # `host` puts it back.
        assert typed(host.app, "downgrade").exit_code == 0
    finally:
        other.close()


def test_code_that_does_not_need_what_goes_is_not_in_its_way(host):
    with host("0003"):
        assert typed(host.app, "downgrade", "0003").exit_code == 0
        assert typed(host.app, "downgrade", "0002").exit_code == 1


def test_code_that_nobody_here_knows_and_a_pooler_are_in_the_way(host):
    for schema in ("9999", "0003-pooled"):
        with host(schema) as connection:
            assert typed(host.app, "downgrade").exit_code == 1
            connection.invalidate()
    assert at(host.app) == HEAD


def test_a_schema_goes_under_running_code_when_an_operator_says_so(host):
    with host():
        assert typed(host.app, "downgrade", "--under-running-code", "0003").exit_code == 0
