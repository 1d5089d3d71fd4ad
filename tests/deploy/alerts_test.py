"""Each alert fires when its cause is made, and clears after: the whole shop, watched by a real Prometheus.

Our rules' times pass 80 times as quick (an hour is 45 seconds), their limits are those of deploy/prometheus.
`make test-machine` runs it.
"""

import contextlib
import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from app.llm import ollama
from app.models.types import utc_now
from tests import fakes
from tests.fakes import FakeOllama
from tests.servers import ROOT, certificate, prometheus, wait_until
from tests.verification.ollama_test import MODEL, URL
from tests.whole_shop import Shop, open_shop

pytestmark = [
    pytest.mark.machine,
    pytest.mark.skipif(shutil.which("prometheus") is None, reason="alerts are NOT tested live: no Prometheus here"),
    pytest.mark.skipif(not ollama.is_reachable(URL, MODEL), reason=f"alerts are NOT tested live: no Ollama on {URL}"),
]
QUICKER = 80  # The shortest window, five minutes, is 3.75 s: it must hold two beats of every cause below.
FALSE = "Welcome. It costs 3 euros a day. It costs 4 euros a week. It costs 5 euros a day. It costs 6 euros a month. "
RULES = set(re.findall(r"alert: (\w+)", (ROOT / "deploy" / "prometheus" / "rules.yml").read_text("utf-8")))


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory) -> Iterator[Path]:
    """Where backups go: a disk of its own, if we may mount one."""
    folder = tmp_path_factory.mktemp("disk")
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "x", folder], capture_output=True)
    yield folder
    if mount.returncode == 0:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="module")
def shop(tmp_path_factory, small_disk) -> Iterator[Shop]:
    many = {"RATELIMIT_CHAT": "10000 per minute", "CHAT_SLOTS": "4", "CHAT_QUEUE": "0", "CHAT_MAX_TOKENS": "40"}
    places = {"BACKUP_DIR": str(small_disk), "CHAT_MODEL": f"ollama:{MODEL}"}
    with open_shop(tmp_path_factory.mktemp("shop"), URL, **many, **places) as opened:
        for task in ("backup", "restore-drill"):
            done = opened.flask(task)
            assert done.returncode == 0, done.stderr
        yield opened


@pytest.fixture(scope="module")
def alerts(shop, tmp_path_factory) -> Iterator[Callable[[], set[str]]]:
    """Tells which alerts are firing."""
    pools = {"api": [instance.url for instance in shop.api], "chat": [instance.url for instance in shop.chat]}
    with prometheus(tmp_path_factory.mktemp("prometheus"), **pools, quicker=QUICKER) as url:

        def firing() -> set[str]:
            told = httpx.get(f"{url}/api/v1/alerts").json()["data"]["alerts"]
            return {alert["labels"]["alertname"] for alert in told if alert["state"] == "firing"}

        wait_until(lambda: not firing(), "all is well", 120)
        yield firing


@contextlib.contextmanager
def again_and_again(act: Callable[[], object], pause: float, threads: int = 1) -> Iterator[None]:
    """Does it meanwhile; what it is answered does not matter."""
    stop = threading.Event()

    def repeat() -> None:
        while not stop.wait(pause):
            with contextlib.suppress(httpx.TransportError):
                act()

    running = [threading.Thread(target=repeat) for _ in range(threads)]
    for thread in running:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in running:
            thread.join(60)


@pytest.fixture(scope="module")
def customer(shop) -> Iterator[httpx.Client]:
    with contextlib.closing(shop.sign_up("customer")) as client:
        client.timeout = 60
        yield client


def ask(customer: httpx.Client) -> httpx.Response:
    return customer.post("/api/chatbot/chat", json={"message": "a harp"})


@contextlib.contextmanager
def instead(shop: Shop, behave) -> Iterator[FakeOllama]:
    """Another model in the place of the real one."""
    server = FakeOllama(behave)
    shop.model.lead_to(server.url)
    try:
        yield server
    finally:
        shop.model.lead_to(URL)
        server.close()


def an_instance_dies(shop, customer):
    shop.api[0].kill()
    yield
    shop.api[0].start()


def the_database_dies(shop, customer):
    with again_and_again(lambda: customer.get("/api/instruments"), 0.2):
        shop.postgres.kill()
        yield
        shop.postgres.start()


def the_model_dies(shop, customer):
    with again_and_again(lambda: ask(customer), 0.3):
        shop.model.cut()
        yield
        shop.model.mend()
        wait_until(lambda: ask(customer).json()["source"] == "llm", "a probe has found the model again", 120)


def a_table_is_locked(shop, customer):
    """Until who wants it gives up, after half a minute; every two seconds somebody does."""
    holder = sa.create_engine(shop.settings["DATABASE_URL"])
    with holder.connect() as connection, contextlib.ExitStack() as asking:
        connection.exec_driver_sql("LOCK TABLE instruments")
        for _ in range(16):
            asking.enter_context(again_and_again(lambda: customer.get("/api/instruments"), 0.1))
            time.sleep(2)
        yield
        connection.rollback()
    holder.dispose()


