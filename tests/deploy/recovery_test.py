"""What deploy/README.md says of backups and disaster recovery, typed as it stands but for names of this machine.

`machine_test.py` types it whole, as root with a systemd; here is what needs neither.
"""

import os
import re
import shutil
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
import sqlalchemy as sa
from flask_migrate import upgrade

from app.extensions import db
from app.init import create_app
from app.llm import ollama
from app.operations import backups
from tests.backup_test import BIN
from tests.factories import instrument, sign_up, unit
from tests.servers import ROOT, free_port, make_database, running, tell, wait_until
from tests.settings import SETTINGS
from tests.verification.ollama_test import MODEL, URL

pytestmark = pytest.mark.machine

README = (ROOT / "deploy" / "README.md").read_text("utf-8")
needs_restic = pytest.mark.skipif(
    shutil.which("restic") is None, reason="copies off the machine are NOT tested: restic is not installed"
)
needs_ollama = pytest.mark.skipif(
    not ollama.is_reachable(URL, MODEL), reason=f"copies of models are NOT tested: no Ollama with {MODEL} on {URL}"
)


def blocks(title: str) -> list[str]:
    """The indented blocks under a heading of any depth: what an operator types."""
    section = re.split(rf"^##+ {re.escape(title)}\n", README, flags=re.M)[1]
    section = re.split(r"^##+ ", section, flags=re.M)[0]
    return [re.sub(r"^    ", "", block, flags=re.M) for block in re.findall(r"(?:^    .+\n)+", section, re.M)]


def put(text: str, instead: dict[str, str]) -> str:
    """The text with this machine's names; each of the page's must be in it."""
    for old, new in instead.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def typed(commands: str, home: Path, **environment: str) -> str:
    """Runs it in a shell that knows nothing of this shop; raises AssertionError when a command fails."""
    told = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(home), "RESTIC_ENV": f"{home}/restic.env", **environment}
    done = subprocess.run(["bash", "-ceu", commands], cwd=ROOT, env=told, capture_output=True, text=True)
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def env_file(path: Path, **settings: str) -> Path:
    """shop.env as an operator has it: the example, edited."""
    lines = "\n".join(f"{name}={value}" for name, value in {**SETTINGS, **settings}.items())
    path.write_text((ROOT / ".env.example").read_text() + lines + "\n")
    return path


