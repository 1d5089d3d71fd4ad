"""The settings: read once from the environment and `.env`, checked strictly, explained in `.env.example`.

An odd value stops the start and is named. In production a missing secret stops it too; in development one is
made, kept in `instance/` so that logins outlive a restart, and said so in the log.
"""

import contextlib
import os
import re
import secrets
import shlex
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel.core import get_global
from dotenv import dotenv_values
from limits import parse_many
from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from app import __version__, database_url
from app.answers import texts
from app.rental.period import Period
from app.speech.days import feasts
from app.strength import weakness

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"
SECRETS = ("SECRET_KEY", "JWT_SECRET_KEY")


class ConfigError(ValueError):
    """The settings cannot be used; the message names each one and what is wrong with it."""


def _whole(default: int | None, low: int, high: int) -> fields.Integer:
    return fields.Integer(load_default=default, validate=validate.Range(low, high))


def _seconds(default: float, low: float = 0.01, high: float = 3600) -> fields.Float:
    return fields.Float(load_default=default, validate=validate.Range(low, high))


def _is_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("Write a name of the IANA time zone database, like Europe/Paris.")


def is_money(code: str) -> bool:
    """Whether it is the ISO 4217 code of money that is tender somewhere today."""
    periods = (period for land in get_global("territory_currencies").values() for period in land)
    return any(name == code and is_tender and end is None for name, _, end, is_tender in periods)


def _is_currency(code: str) -> None:
    if not is_money(code):
        raise ValidationError("Write the ISO 4217 code of money that is in use, like EUR.")


def _is_country(code: str) -> None:
    if not feasts.is_country(code):
        raise ValidationError("Write the ISO 3166 code of a country whose holidays are known, like GB.")


def _named_days(text: str) -> tuple[tuple[str, Period], ...]:
    """`half-term=2027-02-15..2027-02-19, term=…` as pairs of a name and its days."""
    found = []
    for entry in _listed(text):
        name, _, days = entry.partition("=")
        first, _, last = days.partition("..")
        try:
            period = Period.inclusive(date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip()))
        except ValueError:
            period = None
        if period is None or period.days < 1 or not re.fullmatch(r"[^\W\d_]+(-[^\W\d_]+)*", name.strip()):
            raise ValidationError("Write it like half-term=2027-02-15..2027-02-19, with commas between.")
        found.append((name.strip().lower(), period))
    return tuple(found)


def _is_rate(text: str) -> None:
    try:
        parse_many(text)
    except ValueError as error:
        raise ValidationError("Write it like 10 per minute, or 10 per minute;100 per day.") from error


def _listed(text: str) -> list[str]:
    """What stands between commas."""
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def _are_servers(text: str) -> None:
    is_url = validate.URL(schemes={"http", "https"}, require_tld=False)
    for url in _listed(text) or [text]:
        is_url(url)
        try:
            _ = urlsplit(url).port
        except ValueError as error:
            raise ValidationError("Write a port from 1 to 65535.") from error


def _sqlite_folder(url: str) -> Path | None:
    """Where the database's file lies, None when it is no file. `sqlite:///name` is looked for in instance/."""
    told = database_url.read(url)
    if told.get_backend_name() != "sqlite" or told.database in (None, "", ":memory:") or "uri" in told.query:
        return None
    return (INSTANCE / told.database).parent


def _is_long_or_empty(secret: str) -> None:
    if secret and len(secret.encode()) < 32:
        raise ValidationError("Too short: 32 bytes or more.")


def _is_command(text: str) -> None:
    try:
        shlex.split(text)
    except ValueError as error:
        raise ValidationError("Write a command with its arguments; a quotation mark is not closed.") from error


