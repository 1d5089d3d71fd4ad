"""Do waiting chats hold up the rest? `python -m benchmarks.held_up [--chats 200]`

Streams many chats at once against a slow model (a stand-in for Ollama: so many seconds an answer) and times
`GET /api/instruments` meanwhile, beside the same when idle: the whole shop as deploy/ sets it up, one gunicorn of ours
alone, and one with four sync workers, as many a checklist has them.
"""

import argparse
import contextlib
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests import fakes
from tests.factories import PASSWORD
from tests.fakes import FakeOllama
from tests.servers import Instance, Proxy, answers, free_port, running, wait_until
from tests.settings import SETTINGS
from tests.whole_shop import flask, open_shop

READS_SECONDS = 12
ADDRESSES = 200  # nginx allows each thirty requests a second: as in life, customers have addresses of their own.
PATIENT = {"CHAT_SLOTS": "100", "CHAT_QUEUE": "100", "RATELIMIT_ENABLED": "0"}


class Door:
    """Where clients knock: nginx with its certificate, or gunicorn itself."""

    def __init__(self, proxy: Proxy | None = None, url: str = ""):
        self._proxy, self._url = proxy, url

    def client(self, number: int = 0) -> httpx.Client:
        """One of a customer who has an address of this number."""
        address = f"127.0.1.{number % ADDRESSES + 1}"
        if self._proxy is None:
            return httpx.Client(base_url=self._url, timeout=120)
        verify = self._proxy.trust()
        return httpx.Client(
            base_url=self._proxy.url,
            timeout=120,
            transport=httpx.HTTPTransport(verify=verify, local_address=address),
        )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--chats", type=int, default=200)
    arguments.add_argument("--seconds", type=float, default=2.0, help="that the model takes for an answer")
    given = arguments.parse_args()
    print("| served by | chats at once | reads | p50 | p99 | chats answered meanwhile |")
    print("|---|---|---|---|---|---|")
    for name, opened in (
        ("nginx, two pools of two instances, PostgreSQL", as_deployed),
        ("one gunicorn, 2 workers of 128 threads, SQLite", alone),
        ("one gunicorn, 4 sync workers, SQLite", as_in_checklists),
    ):
        model = FakeOllama(fakes.answers(given.seconds / 2, "Gladly. ", given.seconds / 2, "It suits you."))
        with contextlib.closing(model), opened(model.url) as door:
            tokens = [signed_in(door, number) for number in range(8)]
            for chats in (0, given.chats):
                print(f"| {name} | {chats} | {measure(door, tokens, chats)} |", flush=True)


@contextlib.contextmanager
def as_deployed(model_url: str) -> Iterator[Door]:
    with tempfile.TemporaryDirectory() as folder, open_shop(Path(folder), model_url, instances=2, **PATIENT) as shop:
        yield Door(proxy=shop.proxy)


@contextlib.contextmanager
def alone(model_url: str) -> Iterator[Door]:
    with sqlite_shop(model_url) as settings:
        instance = Instance({**settings, "WEB_WORKERS": "2", "WEB_THREADS": "128"})
        with contextlib.closing(instance):
            instance.start()
            yield Door(url=instance.url)


@contextlib.contextmanager
def as_in_checklists(model_url: str) -> Iterator[Door]:
    with sqlite_shop(model_url) as settings:
        bind = f"127.0.0.1:{free_port()}"
        command = [sys.executable, "-m", "gunicorn", "-b", bind, "-k", "sync", "-w", "4", "-t", "120"]
        with running([*command, "app.init:create_app()"], env=settings):
            wait_until(lambda: answers(f"http://{bind}/api/health"), "gunicorn answers")
            yield Door(url=f"http://{bind}")


@contextlib.contextmanager
def sqlite_shop(model_url: str) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'shop.sqlite3'}"
        settings = {**SETTINGS, **PATIENT, "DATABASE_URL": url, "OLLAMA_BASE_URL": model_url, "TMPDIR": folder}
        for command in (("db", "upgrade"), ("seed-demo", "--catalogue-only")):
            flask(settings, *command).check_returncode()
        yield settings


def signed_in(door: Door, number: int) -> dict[str, str]:
    account = {"email": f"person{number}@example.com", "password": PASSWORD}
    with door.client(number) as client:
        client.post("/api/auth/register", json={**account, "name": "P", "store_conversations": True})
        login = client.post("/api/auth/login", json=account).raise_for_status()
    return {"Authorization": f"Bearer {login.json()['access_token']}"}


def measure(door: Door, tokens: list[dict[str, str]], chats: int) -> str:
    stop, answered = threading.Event(), Counter()

    def chat(number: int) -> None:
        headers = {**tokens[number % len(tokens)], "Accept": "text/event-stream"}
        body = {"message": "a piano", "session_id": f"s{number}"}
        with door.client(number) as client:
            while not stop.is_set():
                try:
                    answer = client.post("/api/chatbot/chat", json=body, headers=headers)
                    answered[ending(answer)] += 1
                except httpx.TransportError as error:
                    answered[type(error).__name__] += 1

    talkers = [threading.Thread(target=chat, args=(number,), daemon=True) for number in range(chats)]
    for talker in talkers:
        talker.start()
    time.sleep(4 if chats else 0)
    times = reads(door)
    stop.set()
    told = ", ".join(f"{count} {what}" for what, count in answered.items()) or "–"
    for talker in talkers:
        talker.join(30)
    done = sorted(spent for spent in times if spent is not None)
    p50, p99 = (f"{done[int(len(done) * part)] * 1000:.0f} ms" if done else "–" for part in (0.5, 0.99))
    return f"{len(done)} of {len(times)} | {p50} | {p99} | {told}"


def ending(answer: httpx.Response) -> str:
    """How a streamed chat ended."""
    if answer.status_code != 200:
        return f"status {answer.status_code}"
    last = answer.text.rstrip().rpartition("\n\n")[2]
    return "whole" if last.startswith("event: done") else f"ended by {last!r}"


def reads(door: Door) -> list[float | None]:
    """The seconds that each read took; None for one without an answer in 30 seconds."""
    times: list[float | None] = []
    end = time.monotonic() + READS_SECONDS
    with door.client(ADDRESSES - 1) as client:
        while time.monotonic() < end:
            started = time.monotonic()
            try:
                client.get("/api/instruments?page_size=5", timeout=30).raise_for_status()
                times.append(time.monotonic() - started)
            except httpx.HTTPError:
                times.append(None)
            time.sleep(0.05)
    return times


if __name__ == "__main__":
    main()
