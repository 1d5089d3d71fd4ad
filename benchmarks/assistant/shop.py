"""The shop of the benchmark: the demo catalogue with its traps, in a database of its own, and conversations with it."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select

from app.extensions import db
from app.init import create_app
from app.models import Instrument, Unit, User
from app.services import auth_service, catalogue_service, demo_service, rental_service
from benchmarks.assistant.cases import TODAY, Case, Item, bookings, catalogue, traps

EMAIL, PASSWORD = "benchmark@example.com", "a sentence for the benchmark"
OTHERS = "others@example.com"  # Whoever has booked what is not free: who talks has rented nothing.
WITHOUT_MODEL = {"OLLAMA_BASE_URL": "http://127.0.0.1:9", "CHAT_BREAKER_SECONDS": "3600"}


def open_shop(folder: Path, chat_model: Any = None, **settings: str) -> Flask:
    url = f"sqlite:///{folder / 'benchmark.sqlite3'}"
    quiet = {"FLASK_ENV": "testing", "LOG_LEVEL": "CRITICAL", "DATABASE_URL": url, "ACCESS_TOKEN_MINUTES": "1440"}
    app = create_app({**quiet, **settings}, chat_model=chat_model)
    app.extensions["clock"] = lambda: datetime.combine(TODAY, time(12), UTC)
    with app.app_context():
        upgrade()
        demo_service.seed()
        for number, trap in enumerate(traps()):
            catalogue_service.create(_facts(number, trap))
        auth_service.register(email=EMAIL, password=PASSWORD, name="B", store_conversations=True)
        others = auth_service.register(email=OTHERS, password=PASSWORD, name="O", store_conversations=False)
        for booking in bookings():
            _book(others, booking)
        db.session.remove()
    return app


def items_by_id(app: Flask) -> dict[int, Item]:
    """The files' items under the ids that the database gave them; names may occur twice, in two sizes."""
    with app.app_context():
        ids = {(row.name, row.size): row.id for row in db.session.execute(select(Instrument)).scalars()}
        db.session.remove()
    return {ids[item.name, item.size]: item for item in catalogue()}


def _browser(language: str) -> dict[str, str]:
    return {"Accept-Language": language} if language else {}


def talk(app: Flask, cases: Iterable[Case]) -> Iterator[tuple[Case, dict[str, Any]]]:
    """Each case in a session of its own, with the reply to its last message and the time that the client waited.

    Who writes another language than English has a browser that says so: it counts where the message tells no language.
    """
    client = app.test_client()
    headers = login(client, EMAIL)
    for number, case in enumerate(cases):
        *_, reply = say(client, headers, case, f"{case.kind}{case.language}-{number}")
        yield case, reply


def login(client: FlaskClient, email: str) -> dict[str, str]:
    """The headers of a customer with the benchmark's password."""
    tokens = client.post("/api/auth/login", json={"email": email, "password": PASSWORD}).json
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def say(client: FlaskClient, headers: dict[str, str], case: Case, session: str) -> Iterator[dict[str, Any]]:
    """The replies to the messages of a case, with the milliseconds that the client waited for each."""
    for message in case.messages:
        started = perf_counter()
        body = {"session_id": session, "message": message}
        answer = client.post("/api/chatbot/chat", json=body, headers=headers | _browser(case.language))
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code} for {message!r}: {answer.text}")
        reply = answer.json
        reply["usage"]["total_ms"] = round((perf_counter() - started) * 1000, 1)
        yield reply


def sentences(app: Flask) -> tuple[int, int]:
    """How many of the model's sentences this process kept and dropped so far, as its metrics tell."""
    told = app.test_client().get("/metrics").get_data(as_text=True)
    kept, dropped = (
        round(sum(float(number) for number in re.findall(rf"^{name} (\S+)", told, re.MULTILINE)))
        for name in ("shop_chat_sentences_kept_total", "shop_chat_corrections_total")
    )
    return kept, dropped


def _book(customer: User, row: dict[str, str]) -> None:
    """Reserves every unit of one row of bookings.csv."""
    units = (
        select(Instrument.id, Unit.location)
        .join(Unit, Unit.instrument_id == Instrument.id)
        .where(Instrument.name == row["name"], Unit.status == "in_service")
    )
    units = units.where(Instrument.size == row["size"]) if row["size"] else units
    units = units if row["place"] == "*" else units.where(Unit.location == row["place"])
    days = {"start_date": date.fromisoformat(row["from"]), "end_date": date.fromisoformat(row["to"])}
    for instrument_id, location in db.session.execute(units).all():
        rental_service.reserve(customer, instrument_id=instrument_id, location=location, **days)


def _facts(number: int, trap: dict[str, str]) -> dict[str, Any]:
    unit = {"serial_number": f"TRAP-{number}", "condition": "good", "location": trap["place"], "status": trap["status"]}
    return {
        **{name: trap[name] for name in ("name", "brand", "model", "category", "description")},
        **{name: Decimal(trap[name]) for name in ("daily_rate", "weekly_rate", "monthly_rate", "deposit")},
        "size": trap["size"] or None,
        "skill_levels": trap["levels"].split(),
        "genres": trap["genres"].split(),
        "units": [unit],
    }