class SettingsSchema(Schema):
    """Every setting, its type, its limits and its default."""

    class Meta:
        unknown = EXCLUDE

    FLASK_ENV = fields.String(
        load_default="development", validate=validate.OneOf(["development", "production", "testing"])
    )
    FLASK_DEBUG = fields.Boolean(load_default=False)
    SECRET_KEY = fields.String(load_default=None)
    JWT_SECRET_KEY = fields.String(load_default=None)
    DATABASE_URL = fields.String(load_default=lambda: f"sqlite:///{INSTANCE / 'shop.sqlite3'}")
    DATABASE_POOL_SIZE = _whole(5, 1, 200)
    DATABASE_DISK = fields.String(load_default="")
    HOST = fields.String(load_default="127.0.0.1")
    PORT = _whole(None, 1, 65_535)
    BIND = fields.String(load_default="")
    WEB_WORKERS = _whole(2, 1, 1000)
    WEB_THREADS = _whole(64, 1, 10_000)
    WEB_MAX_REQUESTS = _whole(0, 0, 1_000_000_000)
    LOG_LEVEL = fields.String(
        load_default="INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
    )

    OLLAMA_BASE_URL = fields.String(load_default="http://localhost:11434", validate=_are_servers)
    CHAT_MODEL = fields.String(
        load_default="ollama:llama2",
        validate=validate.Regexp(r"[a-z0-9_]+:\S+\Z", error="Write it as provider:model, like ollama:llama2."),
    )
    EMBED_MODEL = fields.String(load_default="")
    CHAT_FIRST_TOKEN_TIMEOUT_SECONDS = _seconds(20)
    CHAT_STALL_TIMEOUT_SECONDS = _seconds(10)
    CHAT_TOTAL_TIMEOUT_SECONDS = _seconds(60)
    CHAT_CONTEXT_TOKENS = _whole(4096, 2048, 1_000_000)
    CHAT_MAX_TOKENS = _whole(300, 16, 100_000)
    CHAT_SLOTS = _whole(2, 1, 1000)
    CHAT_QUEUE = _whole(8, 0, 10_000)
    CHAT_QUEUE_TIMEOUT_SECONDS = _seconds(5)
    CHAT_MODEL_CHOOSES = fields.Boolean(load_default=False)
    CHAT_BREAKER_FAILURES = _whole(3, 1, 1000)
    CHAT_BREAKER_SECONDS = _seconds(15)

    SHOP_CURRENCY = fields.String(load_default="EUR", validate=_is_currency)
    SHOP_TIMEZONE = fields.String(load_default="UTC", validate=_is_time_zone)
    SHOP_LANGUAGE = fields.String(load_default=texts.DEFAULT, validate=validate.OneOf(texts.LANGUAGES))
    SHOP_COUNTRY = fields.String(load_default="GB", validate=_is_country)
    SHOP_SUBDIVISION = fields.String(load_default="")
    SHOP_CALENDAR = fields.String(load_default="", validate=_named_days)
    RENTAL_MAX_DAYS = _whole(365, 1, 3650)
    RENTAL_AHEAD_DAYS = _whole(730, 1, 3650)
    RENTAL_MAX_RESERVED = _whole(100, 1, 100_000)
    RENTAL_TURNAROUND_DAYS = _whole(0, 0, 60)
    RENTAL_CANCEL_DAYS = _whole(0, 0, 365)
    RENTAL_COLLECT_DAYS = _whole(1, 0, 365)
    RENTAL_GRACE_DAYS = _whole(1, 0, 60)
    BACKUP_DIR = fields.String(load_default="")
    BACKUP_KEY = fields.String(load_default="", validate=_is_long_or_empty)
    BACKUP_HOOK = fields.String(load_default="", validate=_is_command)
    BACKUP_KEEP_HOURS = _whole(48, 0, 24 * 60)
    BACKUP_KEEP_DAYS = _whole(7, 1, 3650)
    BACKUP_KEEP_WEEKS = _whole(4, 0, 520)
    BACKUP_KEEP_MONTHS = _whole(12, 0, 120)
    TLS_CERTIFICATE = fields.String(load_default="")
    METRICS_TOKEN = fields.String(load_default="", validate=_is_long_or_empty)
    POSTGRES_BIN = fields.String(load_default="")
    CONVERSATION_MEMORY_HOURS = _whole(24, 1, 24 * 30)
    CONVERSATION_KEEP_DAYS = _whole(365, 1, 3650)
    IDEMPOTENCY_HOURS = _whole(24, 1, 24 * 30)
    ACCESS_TOKEN_MINUTES = _whole(30, 1, 24 * 60)
    REFRESH_TOKEN_DAYS = _whole(30, 1, 365)
    OTEL_EXPORTER_OTLP_ENDPOINT = fields.Url(load_default="", schemes={"http", "https"}, require_tld=False)
    OTEL_SERVICE_NAME = fields.String(load_default="musical-instruments")
    SENTRY_DSN = fields.Url(load_default="", require_tld=False)
    CORS_ORIGINS = fields.String(load_default="")
    TRUSTED_PROXIES = _whole(0, 0, 10)
    REDIS_URL = fields.Url(load_default="", schemes={"redis", "rediss", "unix"}, require_tld=False)
    RATELIMIT_ENABLED = fields.Boolean(load_default=None)
    RATELIMIT_LOGIN = fields.String(load_default="10 per minute", validate=_is_rate)
    RATELIMIT_REGISTER = fields.String(load_default="60 per hour", validate=_is_rate)
    RATELIMIT_CHAT = fields.String(load_default="30 per minute", validate=_is_rate)

    @pre_load
    def drop_empty(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """`NAME=` in a .env file means: not set."""
        return {name: value for name, value in data.items() if value not in (None, "")}

    @validates_schema
    def check_database(self, data: dict[str, Any], **_: Any) -> None:
        try:
            database_url.read(data["DATABASE_URL"])
        except ValueError as error:
            raise ValidationError(str(error), "DATABASE_URL") from error
        folder = _sqlite_folder(data["DATABASE_URL"])
        if folder not in (None, INSTANCE) and not folder.is_dir():
            raise ValidationError(f"There is no folder {folder}: make it, or name another one.", "DATABASE_URL")

    @validates_schema
    def check_country(self, data: dict[str, Any], **_: Any) -> None:
        if not feasts.is_country(data["SHOP_COUNTRY"], data["SHOP_SUBDIVISION"]):
            raise ValidationError("Write the code of a part of SHOP_COUNTRY, like ENG; or nothing.", "SHOP_SUBDIVISION")

    @validates_schema
    def check_secrets(self, data: dict[str, Any], **_: Any) -> None:
        for name in SECRETS:
            value = data[name]
            if value is None and data["FLASK_ENV"] == "production":
                raise ValidationError("Required in production: 32 random bytes or more.", name)
            if value is not None and len(value.encode()) < 32:
                raise ValidationError("Too short: 32 bytes or more.", name)
        if data["FLASK_ENV"] == "production" and data["SECRET_KEY"] == data["JWT_SECRET_KEY"]:
            raise ValidationError("Must differ from SECRET_KEY.", "JWT_SECRET_KEY")

    @validates_schema
    def check_debug(self, data: dict[str, Any], **_: Any) -> None:
        if data["FLASK_ENV"] == "production" and data["FLASK_DEBUG"]:
            raise ValidationError("Debug is not for production.", "FLASK_DEBUG")

    @validates_schema
    def check_times(self, data: dict[str, Any], **_: Any) -> None:
        total = data["CHAT_TOTAL_TIMEOUT_SECONDS"]
        for name in ("CHAT_FIRST_TOKEN_TIMEOUT_SECONDS", "CHAT_STALL_TIMEOUT_SECONDS"):
            if data[name] > total:
                raise ValidationError("Must not exceed CHAT_TOTAL_TIMEOUT_SECONDS.", name)
        if data["CONVERSATION_MEMORY_HOURS"] > data["CONVERSATION_KEEP_DAYS"] * 24:
            raise ValidationError("Must not exceed CONVERSATION_KEEP_DAYS.", "CONVERSATION_MEMORY_HOURS")
        if data["CHAT_MAX_TOKENS"] * 2 > data["CHAT_CONTEXT_TOKENS"]:
            raise ValidationError("Must be at most half of CHAT_CONTEXT_TOKENS.", "CHAT_MAX_TOKENS")

    @post_load
    def normalise(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        data["DATABASE_URL"] = database_url.read(data["DATABASE_URL"]).render_as_string(hide_password=False)
        if data["RATELIMIT_ENABLED"] is None:
            data["RATELIMIT_ENABLED"] = data["FLASK_ENV"] == "production"
        data["CORS_ORIGINS"] = _listed(data["CORS_ORIGINS"])
        data["SHOP_CALENDAR"] = _named_days(data["SHOP_CALENDAR"])
        data["OLLAMA_BASE_URL"] = [url.rstrip("/") for url in _listed(data["OLLAMA_BASE_URL"])]
        return data


def load(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The checked settings from `.env`, the environment and `overrides`, later ones winning.

    Raises ConfigError that names every setting that cannot be used.
    """
    given = {**dotenv_values(ROOT / ".env"), **os.environ, **(overrides or {})}
    try:
        settings = SettingsSchema().load(given)
    except ValidationError as error:
        problems = "; ".join(
            f"{name}: {' '.join(map(str, told))}" for name, told in sorted(error.messages_dict.items())
        )
        raise ConfigError(f"The settings cannot be used. {problems}") from error
    missing = [name for name in SECRETS if settings[name] is None]
    if missing or _sqlite_folder(settings["DATABASE_URL"]) == INSTANCE:
        _make_instance()
    settings["MADE_SECRETS"] = [name for name in missing if not _secret_file(name).exists()]
    settings["SECRETS_FROM_FILES"] = missing
    return {**settings, **{name: _development_secret(name) for name in missing}}


def weak_secrets(settings: Mapping[str, Any]) -> list[str]:
    """What a program would guess, a sentence each. Told, not refused: an upgrade must not close a shop that is open."""
    return [f"{name}: {weak}" for name in SECRETS if (weak := weakness(settings[name]))]


def flask_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What Flask and its extensions want to be told, derived from our own settings."""
    return {
        "TESTING": settings["FLASK_ENV"] == "testing",
        "MAX_CONTENT_LENGTH": 64 * 1024,
        "SQLALCHEMY_DATABASE_URI": settings["DATABASE_URL"],
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "RATELIMIT_STORAGE_URI": settings["REDIS_URL"] or "memory://",
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(settings["REDIS_URL"]),
        "RATELIMIT_HEADERS_ENABLED": True,
        "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1}
        if settings["REDIS_URL"]
        else {},
        "JWT_ALGORITHM": "HS256",
        "JWT_ENCODE_ISSUER": "musical-instruments",
        "JWT_DECODE_ISSUER": "musical-instruments",
        "JWT_ENCODE_AUDIENCE": "musical-instruments-api",
        "JWT_DECODE_AUDIENCE": "musical-instruments-api",
        "JWT_DECODE_LEEWAY": 10,  # Seconds that the clocks of two hosts may differ.
        "JWT_ACCESS_TOKEN_EXPIRES": timedelta(minutes=settings["ACCESS_TOKEN_MINUTES"]),
        "JWT_REFRESH_TOKEN_EXPIRES": timedelta(days=settings["REFRESH_TOKEN_DAYS"]),
        "API_TITLE": "Musical instrument rental",
        "API_VERSION": __version__,
        "OPENAPI_VERSION": "3.0.3",
    }


def _engine_options(settings: Mapping[str, Any]) -> dict[str, Any]:
    if settings["DATABASE_URL"].startswith("sqlite"):
        # Reads take no transaction; the first write begins one that already holds the write lock. A deferred
        # begin fails with "database is locked" when another writer came in between.
        return {"hide_parameters": True, "connect_args": {"isolation_level": "IMMEDIATE"}}
    return {
        "hide_parameters": True,  # A failure's text goes to the log: what customers wrote must not be in it.
        "pool_size": settings["DATABASE_POOL_SIZE"],
        "max_overflow": settings["DATABASE_POOL_SIZE"],
        "pool_pre_ping": True,
        "pool_timeout": 10,
        "connect_args": {"connect_timeout": 5},
    }


def _make_instance() -> None:
    try:
        INSTANCE.mkdir(exist_ok=True)
    except OSError as error:
        reason = f"{INSTANCE} cannot be made ({error.strerror})"
        raise ConfigError(f"{reason}. Set DATABASE_URL, SECRET_KEY and JWT_SECRET_KEY, or make the folder.") from error


def _development_secret(name: str) -> str:
    """A secret of this checkout, the same for every process: made once, readable by its owner alone."""
    path = _secret_file(name)
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    secret = path.read_text()
    if len(secret) < 32:
        raise ConfigError(f"{path} holds no usable secret. Delete it; a new one is made at the next start.")
    return secret


def _secret_file(name: str) -> Path:
    return INSTANCE / f"development-{name.lower().replace('_', '-')}"


def _write_once(path: Path, text: str) -> None:
    """Writes a file that appears whole or not at all; of two processes at once, the first one wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
