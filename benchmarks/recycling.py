"""What does replacing a worker cost the others? `python -m benchmarks.recycling [--requests 200]`

One gunicorn with one worker, chats that the model takes long over, and somebody who reads all the while: how long do
the reads take while the worker reaches its number of requests? Once without recycling, which is the default, once with
gunicorn's own threads, and once with ours.
"""

import argparse
import contextlib
import sys
import threading
import time
from collections.abc import Iterator

import httpx
import psutil

from benchmarks.held_up import Door, ending, signed_in, sqlite_shop
from tests import fakes
from tests.fakes import FakeOllama
from tests.servers import answers, free_port, running, wait_until

OURS = ["-c", "gunicorn_config.py"]
PLAIN = ["--worker-class", "gthread", "--graceful-timeout", "75", "app.init:create_app()"]
READS_SECONDS = 40


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--requests", type=int, default=200, help="after which a worker is replaced")
    arguments.add_argument("--seconds", type=float, default=20.0, help="that the model takes for an answer")
    given = arguments.parse_args()
    print("| a worker is replaced | reads | p50 | p99 | longest | workers | chats |")
    print("|---|---|---|---|---|---|---|")
    for name, command, limit in (
        ("never (the default)", OURS, 0),
        (f"after {given.requests} requests, gunicorn's way", PLAIN, given.requests),
        (f"after {given.requests} requests, ours", OURS, given.requests),
    ):
        words = ["and so on "] * int(given.seconds)  # A word a second.
        model = FakeOllama(fakes.answers(*(part for word in words for part in (word, 1.0))))
        with contextlib.closing(model), served(command, limit, model.url) as (url, server):
            print(f"| {name} | {measure(url, server)} |", flush=True)


@contextlib.contextmanager
def served(command: list[str], limit: int, model_url: str) -> Iterator[tuple[str, psutil.Process]]:
    with sqlite_shop(model_url) as settings:
        bind = f"127.0.0.1:{free_port()}"
        options = ["--bind", bind, "--workers", "1", "--threads", "64", "--max-requests", str(limit)]
        settings |= {"CHAT_STALL_TIMEOUT_SECONDS": "60"}
        with running([sys.executable, "-m", "gunicorn", *command, *options], env=settings) as server:
            wait_until(lambda: answers(f"http://{bind}/api/health"), "gunicorn answers", 120)
            yield f"http://{bind}", psutil.Process(server.pid)


def measure(url: str, server: psutil.Process) -> str:
    token = signed_in(Door(url=url), 0)
    stop, chats, workers = threading.Event(), [], set()

    def chat() -> None:
        asking = {"json": {"message": "a piano"}, "headers": {**token, "Accept": "text/event-stream"}}
        while not stop.is_set():
            try:
                answer = httpx.post(f"{url}/api/chatbot/chat", timeout=120, **asking)
                chats.append(ending(answer))
            except httpx.TransportError as error:
                chats.append(type(error).__name__)

    talker = threading.Thread(target=chat)
    talker.start()
    time.sleep(1)
    times, end = [], time.monotonic() + READS_SECONDS
    with httpx.Client(base_url=url, timeout=120, headers={"Connection": "close"}) as client:
        while time.monotonic() < end:
            began = time.monotonic()
            client.get("/api/health").raise_for_status()
            times.append(time.monotonic() - began)
            workers |= {worker.pid for worker in server.children()}
            time.sleep(0.05)
    stop.set()
    talker.join()
    times.sort()
    p50, p99 = (f"{times[int(len(times) * part)] * 1000:.0f} ms" for part in (0.5, 0.99))
    told = ", ".join(f"{chats.count(end)} {end}" for end in dict.fromkeys(chats))
    return f"{len(times)} | {p50} | {p99} | {times[-1]:.2f} s | {len(workers)} | {told}"


if __name__ == "__main__":
    main()
