"""An hour of mixed load with accidents. `python -m benchmarks.soak [--minutes 60]`

Customers look, ask, reserve and hang up, bounded to a pace that two cores bear, while each part is killed with SIGKILL
and brought back: the language model, PostgreSQL, Valkey, one instance of each pool. Tells what was promised and is not
there, every answer that should not have come, and how memory grew. It wants a real Ollama; how to kill and start it is
given by two commands, without which its connection is cut and mended instead.
"""

import argparse
import json
import random
import statistics
import subprocess
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import httpx
import psutil
import sqlalchemy as sa

from tests.whole_shop import Shop, open_shop

QUESTIONS = (
    "a quiet piano for my flat, under 20 a day",
    "something cheaper?",
    "a cello for my daughter, she is 8",
    "from Friday for two weeks",
    "what is the difference between a viola and a violin?",
    "do you have drums for a wedding on Saturday",
    "not electric please",
    "how does the deposit work?",
)
DOWN_SECONDS = 30
SAMPLE_SECONDS = 10


@dataclass
class Seen:
    """What the customers were answered."""

    answers: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=dict)
    promised_messages: set[int] = field(default_factory=set)
    promised_rentals: set[int] = field(default_factory=set)
    sources: Counter = field(default_factory=Counter)
    broken_streams: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, answer: httpx.Response, seconds: float) -> None:
        with self.lock:
            self.answers[f"{what} {answer.status_code}"] += 1
            self.times.setdefault(what, []).append(seconds)
            if answer.status_code >= 500 and (answer.status_code != 503 or "Retry-After" not in answer.headers):
                self.wrong.append(f"{what}: {answer.status_code} {answer.text[:200]}")

    def lost(self, what: str, error: Exception) -> None:
        with self.lock:
            self.answers[f"{what} {type(error).__name__}"] += 1


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--ollama", default="http://127.0.0.1:11434")
    arguments.add_argument("--kill-ollama", help="a command")
    arguments.add_argument("--start-ollama", help="a command")
    given = arguments.parse_args()
    seconds = given.minutes * 60
    slow = {"CHAT_SLOTS": "1", "CHAT_QUEUE": "2", "CHAT_QUEUE_TIMEOUT_SECONDS": "2", "CHAT_MAX_TOKENS": "80"}
    with tempfile.TemporaryDirectory() as folder, open_shop(Path(folder), given.ollama, instances=2, **slow) as shop:
        seen, memory, stop = Seen(), [], threading.Event()
        acts = [look] * 3 + [chat] * 3 + [reserve] * 2
        people = [shop.sign_up(f"person{number}", store_conversations=True) for number in range(len(acts))]
        threads = [
            threading.Thread(target=repeat, args=(act, shop, person, seen, stop, number))
            for number, (act, person) in enumerate(zip(acts, people, strict=True))
        ]
        threads.append(threading.Thread(target=watch_memory, args=(shop, memory, stop)))
        for thread in threads:
            thread.start()
        for at, name, kill, start in accidents(shop, given):
            wait_until_share(at, seconds)
            print(f"{time.strftime('%H:%M:%S')} {name} is killed", flush=True)
            kill()
            time.sleep(min(DOWN_SECONDS, seconds / 20))
            start()
            print(f"{time.strftime('%H:%M:%S')} {name} is back", flush=True)
        wait_until_share(1, seconds)
        stop.set()
        for thread in threads:
            thread.join(120)
        tell(shop, seen, memory, seconds)


_started = time.monotonic()


def wait_until_share(share: float, seconds: float) -> None:
    time.sleep(max(0, _started + share * seconds - time.monotonic()))


def accidents(shop: Shop, given: argparse.Namespace) -> list[tuple[float, str, Callable, Callable]]:
    """When, as a share of the whole; what; how it is killed and brought back."""

    def typed(command: str | None, otherwise: Callable) -> Callable:
        return (lambda: subprocess.run(command, shell=True, stdout=subprocess.DEVNULL)) if command else otherwise

    return [
        (
            0.35,
            "the language model",
            typed(given.kill_ollama, shop.model.cut),
            typed(given.start_ollama, shop.model.mend),
        ),
        (0.5, "PostgreSQL", shop.postgres.kill, shop.postgres.start),
        (0.62, "an API instance", shop.api[0].kill, shop.api[0].start),
        (0.74, "a chat instance", shop.chat[0].kill, shop.chat[0].start),
        (0.86, "Valkey", shop.valkey.kill, shop.valkey.start),
    ]


