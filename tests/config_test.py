"""The settings: strict, named when odd, the same in every process."""

import contextlib
import re
import secrets
import subprocess
import warnings
from pathlib import Path

import hypothesis
import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extensions import parse_dsn

from app import config, database_url
from app.config import ConfigError, SettingsSchema
from app.init import create_app
from app.strength import weakness

GOOD = {"SECRET_KEY": "s" * 32, "JWT_SECRET_KEY": "j" * 32}
ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FLASK_ENV", "prod"),
        ("DATABASE_URL", "mysql://x/y"),
        ("DATABASE_URL", "not a url"),
        ("OLLAMA_BASE_URL", "localhost"),
        ("OLLAMA_BASE_URL", "http://one:11434, two"),
        ("OLLAMA_BASE_URL", " , "),
        ("CHAT_MODEL", "llama2"),
        ("PORT", "0"),
        ("CHAT_SLOTS", "many"),
        ("CHAT_SLOTS", "0"),
        ("CHAT_FIRST_TOKEN_TIMEOUT_SECONDS", "999"),
        ("CHAT_MAX_TOKENS", "4000"),
        ("LOG_LEVEL", "loud"),
        ("SHOP_CURRENCY", "euros"),
        ("SHOP_CURRENCY", "ZZZ"),
        ("SHOP_CURRENCY", "DEM"),
        ("SHOP_CURRENCY", "eur"),
        ("SHOP_COUNTRY", "Atlantis"),
        ("SHOP_SUBDIVISION", "BY"),
        ("SHOP_CALENDAR", "half-term"),
        ("SHOP_CALENDAR", "half-term=2027-02-19..2027-02-15"),
        ("SECRET_KEY", "short"),
    ],
)
def test_an_odd_value_stops_the_start_and_is_named(name, value):
    with pytest.raises(ConfigError, match=name):
        config.load({**GOOD, name: value})


@pytest.mark.parametrize("name", ["SECRET_KEY", "JWT_SECRET_KEY"])
def test_production_requires_its_secrets(name):
    with pytest.raises(ConfigError, match=name):
        config.load({**GOOD, "FLASK_ENV": "production", name: ""})


def test_production_wants_two_different_secrets_and_no_debug():
    with pytest.raises(ConfigError, match="JWT_SECRET_KEY"):
        config.load({"FLASK_ENV": "production", "SECRET_KEY": "s" * 32, "JWT_SECRET_KEY": "s" * 32})
    with pytest.raises(ConfigError, match="FLASK_DEBUG"):
        config.load({**GOOD, "FLASK_ENV": "production", "FLASK_DEBUG": "1"})


@pytest.mark.parametrize(
    "weak",
    [
        "a" * 36,
        "changeme" * 5,
        "changeme12345678901234567890123456",
        "CHANGE_ME-CHANGE_ME-CHANGE_ME-CHANGE_ME",
        "secret_key-" + "x" * 40,
        "0123456789abcdef0123456789abcdef",
        "qwertyuiopasdfghjklzxcvbnm1234567890",
        "32 random bytes or more each, for example from",
        "musical-instruments-production-secret-key-2026",
        "a secret key that is only good for tests",
    ],
)
def test_a_secret_that_can_be_guessed_is_told_and_closes_no_shop(weak, capsys):
    good = {name: secrets.token_urlsafe(32) for name in config.SECRETS}
    assert config.weak_secrets(good) == []
    for name in config.SECRETS:
        create_app({**good, name: weak, "FLASK_ENV": "production", "DATABASE_URL": "sqlite://", "LOG_LEVEL": "WARNING"})
        told = capsys.readouterr().out
        assert f"{name}: It can be guessed" in told
        assert weak not in told


@pytest.mark.parametrize("make", [secrets.token_urlsafe, secrets.token_hex, lambda: secrets.token_hex(16)])
def test_random_secrets_are_strong(make):
    assert {weakness(make()) for _ in range(50)} == {None}


