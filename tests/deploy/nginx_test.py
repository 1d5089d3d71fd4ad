"""deploy/nginx/musical-instruments.conf as it stands, run by a real nginx with TLS before two instances."""

import contextlib
import re
import runpy
import signal
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from app import config
from tests import fakes
from tests.factories import PASSWORD
from tests.fakes import FakeOllama
from tests.served_test import PAUSE
from tests.servers import ROOT, Proxy, gunicorn, kill, nginx
from tests.settings import SETTINGS

CONF = ROOT / "deploy" / "nginx" / "musical-instruments.conf"


@dataclass
class Served:
    """nginx, and the processes of the two instances behind it."""

    nginx: Proxy
    instances: list


@pytest.fixture(scope="module")
def served(tmp_path_factory, sqlite_template) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("nginx")
    url = f"sqlite:///{folder / 'shop.sqlite3'}"
    (folder / "shop.sqlite3").write_bytes(sqlite_template.read_bytes())
    ollama = FakeOllama(fakes.answers("Hello. ", PAUSE, "Welcome. ", PAUSE, "Thanks."))
    with contextlib.ExitStack() as running:
        running.callback(ollama.close)
        instances = [running.enter_context(gunicorn(url, ollama.url, workers=1)) for _ in range(2)]
        both = [address for address, _ in instances]
        proxy = running.enter_context(nginx(folder, api=both, chat=both))
        yield Served(proxy, [process for _, process in instances])


@pytest.fixture
def web(served) -> Iterator[httpx.Client]:
    with served.nginx.client() as asking:
        yield asking


def test_http_leads_to_https_but_for_certbots_challenge(served):
    plain = served.nginx.plain_url
    moved = httpx.get(f"{plain}/api/instruments", headers={"Host": "shop.example.com"})
    assert (moved.status_code, moved.headers["Location"]) == (301, "https://shop.example.com/api/instruments")
    assert httpx.get(f"{plain}/.well-known/acme-challenge/none").status_code == 404


def test_answers_carry_the_security_headers_and_a_request_id(web):
    answer = web.get("/api/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert (answer.headers["X-Content-Type-Options"], answer.headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert answer.headers["X-Request-ID"]
    assert "/" not in answer.headers.get("Server", "nginx")
    assert web.get("/health").json() == {"status": "ok"}


def test_metrics_stay_inside(web):
    assert web.get("/metrics").status_code == 404


def test_old_tls_is_refused(served):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with pytest.warns(DeprecationWarning):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((httpx.ConnectError, ssl.SSLError)), httpx.Client(verify=old) as asking:
        asking.get(f"{served.nginx.url}/health")


def test_a_large_body_is_refused_in_the_shape_of_every_failure(web):
    answer = web.post("/api/auth/login", content=b"x" * 70_000, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, 413)


def test_tokens_arrive_one_by_one(web):
    account = {"email": "streams@example.com", "password": PASSWORD}
    web.post("/api/auth/register", json={**account, "name": "S"}).raise_for_status()
    token = web.post("/api/auth/login", json=account).json()["access_token"]
    arrived: dict[str, float] = {}
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    with web.stream("POST", "/api/chatbot/chat", json={"message": "count"}, headers=headers) as stream:
        for line in stream.iter_lines():
            for word in ("Hello.", "Welcome.", "Thanks.", "stored"):
                if word in line:
                    arrived.setdefault(word, time.monotonic())
    assert list(arrived) == ["Hello.", "Welcome.", "Thanks.", "stored"]
    assert arrived["Thanks."] - arrived["Hello."] > PAUSE


def test_guessing_passwords_meets_a_fence(web):
    guess = {"email": "nobody@example.com", "password": "a guess that is wrong"}
    answers = [web.post("/api/auth/login", json=guess) for _ in range(20)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert (refused[0].json()["code"], refused[0].headers["Retry-After"]) == (429, "2")


def under_load(served, do) -> Counter:
    """The answers that four readers get while something happens to the servers."""
    codes, stop = Counter(), threading.Event()

    def read():
        with served.nginx.client() as asking:
            while not stop.is_set():
                try:
                    codes[asking.get("/api/instruments?page_size=1").status_code] += 1
                except httpx.TransportError as error:
                    codes[type(error).__name__] += 1
                time.sleep(0.15)  # Below nginx's own fence.

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    time.sleep(0.5)
    do()
    time.sleep(2)
    stop.set()
    for reader in readers:
        reader.join()
    return codes


def test_a_reload_of_nginx_drops_nothing(served):
    assert set(under_load(served, lambda: served.nginx.process.send_signal(signal.SIGHUP))) == {200}


def test_an_instance_that_is_killed_loses_no_request_that_may_be_repeated(served):
    codes = under_load(served, lambda: kill(served.instances[1]))
    assert set(codes) == {200}, codes
    assert codes[200] > 20


def test_with_no_instance_left_the_failure_has_its_shape(served, web):
    served.instances[0].terminate()
    served.instances[0].wait(30)
    answer = web.get("/api/instruments")
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, 503, "5")


def test_each_time_limit_exceeds_the_one_within_it(monkeypatch):
    chat, rest = sorted(int(seconds) for seconds in re.findall(r"proxy_read_timeout (\d+)s", CONF.read_text()))[::-1]
    unit = (ROOT / "deploy" / "systemd" / "musical-instruments@.service").read_text("utf-8")
    stop = int(re.search(r"TimeoutStopSec=(\d+)", unit)[1])
    told = config.load(SETTINGS)
    model = told["CHAT_QUEUE_TIMEOUT_SECONDS"] + told["CHAT_TOTAL_TIMEOUT_SECONDS"]
    assert told["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"] < told["CHAT_TOTAL_TIMEOUT_SECONDS"] < model
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    graceful = runpy.run_path(str(ROOT / "gunicorn_config.py"))["graceful_timeout"]
    assert model < graceful < min(chat, stop)
    statement = 30  # statement_timeout of every connection
    assert statement < rest
