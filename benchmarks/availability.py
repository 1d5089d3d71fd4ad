"""The demo shop with many rentals: `python -m benchmarks.availability [--rentals 100000]`.

Times what asks the calendar, and counts its SQL statements, on SQLite and on PostgreSQL.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, insert, select, text

from app.extensions import BOUNDS, db
from app.init import create_app
from app.models import Occupancy, Rental, Unit
from app.services import demo_service
from benchmarks.booking import database
from benchmarks.turns import sign_in

DAYS_A_RENTAL, DAYS_FREE = 3, 8
AHEAD = 180  # Days from today that are partly taken; the rest of the rentals are history.


def fill(app: Flask, rentals: int) -> None:
    """Rentals of three days with eight free days after each, from 180 days ahead backwards into the past."""
    with app.app_context():
        upgrade()
        demo_service.seed()
        units = db.session.execute(select(Unit.id, Unit.instrument_id).order_by(Unit.id)).all()
        last, rows = datetime.now(UTC).date() + timedelta(days=AHEAD), []
        for number in range(rentals):
            unit, turn = units[number % len(units)], number // len(units)
            start = last - timedelta(days=turn * (DAYS_A_RENTAL + DAYS_FREE) + unit.id % 11)
            rows.append((number + 1, unit, start))
        for begin in range(0, rentals, 5000):
            part = rows[begin : begin + 5000]
            db.session.execute(insert(Rental), [_rental(*row) for row in part])
            db.session.execute(insert(Occupancy), [_occupancy(*row) for row in part])
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("SELECT setval(pg_get_serial_sequence('rentals', 'id'), max(id)) FROM rentals"))
        db.session.commit()
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        db.session.remove()


def _rental(number: int, unit: Any, start: Any) -> dict[str, Any]:
    money = dict.fromkeys(("daily_rate", "weekly_rate", "monthly_rate", "total", "deposit", "late_fee"), Decimal(10))
    end, status = start + timedelta(days=DAYS_A_RENTAL - 1), "reserved"
    if end < datetime.now(UTC).date():
        status = "returned"
    return {
        "id": number,
        "user_id": 2,
        "instrument_id": unit.instrument_id,
        "unit_id": unit.id,
        "start_date": start,
        "end_date": end,
        "status": status,
        "currency": "EUR",
        **money,
    }


def _occupancy(number: int, unit: Any, start: Any) -> dict[str, Any]:
    free_from = start + timedelta(days=DAYS_A_RENTAL)
    return {"unit_id": unit.id, "rental_id": number, "start_date": start, "free_from": free_from, "is_out": False}


def measure(url: str, rentals: int) -> list[str]:
    settings = {"OLLAMA_BASE_URL": "http://127.0.0.1:9", "CHAT_BREAKER_SECONDS": "3600", "ACCESS_TOKEN_MINUTES": "600"}
    app = create_app({"FLASK_ENV": "testing", "LOG_LEVEL": "CRITICAL", "DATABASE_URL": url, **settings})
    fill(app, rentals)
    client, statements = app.test_client(), []
    headers = sign_in(client)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    today = datetime.now(UTC).date()

    def day(number: int) -> str:
        return str(today + timedelta(days=number))

    def post(path: str, body: dict[str, Any]) -> Any:
        return client.post(path, json=body, headers=headers)

    asked: dict[str, Callable[[int], Any]] = {
        "free today": lambda n: client.get("/api/instruments/available"),
        "list for a week": lambda n: client.get(
            f"/api/instruments?available_from={day(n % 90)}&available_to={day(n % 90 + 6)}"
        ),
        "calendar of 180 days": lambda n: client.get(f"/api/instruments/{n % 149 + 1}/availability?to={day(179)}"),
        "quote": lambda n: post(
            "/api/rentals/quote", {"instrument_id": n % 149 + 1, "start_date": day(n), "end_date": day(n + 6)}
        ),
        "reserve": lambda n: post(
            "/api/rentals", {"instrument_id": n % 149 + 1, "start_date": day(n), "end_date": day(n)}
        ),
        "chat for a week": lambda n: post(
            "/api/chatbot/chat", {"message": f"a piano from {day(n % 90)} for a week", "session_id": f"s{n}"}
        ),
    }
    rows = []
    for name, ask in asked.items():
        times, counts = [], set()
        for number in range(62):
            statements.clear()
            started = time.perf_counter()
            assert ask(number).status_code in (200, 201, 409)
            times.append((time.perf_counter() - started) * 1000)
            counts.add(len(statements) - statements.count(BOUNDS))
        times = sorted(times[2:])  # The first ones compile their statements.
        told = f"{min(counts)} to {max(counts)}" if len(counts) > 1 else f"{counts.pop()}"
        rows.append(f"{name} | {statistics.median(times):.0f} ms | {times[int(len(times) * 0.95)]:.0f} ms | {told}")
    with app.app_context():
        db.engine.dispose()
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rentals", type=int, default=100_000)
    rentals = arguments.parse_args().rentals
    print("| database | asked | median | p95 | SQL statements |")
    print("|---|---|---|---|---|")
    for kind, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
        with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
            for row in measure(url, rentals):
                print(f"| {name} | {row} |", flush=True)


if __name__ == "__main__":
    main()