def repeat(act: Callable, shop: Shop, person: httpx.Client, seen: Seen, stop: threading.Event, number: int) -> None:
    chance = random.Random(number)
    login_at = time.monotonic()
    while not stop.is_set():
        if time.monotonic() - login_at > 20 * 60:  # An access token lives for thirty minutes.
            person = again(shop, number, seen) or person
            login_at = time.monotonic()
        act(person, chance, seen)
        stop.wait(chance.uniform(0.5, 1.5) * (4 if act is chat else 1))


def again(shop: Shop, number: int, seen: Seen) -> httpx.Client | None:
    try:
        return shop.sign_in(f"person{number}@shop.example.com")
    except httpx.HTTPError as error:
        seen.lost("login", error)
        return None


def look(person: httpx.Client, chance: random.Random, seen: Seen) -> None:
    number = chance.randint(1, 149)
    paths = (
        "/api/instruments?page_size=10&q=piano",
        "/api/instruments/available",
        f"/api/instruments/{number}",
        f"/api/instruments/{number}/availability?{days(chance, 'from', 'to')}",
        "/api/rentals",
        "/api/auth/profile",
        "/api/chatbot/sessions",
    )
    ask("look", person, seen, "GET", chance.choice(paths))


def days(chance: random.Random, first: str, last: str) -> str:
    start = date.today() + timedelta(days=chance.randint(1, 300))
    return f"{first}={start}&{last}={start + timedelta(days=chance.randint(0, 20))}"


def reserve(person: httpx.Client, chance: random.Random, seen: Seen) -> None:
    """Reserves with a key, and repeats until it knows; gives most of it back."""
    wanted = dict(pair.split("=") for pair in days(chance, "start_date", "end_date").split("&"))
    body = {"instrument_id": chance.randint(1, 149), **wanted}
    key = {"Idempotency-Key": uuid.uuid4().hex}
    for _ in range(40):
        answer = ask("reserve", person, seen, "POST", "/api/rentals", json=body, headers=key)
        if answer is not None and answer.status_code != 503 and "still being answered" not in answer.text:
            break
        time.sleep(2)
    if answer is None or answer.status_code != 201:
        return
    with seen.lock:
        seen.promised_rentals.add(answer.json()["id"])
    if chance.random() < 0.9:
        ask("cancel", person, seen, "POST", f"/api/rentals/{answer.json()['id']}/cancel")


def chat(person: httpx.Client, chance: random.Random, seen: Seen) -> None:
    body = {"message": chance.choice(QUESTIONS), "session_id": f"s{chance.randint(1, 4)}"}
    if chance.random() < 0.5:
        answer = ask("chat", person, seen, "POST", "/api/chatbot/chat", json=body)
        if answer is not None and answer.status_code == 200:
            promise(answer.json(), seen)
        return
    hangs_up = chance.random() < 0.2
    started = time.monotonic()
    try:
        with person.stream(
            "POST", "/api/chatbot/chat", json=body, headers={"Accept": "text/event-stream"}, timeout=100
        ) as answer:
            lines = []
            for line in answer.iter_lines():
                lines.append(line)
                if hangs_up and line == "event: token":
                    return
    except httpx.HTTPError as error:
        seen.lost("stream", error)
        return
    if answer.status_code != 200:
        with seen.lock:
            seen.answers[f"stream {answer.status_code}"] += 1
            if answer.status_code >= 500 and answer.status_code != 503:
                seen.wrong.append(f"stream: {answer.status_code}")
        return
    seen.note("stream", answer, time.monotonic() - started)
    if "event: done" in lines:
        promise(data_of("event: done", lines), seen)
    elif "event: error" in lines:
        told = data_of("event: error", lines)
        with seen.lock:
            seen.answers[f"stream error {told['code']}"] += 1
            if told["code"] != 503:
                seen.wrong.append(f"stream: {told}")
    else:
        with seen.lock:
            seen.broken_streams += 1