def test_development_makes_secrets_once_and_keeps_them(tmp_path, monkeypatch):
    monkeypatch.setattr(config, "INSTANCE", tmp_path / "instance")
    first = config.load()
    second = config.load()
    assert first["MADE_SECRETS"] == ["SECRET_KEY", "JWT_SECRET_KEY"]
    assert second["MADE_SECRETS"] == []
    assert first["SECRET_KEY"] == second["SECRET_KEY"] != first["JWT_SECRET_KEY"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "instance").iterdir())


def test_postgres_urls_name_our_driver():
    for url in ("postgres://u:p@h/d", "postgresql://u:p@h/d"):
        assert config.load({**GOOD, "DATABASE_URL": url})["DATABASE_URL"] == "postgresql+psycopg2://u:p@h/d"


def test_several_model_servers_are_a_list():
    told = config.load({**GOOD, "OLLAMA_BASE_URL": "http://one:11434, http://two:11434/"})
    assert told["OLLAMA_BASE_URL"] == ["http://one:11434", "http://two:11434"]


def test_every_setting_is_explained_in_env_example_with_its_default():
    explained = example("#? ?")
    fields = SettingsSchema().fields
    assert set(fields) <= set(explained)
    for name, field in fields.items():
        if name not in ("SECRET_KEY", "JWT_SECRET_KEY", "DATABASE_URL"):
            default = "" if field.load_default is None else str(field.load_default).replace("False", "0")
            assert explained[name] == default, name


def test_the_example_itself_is_a_valid_environment():
    assert config.load({**example(), **GOOD})


def example(before: str = "") -> dict[str, str]:
    """What .env.example sets; with `before`, also what stands there behind a #."""
    lines = re.findall(rf'^{before}([A-Z_]+)=("?)(.*)\2$', (ROOT / ".env.example").read_text(), re.MULTILINE)
    return {name: value for name, _, value in lines}


def test_a_shell_and_dotenv_read_the_example_alike():
    shell = subprocess.run(
        ["sh", "-euc", "set -a; . ./.env.example; env -0"], cwd=ROOT, env={}, capture_output=True, text=True, check=True
    )
    told = dict(line.split("=", 1) for line in shell.stdout.split("\0") if line)
    assert example() == {name: told[name] for name in example()} == dotenv_values(ROOT / ".env.example")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://root@localhost/shop",
        "postgresql+asyncpg://localhost/shop",
        "postgresql://localhost:port/shop",
        "postgresql://localhost/",
        "postgresql://shop:secret@localhost/shop?colour=red",
        "postgresql://shop:secret@localhost/shop%00",
        "://",
        "",
    ],
)
def test_an_odd_database_url_is_told_in_a_sentence_without_its_password(url):
    with pytest.raises(ValueError, match="Write sqlite:///path or postgresql://") as told:
        database_url.read(url)
    assert "secret" not in str(told.value)


@hypothesis.settings(max_examples=50)
@given(st.text() | st.from_regex(r"(postgres|postgresql|sqlite)(\+psycopg2)?://[a-z:@/?&=%0-9\[\]]*", fullmatch=True))
def test_any_text_is_a_database_url_or_told_in_a_sentence(text):
    with warnings.catch_warnings(), contextlib.suppress(ValueError):
        warnings.simplefilter("ignore")  # SQLAlchemy's, of parameters that SQLite does not know.
        read = database_url.read(text)
        assert database_url.read(read.render_as_string(hide_password=False)) == read


def test_a_name_among_the_parameters_gives_way_to_another_database():
    url = database_url.read("postgresql://localhost?dbname=shop")
    assert database_url.for_tools(url)[0] == "dbname=shop host=localhost"
    assert database_url.for_tools(url.set(database="scratch"))[0] == "dbname=scratch host=localhost"


def test_the_tools_are_told_what_the_driver_is_told():
    url = database_url.read("postgres://u:p%40ss@/shop?host=/var/run/postgresql&sslmode=require")
    assert url.drivername == "postgresql+psycopg2"
    told, secret = database_url.for_tools(url)
    assert parse_dsn(told) == {"user": "u", "dbname": "shop", "host": "/var/run/postgresql", "sslmode": "require"}
    assert secret == {"PGPASSWORD": "p@ss"}