def the_model_is_slow(shop, customer):
    with instead(shop, fakes.answers(11.0, "Welcome.")), contextlib.ExitStack() as asking:
        for _ in range(4):
            asking.enter_context(again_and_again(lambda: ask(customer), 0.1))
            time.sleep(2.5)
        yield


def too_many_ask(shop, customer):
    with instead(shop, fakes.answers(1.0, "Welcome.")), again_and_again(lambda: ask(customer), 0.05, 20):
        yield


def the_model_says_what_does_not_hold(shop, customer):
    with instead(shop, fakes.answers(*re.findall(r"\S+ ", FALSE))), again_and_again(lambda: ask(customer), 0.3):
        yield


def somebody_tries_tokens(shop, customer):
    stranger = shop.proxy.client(headers={"Authorization": "Bearer not.a.token"})
    with stranger, again_and_again(lambda: stranger.get("/api/auth/profile"), 0.2):
        yield


@contextlib.contextmanager
def rewritten(path: Path, **facts: object) -> Iterator[None]:
    """A JSON file with other facts."""
    kept = path.read_text()
    path.write_text(json.dumps({**json.loads(kept), **facts}))
    try:
        yield
    finally:
        path.write_text(kept)


def ago(days: int) -> str:
    return (utc_now() - timedelta(days=days)).isoformat()


def time_passes(shop, customer):
    """The newest backup is two days old, the last drill ten, and the certificate has ten days left."""
    kept_in = Path(shop.settings["BACKUP_DIR"])
    (manifest,) = kept_in.glob("shop-*.json")
    with rewritten(manifest, made_at=ago(days=2)), rewritten(kept_in / ".last-drill.json", at=ago(days=10)):
        certificate(shop.folder, days=10)
        yield
    certificate(shop.folder)


def a_backup_is_damaged(shop, customer):
    """The next drill finds it."""
    (manifest,) = Path(shop.settings["BACKUP_DIR"]).glob("shop-*.json")
    with rewritten(manifest, sha256="0" * 64):
        assert shop.flask("restore-drill").returncode == 1
        yield
    assert shop.flask("restore-drill").returncode == 0


def the_certificate_is_no_certificate(shop, customer):
    Path(shop.settings["TLS_CERTIFICATE"]).write_text("nonsense")
    yield
    certificate(shop.folder)


def redis_dies(shop, customer):
    shop.valkey.kill()
    yield
    shop.valkey.start()


def a_disk_fills(shop, customer):
    disk = Path(shop.settings["BACKUP_DIR"])
    if not disk.is_mount():
        pytest.skip("a full disk is NOT tested: only root may mount a small one")
    filler = disk / "filler"
    filler.write_bytes(bytes(int(shutil.disk_usage(disk).free * 0.95)))
    yield
    filler.unlink()


CAUSES = [
    (an_instance_dies, {"InstanceDown"}),
    (the_database_dies, {"DatabaseDown", "ErrorsHigh"}),
    (the_model_dies, {"ModelDown", "BreakerOpen", "ChatsWithoutModel"}),
    (a_table_is_locked, {"AnswersSlow", "QueriesSlow", "DatabaseBusy"}),
    (the_model_is_slow, {"ChatsSlow"}),
    (too_many_ask, {"ChatsSaturated"}),
    (the_model_says_what_does_not_hold, {"AnswersCorrectedOften"}),
    (somebody_tries_tokens, {"TokensRefused"}),
    (time_passes, {"BackupTooOld", "RestoreDrillTooOld", "CertificateSoonOver"}),
    (a_backup_is_damaged, {"RestoreDrillFailed"}),
    (the_certificate_is_no_certificate, {"WatchingFails"}),
    (redis_dies, {"RedisDown"}),
    (a_disk_fills, {"DiskNearlyFull"}),
]


@pytest.mark.parametrize(("cause", "expected"), CAUSES, ids=[cause.__name__ for cause, _ in CAUSES])
def test_it_fires_when_its_cause_is_made_and_clears_after(shop, customer, alerts, cause, expected):
    silent = set(expected)

    def all_have_fired() -> bool:
        silent.difference_update(alerts())
        return not silent

    with contextlib.contextmanager(cause)(shop, customer):
        wait_until(all_have_fired, f"{expected} fire", 180, every=0.5)
    wait_until(lambda: not expected & alerts(), f"{expected} clear", 180, every=0.5)


def test_every_alert_has_its_cause_here():
    with_a_systemd = {"TaskFailed"}  # Its cause is made in machine_test.py.
    assert set().union(*(expected for _, expected in CAUSES)) == RULES - with_a_systemd
