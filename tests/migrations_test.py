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