def data_of(event: str, lines: list[str]) -> dict:
    return json.loads(lines[lines.index(event) + 1].removeprefix("data: "))


def promise(reply: dict, seen: Seen) -> None:
    with seen.lock:
        seen.sources[reply["source"]] += 1
        if reply["stored"]:
            seen.promised_messages.add(reply["message_id"])


def ask(what: str, person: httpx.Client, seen: Seen, method: str, path: str, **options) -> httpx.Response | None:
    started = time.monotonic()
    try:
        answer = person.request(method, path, timeout=100, **options)
    except httpx.HTTPError as error:
        seen.lost(what, error)
        return None
    seen.note(what, answer, time.monotonic() - started)
    return answer


def watch_memory(shop: Shop, memory: list, stop: threading.Event) -> None:
    """Each worker's own memory (USS, bytes) beside the seconds since the start."""
    while not stop.wait(SAMPLE_SECONDS):
        for instance in shop.instances:
            try:
                for worker in instance.workers():
                    memory.append((time.monotonic() - _started, worker.pid, worker.memory_full_info().uss))
            except psutil.Error:
                continue  # It has just been killed.


def tell(shop: Shop, seen: Seen, memory: list, seconds: float) -> None:
    print("answers:", dict(sorted(seen.answers.items())))
    for what, times in sorted(seen.times.items()):
        last = sorted(times)[int(len(times) * 0.99)]
        print(f"{what}: {len(times)} answers, p50 {statistics.median(times):.3f} s, p99 {last:.3f} s")
    print("worded by:", dict(seen.sources), "streams broken by a kill:", seen.broken_streams)
    print("5xx that are not 503 with Retry-After:", len(seen.wrong), seen.wrong[:5])
    engine = sa.create_engine(shop.settings["DATABASE_URL"])
    with engine.connect() as connection:
        told = connection.execute(
            sa.text("SELECT id, chat_session_id, role FROM chat_messages ORDER BY chat_session_id, id")
        ).all()
        rentals = set(connection.execute(sa.text("SELECT id FROM rentals")).scalars())
        orphans = connection.execute(
            sa.text(
                "SELECT count(*) FROM rentals r WHERE status = 'reserved' AND NOT EXISTS "
                "(SELECT 1 FROM occupancies o WHERE o.rental_id = r.id)"
            )  # fmt: skip
        ).scalar()
    engine.dispose()
    kept = {row.id for row in told}
    roles: dict[int, list[str]] = {}
    for row in told:
        roles.setdefault(row.chat_session_id, []).append(row.role)
    halves = sum(pair != ["user", "assistant"] for said in roles.values() for pair in _pairs(said))
    lost = len(seen.promised_messages - kept)
    print(f"exchanges kept: {len(told) // 2}; promised: {len(seen.promised_messages)}; lost: {lost}; halved: {halves}")
    lost = len(seen.promised_rentals - rentals)
    print(f"rentals promised: {len(seen.promised_rentals)}; lost: {lost}; reserved without their days: {orphans}")
    for pid in sorted({pid for _, pid, _ in memory}):
        samples = [(at / 3600, size / 2**20) for at, worker, size in memory if worker == pid]
        warm = [(at, size) for at, size in samples if at > samples[0][0] + seconds / 3600 / 4]
        if len(warm) > 10:
            slope = statistics.linear_regression(*zip(*warm, strict=True)).slope
            print(f"worker {pid}: {samples[0][1]:.0f} MiB at first, {warm[0][1]:.0f} when warm, {samples[-1][1]:.0f} "
                  f"at the end, {slope:+.1f} MiB an hour over {warm[-1][0] - warm[0][0]:.2f} hours")  # fmt: skip


def _pairs(said: list[str]) -> list[list[str]]:
    return [said[at : at + 2] for at in range(0, len(said), 2)]


if __name__ == "__main__":
    main()
