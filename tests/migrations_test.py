"""The migrations: one head, the same on both databases, up, down and up again, and they make what the models say."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

from app.extensions import db
from app.init import MIGRATIONS, create_app
from app.models import types
from app.services import catalogue_service, demo_service
from app.services.catalogue_service import InstrumentFilter
from tests.conftest import database_on
from tests.settings import SETTINGS


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request, tmp_path):
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.sqlite3'}"
    else:
        with database_on(request.getfixturevalue("postgres_server")) as url:
            yield url


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
