"""Do waiting chats hold up the rest? `python -m benchmarks.held_up [--chats 200]`

Streams many chats at once against a slow model (a stand-in for Ollama: so many seconds an answer) and times
`GET /api/instruments` meanwhile, beside the same when idle: with our gunicorn configuration, and with four sync workers
as many a checklist has them.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks import booking
from tests import fakes
from tests.fakes import FakeOllama
from tests.settings import SETTINGS

READS_SECONDS = 12


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--chats", type=int, default=200)
    arguments.add_argument("--seconds", type=float, default=2.0, help="that the model takes for an answer")
    given = arguments.parse_args()
    print("| gunicorn | chats at once | reads | p50 | p99 | reads answered | chats answered |")
    print("|---|---|---|---|---|---|---|")
    threads = {"WEB_WORKERS": "2", "WEB_THREADS": "128", "CHAT_SLOTS": "100", "CHAT_QUEUE": "100"}
    for name, arguments_of, environment in (
        ("2 workers of 128 threads", ["-c", "gunicorn_config.py"], threads),
        ("4 sync workers", ["-k", "sync", "-w", "4", "-t", "120", "app.init:create_app()"], {"CHAT_SLOTS": "100"}),
    ):
        with served(arguments_of, environment, given.seconds) as address, booking.signed_in(address, 8) as people:
            for chats in (0, given.chats):
                told = measure(address, people, chats)
                print(f"| {name} | {chats} | {told} |", flush=True)


@contextmanager
def served(arguments: list[str], environment: dict[str, str], seconds: float):
    """gunicorn on an SQLite shop, with a model that takes its time."""
    ollama = FakeOllama(fakes.answers(seconds / 2, "Gladly. ", seconds / 2, "It suits you."))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'shop.sqlite3'}"
        booking.prepare(url)
        settings = {**SETTINGS, "DATABASE_URL": url, "OLLAMA_BASE_URL": ollama.url, **environment, "TMPDIR": folder}
        bind = "127.0.0.1:8765"
        command = [sys.executable, "-m", "gunicorn", "-b", bind, *arguments]
        server = subprocess.Popen(command, env={**os.environ, **settings, "BIND": bind}, stdout=subprocess.DEVNULL)
        try:
            _wait_for(f"http://{bind}/api/health")
            yield f"http://{bind}"
        finally:
            server.terminate()
            server.wait(120)
            ollama.close()


def measure(address: str, people: list[httpx.Client], chats: int) -> str:
    stop, answered = threading.Event(), Counter()

    def chat(number: int) -> None:
        headers = {**people[number % len(people)].headers, "Accept": "text/event-stream"}
        with httpx.Client(base_url=address, timeout=120) as client:
            while not stop.is_set():
                body = {"message": "a piano", "session_id": f"s{number}"}
                try:
                    answered["200" if "event: done" in client.post("/api/chatbot/chat", json=body, headers=headers).text
                             else "other"] += 1  # fmt: skip
                except httpx.TransportError:
                    answered["lost"] += 1

    talkers = [threading.Thread(target=chat, args=(number,), daemon=True) for number in range(chats)]
    for talker in talkers:
        talker.start()
    time.sleep(2 if chats else 0)
    times = _read(address)
    stop.set()
    for talker in talkers:
        talker.join(5)
    done = [spent for spent in times if spent is not None]
    p50 = f"{statistics.median(done) * 1000:.0f} ms" if done else "–"
    p99 = f"{sorted(done)[int(len(done) * 0.99)] * 1000:.0f} ms" if done else "–"
    return f"{len(times)} | {p50} | {p99} | {len(done)} of {len(times)} | {dict(answered) or '–'}"


def _read(address: str) -> list[float | None]:
    """The seconds that each read took; None for one without an answer in 30 seconds."""
    times: list[float | None] = []
    end = time.monotonic() + READS_SECONDS
    with httpx.Client(base_url=address, timeout=30) as client:
        while time.monotonic() < end:
            started = time.monotonic()
            try:
                client.get("/api/instruments?page_size=5").raise_for_status()
                times.append(time.monotonic() - started)
            except httpx.HTTPError:
                times.append(None)
            time.sleep(0.05)
    return times


def _wait_for(url: str) -> Any:
    for _ in range(200):
        try:
            return httpx.get(url).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn did not start")


if __name__ == "__main__":
    main()
