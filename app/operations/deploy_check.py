"""`flask deploy-check`: what an operator would otherwise tick by hand, each item ok, warn or fail, with what to do."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import exists, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.errors import AppError, ModelUnavailable
from app.extensions import db
from app.llm.prompt import compose
from app.models.user import User
from app.operations import backups, host, readiness, retention

DAY = 86400
RETENTION_GRACE = timedelta(days=2)
PROCESSES = 4  # Two pools of two instances, as deploy/systemd has them.
RULES = ("DatabaseDown", "ModelDown", "ErrorsHigh", "BackupTooOld", "CertificateSoonOver", "DiskNearlyFull")


@dataclass(frozen=True)
class Check:
    """One item: its name, `ok`, `warn` or `fail`, what was found, and what to do about it."""

    name: str
    status: str
    found: str
    todo: str = ""


def run(prometheus_url: str | None = None) -> list[Check]:
    """Every item, in the order of deploy/README.md. Nothing is changed but for a session that is rolled back."""
    checks: list[Check] = []
    for examine in (_settings, _database, _model, _operations, _pages):
        checks += _guarded(examine)
    return [*checks, *_guarded(_alerts, prometheus_url)]


def _guarded(examine: Callable[..., Iterator[Check]], *about: str | None) -> Iterator[Check]:
    """An item that cannot be examined has failed; the others are still asked."""
    try:
        yield from examine(*about)
    except (SQLAlchemyError, OSError, ValueError, AppError) as error:
        yield Check(examine.__name__.strip("_"), "fail", f"{type(error).__name__}: {error}"[:300], "Mend this first.")
    finally:
        db.session.rollback()


def _item(name: str, is_good: bool, found: str, todo: str, otherwise: str = "fail") -> Check:
    return Check(name, "ok", found) if is_good else Check(name, otherwise, found, todo)


def _settings() -> Iterator[Check]:
    config = current_app.config
    yield _item(
        "environment",
        config["FLASK_ENV"] == "production",
        f"FLASK_ENV is {config['FLASK_ENV']}",
        "Set FLASK_ENV=production: then a weak setting stops the start.",
    )
    made = config["SECRETS_FROM_FILES"]
    yield _item(
        "secrets",
        not made and config["SECRET_KEY"] != config["JWT_SECRET_KEY"],
        f"made for development: {', '.join(made)}" if made else "both are set, long and different",
        "Set SECRET_KEY and JWT_SECRET_KEY, each 32 random bytes or more, and different.",
    )
    yield _item("debug", not config["FLASK_DEBUG"], f"FLASK_DEBUG is {config['FLASK_DEBUG']}", "Set FLASK_DEBUG=0.")
    level = config["LOG_LEVEL"]
    yield _item("log level", level in ("INFO", "WARNING"), f"LOG_LEVEL is {level}", "Set LOG_LEVEL=INFO.", "warn")
    origins = config["CORS_ORIGINS"]
    yield _item("origins", "*" not in origins, f"CORS_ORIGINS: {origins or 'none'}", "Name the origins one by one.")
    zone = config["SHOP_TIMEZONE"]
    yield _item(
        "time zone", zone != "UTC", f"SHOP_TIMEZONE is {zone}", "Set the shop's own, like Europe/Paris.", "warn"
    )


def _database() -> Iterator[Check]:
    state = readiness.state()
    todo = "Another release has migrated it." if state["migrations"] == "ahead" else "Run flask db upgrade."
    yield _item("migrations", state["migrations"] == "at head", state["migrations"], todo)
    if db.engine.dialect.name == "sqlite":
        yield Check("database", "warn", "SQLite", "Good for one machine; PostgreSQL for several instances.")
    else:
        yield from _postgresql()
    has_admin = bool(db.session.scalar(select(exists().where(User.role == "admin"))))
    yield _item("admin", has_admin, "there is one" if has_admin else "none", "Run flask create-admin-user.")
    yield from _privacy()
    demo = bool(db.session.scalar(select(exists().where(User.email == "admin@example.com"))))
    yield _item("demo logins", not demo, "the demo's admin is there" if demo else "none", "Never in production.")


def _privacy() -> Iterator[Check]:
    against = retention.conversations_without_consent()
    found = f"{against} conversations are kept without it" if against else "no conversation is kept without it"
    yield _item("consent", not against, found, "Delete them, and tell us: this must not happen.")
    overdue, days = (
        retention.overdue_conversations(RETENTION_GRACE),
        current_app.config["CONVERSATION_KEEP_DAYS"],
    )
    found = f"{overdue} conversations are older than {days} days" if overdue else f"conversations go after {days} days"
    yield _item("retention", not overdue, found, "Run flask apply-retention, and enable its timer.")


def _postgresql() -> Iterator[Check]:
    encoding, zone, most = (
        db.session.scalar(text(f"SHOW {name}")) for name in ("server_encoding", "TimeZone", "max_connections")
    )
    yield _item("encoding", encoding == "UTF8", f"{encoding}", "Make the database anew with ENCODING 'UTF8'.")
    yield _item(
        "database time zone", zone.upper() in ("UTC", "ETC/UTC"), f"{zone}", "Leave `timezone` to the application."
    )
    needed = 2 * current_app.config["DATABASE_POOL_SIZE"] * PROCESSES
    yield _item(
        "connections",
        needed <= int(most) - 5,
        f"up to {needed} of max_connections {most}, with {PROCESSES} processes",
        "Lower DATABASE_POOL_SIZE or raise max_connections.",
    )


def _model() -> Iterator[Check]:
    model = current_app.extensions["chat_model"]
    todo = "Start Ollama and run `ollama pull` for CHAT_MODEL; until then the catalogue answers."
    away = [server for server, answers in model.reachable().items() if not answers]
    if away:
        yield Check("language model", "fail", f"{model.name} does not answer at {', '.join(away)}", todo)
        return
    started = time.monotonic()
    try:
        for _ in model.stream(compose("Say hello.", [], 0, "Hello", model.prompt_budget)):
            break
    except ModelUnavailable as error:
        yield Check("language model", "fail", f"{model.name}: {error}", todo)
        return
    seconds, limit = time.monotonic() - started, current_app.config["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"]
    yield _item(
        "language model",
        seconds < limit / 2,
        f"{model.name}: first word after {seconds:.1f} s of {limit:.0f} s",
        "Keep the model loaded (OLLAMA_KEEP_ALIVE=-1), or raise CHAT_FIRST_TOKEN_TIMEOUT_SECONDS.",
        "warn",
    )


def _operations() -> Iterator[Check]:
    age = backups.age_seconds()
    yield _item(
        "backup",
        age is not None and age < 1.5 * DAY,
        "none" if age is None else f"{age / 3600:.1f} hours old",
        "Run flask backup, and enable its timer.",
    )
    key = bool(current_app.config["BACKUP_KEY"])
    yield _item("backup key", key, "set" if key else "backups are not encrypted", "Set BACKUP_KEY.", "warn")
    for name, free in host.disk_free().items():
        yield _item(f"disk of {name}", free > 0.1, f"{free:.0%} free", "Make room, or move it to a larger disk.")
    left = host.certificate_seconds_left()
    if left is None:
        yield Check("certificate", "warn", "TLS_CERTIFICATE is not set", "Name the certificate's file, to be watched.")
    else:
        yield _item("certificate", left > 14 * DAY, f"{left / DAY:.0f} days left", "Renew it: certbot renew.")
    idle = host.idle_timers()
    if idle is None:
        yield Check("timers", "warn", "systemd does not tell", f"See that a timer runs: {', '.join(host.TASKS)}.")
    else:
        yield _item("timers", not idle, f"idle: {', '.join(idle) or 'none'}", "systemctl enable --now NAME.timer")
    clock = host.is_clock_synchronised()
    found = {True: "synchronised", False: "not synchronised", None: "systemd does not tell"}[clock]
    yield _item("clock", clock is True, found, "timedatectl set-ntp true", "fail" if clock is False else "warn")


def _pages() -> Iterator[Check]:
    client = current_app.test_client()
    for path in ("/api/health", "/api/instruments?page_size=1", "/api/openapi.json", "/api/docs"):
        with client.get(path) as answer:
            yield _item(path, answer.status_code == 200, f"{answer.status_code}", "Read the log.")


def _alerts(prometheus_url: str | None) -> Iterator[Check]:
    if not prometheus_url:
        yield Check("alert rules", "warn", "not asked", "Name Prometheus with --prometheus http://127.0.0.1:9090.")
        return
    with urllib.request.urlopen(f"{prometheus_url.rstrip('/')}/api/v1/rules", timeout=5) as answer:
        groups = json.load(answer)["data"]["groups"]
    missing = set(RULES) - {rule["name"] for group in groups for rule in group["rules"]}
    found = f"missing: {', '.join(sorted(missing))}" if missing else "loaded"
    yield _item("alert rules", not missing, found, "Load deploy/prometheus/rules.yml.")