@contextmanager
def serving(settings: dict[str, str]):
    app = create_app({**SETTINGS, **settings})
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_dropped_database_comes_back_with_its_rentals_as_the_page_says(postgres_server, tmp_path):
    name = f"test_{uuid.uuid4().hex[:12]}"
    url = make_database(postgres_server, name)
    settings = {"DATABASE_URL": url, "BACKUP_DIR": str(tmp_path / "backups"), "POSTGRES_BIN": str(BIN)}
    try:
        with serving(settings) as app, app.app_context():
            upgrade()
            customer, rental = _somebody_rents(app)
            backups.make()
        tell(postgres_server, f"DROP DATABASE {name}")
        make_database(postgres_server, name)
        with serving(settings) as app, app.app_context():
            upgrade()
            told = app.test_client().get("/api/health/ready")
            assert (told.status_code, told.json["database"]) == (503, "empty")
        tell(postgres_server, f"DROP DATABASE {name}")

        env = env_file(tmp_path / "shop.env", **settings)
        (recover,) = blocks("The database is gone, the machine is there")
        home = sa.make_url(postgres_server)
        instead = {
            "cd /opt/musical-instruments/source\n": "",
            "systemctl stop musical-instruments\n": "",
            "systemctl start musical-instruments\n": "",
            "runuser -u postgres -- createdb --owner musical-instruments": f"createdb --owner {home.username}",
            "template0 shop\n": f"template0 {name}\n",
            "deploy/release.sh flask": f"{sys.executable} -m flask --env-file {env}",
            "postgresql:///shop?host=/var/run/postgresql": f"postgresql:///{name}?host={home.query['host']}&user=postgres",
        }
        typed(put(recover, instead), tmp_path, PGHOST=str(home.query["host"]), PGUSER=str(home.username))
        with serving(settings) as app:
            ready = app.test_client().get("/api/health/ready").json
            assert (ready["database"], ready["migrations"]) == ("ok", "at head")
            mine = app.test_client().get("/api/rentals", headers=customer.headers).json
            assert [found["id"] for found in mine] == [rental["id"]]
    finally:
        tell(postgres_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _somebody_rents(app):
    client = app.test_client()
    piano = sign_up(client, role="admin").post("/api/instruments", instrument(units=[unit()])).json
    customer = sign_up(client)
    days = {"start_date": "2027-03-01", "end_date": "2027-03-02"}
    rental = customer.post("/api/rentals", {"instrument_id": piano["id"], **days})
    assert rental.status_code == 201, rental.text
    return customer, rental.json


@pytest.fixture
def copies(tmp_path):
    """Where restic keeps copies, set up as the page says."""
    away, *_ = blocks("Backups")
    setting_up = away[: away.index("systemctl start")]
    env_file(tmp_path / "shop.env", DATABASE_URL=f"sqlite:///{tmp_path}/shop.sqlite3", BACKUP_DIR=f"{tmp_path}/backups")
    hook = f"BACKUP_HOOK=env RESTIC_ENV={tmp_path}/restic.env {ROOT}/deploy/backup-to-restic.sh"
    instead = {
        "apt-get install -y restic\n": "",
        "cd /opt/musical-instruments/source\n": "",
        " -g musical-instruments": "",
        "BACKUP_HOOK=/opt/musical-instruments/current/deploy/backup-to-restic.sh": hook,
        "/etc/musical-instruments": str(tmp_path),
        "sftp:shop@elsewhere.example.com:shop": f"{tmp_path}/elsewhere",
        "runuser -u musical-instruments -- ": "",
    }
    typed(put(setting_up, instead), tmp_path)
    return tmp_path / "elsewhere"


@needs_restic
def test_backups_are_carried_away_checked_and_brought_back_as_the_page_says(sqlite_template, copies, tmp_path):
    shutil.copy(sqlite_template, tmp_path / "shop.sqlite3")
    back_up = f"{sys.executable} -m flask --env-file {tmp_path}/shop.env backup"
    typed(back_up, tmp_path)
    made = {path.name: path.read_bytes() for path in (tmp_path / "backups").glob("shop-*")}
    assert len(made) == 2
    shutil.rmtree(tmp_path / "backups")
    recover, _ = blocks("The machine is gone")
    (fetch,) = re.findall(r"^deploy/backup-to-restic.sh .+$", recover, re.M)
    typed(put(fetch, {"/var/lib/musical-instruments": str(tmp_path)}), tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / "backups").glob("shop-*")} == made
    packs = [path for path in (copies / "data").rglob("*") if path.is_file()]
    pack = max(packs, key=lambda path: path.stat().st_size)  # Of data: for a lost tree restic looks for minutes.
    pack.chmod(0o600)
    pack.unlink()
    with pytest.raises(AssertionError, match="is whole, but not carried away"):
        typed(back_up, tmp_path)


@needs_restic
@needs_ollama
def test_a_model_that_no_registry_has_comes_back_from_its_copy(copies, tmp_path):
    port = httpx.URL(URL).port
    listening = next(
        one.pid for one in psutil.net_connections("tcp") if one.status == "LISTEN" and one.laddr.port == port
    )
    serving = psutil.Process(listening)
    models = serving.environ().get("OLLAMA_MODELS") or f"{serving.environ()['HOME']}/.ollama/models"
    told = ollama.recipe(URL, MODEL, 10)
    away = blocks("Backups")[-1]
    fetch = blocks("The machine is gone")[-1].splitlines()[0]
    fetch = put(fetch, {"/var/lib/ollama/models": models, "--target /": f"--target {tmp_path}/back"})
    for command in (put(away, {"/var/lib/ollama/models": models}), fetch):
        typed(command, tmp_path)
    here = f"http://127.0.0.1:{free_port()}"
    given = {**serving.environ(), "OLLAMA_MODELS": f"{tmp_path}/back{models}", "OLLAMA_HOST": here}
    with running([serving.exe(), "serve"], env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        wait_until(lambda: httpx.get(here).status_code == 200, "the second Ollama listens", 120)
        assert ollama.recipe(here, MODEL, 10)["digest"] == told["digest"]
