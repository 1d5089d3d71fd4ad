"""Served by gunicorn as operators start it: tokens arrive one by one, a hang-up is noticed, a reload loses nothing."""

import os
import re
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import httpx
import psutil
import pytest

from tests import fakes
from tests.factories import PASSWORD
from tests.fakes import FakeOllama
from tests.servers import answers, free_port, gunicorn, running, wait_until
from tests.settings import SETTINGS

ROOT = Path(__file__).parent.parent
PAUSE = 0.3
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # As operators run it.


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def ollama():
    server = FakeOllama(fakes.answers("Hello. ", PAUSE, "Welcome. ", PAUSE, "Thanks."))
    yield server
    server.close()


def sign_in(url: str) -> dict[str, str]:
    account = {"email": "served@example.com", "password": PASSWORD, "name": "S", "store_conversations": True}
    httpx.post(f"{url}/api/auth/register", json=account).raise_for_status()
    login = httpx.post(f"{url}/api/auth/login", json={name: account[name] for name in ("email", "password")})
    return {"Authorization": f"Bearer {login.json()['access_token']}", "Accept": "text/event-stream"}


def chat(url: str, headers: dict[str, str]):
    body = {"message": "count", "session_id": "s1"}
    return httpx.stream("POST", f"{url}/api/chatbot/chat", json=body, headers=headers, timeout=20)


def history(url: str, headers: dict[str, str]) -> list[dict]:
    for _ in range(50):
        answer = httpx.get(f"{url}/api/chatbot/history/s1", headers={**headers, "Accept": "application/json"})
        if answer.status_code == 200:
            return answer.json()
        time.sleep(0.1)
    raise AssertionError("nothing was kept")


@on_postgresql
def test_tokens_arrive_one_by_one_and_a_graceful_stop_lets_the_stream_end(database_url, ollama):
    arrived = {}
    with gunicorn(database_url, ollama.url) as (url, server):
        headers = sign_in(url)
        with chat(url, headers) as stream:
            for line in stream.iter_lines():
                for word in ("Hello.", "Welcome.", "Thanks.", "stored"):
                    if word in line and word not in arrived:
                        arrived[word] = time.monotonic()
                if "Welcome." in line and server.poll() is None:
                    server.send_signal(signal.SIGTERM)
    assert list(arrived) == ["Hello.", "Welcome.", "Thanks.", "stored"]
    assert arrived["Welcome."] - arrived["Hello."] > PAUSE / 2
    assert arrived["Thanks."] - arrived["Welcome."] > PAUSE / 2


def test_a_worker_that_is_replaced_ends_its_streams_and_keeps_nobody_waiting(
    tmp_path, sqlite_template, ollama, monkeypatch
):
    may_end = threading.Event()
    ollama.behave = fakes.answers_when(may_end, "Hello. ", "Welcome.")
    monkeypatch.setenv("WEB_MAX_REQUESTS", "10")
    monkeypatch.setenv("CHAT_STALL_TIMEOUT_SECONDS", "60")
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'shop.sqlite3')}"
    with gunicorn(url, ollama.url, workers=1) as (address, server):
        headers = sign_in(address)
        (worker,) = psutil.Process(server.pid).children()
        with chat(address, headers) as stream:
            lines = stream.iter_lines()
            assert any("Hello." in line for line in lines)
            end = time.monotonic() + 120
            while listens(worker):
                assert time.monotonic() < end, "it is not replaced"
                assert answers(f"{address}/api/health", timeout=10)
                time.sleep(0.1)
            assert answers(f"{address}/api/health", timeout=10)
            may_end.set()
            assert "event: done" in list(lines)
        wait_until(lambda: not worker.is_running() and len(psutil.Process(server.pid).children()) == 1, "one is left")


def listens(process: psutil.Process) -> bool:
    return any(connection.status == psutil.CONN_LISTEN for connection in process.net_connections())


def test_a_worker_that_is_stopped_while_it_boots_ends_quietly(tmp_path):
    log = tmp_path / "log"
    environment = {**os.environ, **SETTINGS, "DATABASE_URL": "sqlite://", "BIND": f"127.0.0.1:{free_port()}"}
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn_config.py", "--workers", "1"]
    with log.open("w") as told, running(command, cwd=ROOT, env=environment, stderr=told) as server:
        wait_until(lambda: any(map(is_booting, psutil.Process(server.pid).children())), "a worker boots", every=0.01)
        server.terminate()
        assert server.wait(60) == 0
    assert "Worker exiting" in log.read_text()
    assert not re.search("Traceback|ERROR|WARN", log.read_text())


def is_booting(worker: psutil.Process) -> bool:
    """Whether it has begun to import the application: signals reach it by then."""
    return worker.cpu_times().user > 0.2


@on_postgresql
def test_a_client_that_hangs_up_frees_the_model_and_keeps_what_it_saw(database_url, ollama):
    ollama.behave = fakes.answers("Hello. ", 0.1, "Welcome. ", *(["and so on "] * 3), *([0.2, "more "] * 100))
    with gunicorn(database_url, ollama.url) as (url, _):
        headers = sign_in(url)
        with chat(url, headers) as stream:
            for line in stream.iter_lines():
                if "Welcome." in line:
                    break
        assert ollama.hung_up.wait(5)
        question, answer = history(url, headers)
    assert (question["content"], answer["interrupted"]) == ("count", True)
    assert answer["content"].startswith("Hello.")
    assert isinstance(answer["recommendations"], list)


def test_who_comes_while_an_instance_stops_is_refused_at_once_and_not_left_waiting(tmp_path, sqlite_template, ollama):
    ollama.behave = fakes.answers("Hello. ", 2.0, "Welcome.")
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'shop.sqlite3')}"
    with gunicorn(url, ollama.url, workers=1) as (address, server), chat(address, sign_in(address)) as stream:
        lines = stream.iter_lines()
        assert any("Hello." in line for line in lines)
        server.terminate()
        time.sleep(0.5)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/api/health", timeout=1)
        assert "event: done" in list(lines)
