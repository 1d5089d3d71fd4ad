"""The Procfile's own lines, as a platform runs them that gives a port and a database's URL."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import httpx

from tests.conftest import database_on
from tests.servers import answers, free_port, running, wait_until

ROOT = Path(__file__).parents[2]
LINES = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text("utf-8").splitlines())


def test_a_release_and_a_web_process_serve_on_the_port_and_the_database_that_are_given(postgres_server, tmp_path):
    with database_on(postgres_server) as url:
        port = str(free_port())
        given = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PORT": port,
            "DATABASE_URL": url.replace("postgresql+psycopg2://", "postgres://"),
            "FLASK_ENV": "production",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "JWT_SECRET_KEY": secrets.token_urlsafe(48),
            "OLLAMA_BASE_URL": "http://127.0.0.1:9",
            "WEB_WORKERS": "1",
            "TMPDIR": str(tmp_path),
        }
        shell = {"cwd": ROOT, "env": given, "stdout": subprocess.DEVNULL}
        subprocess.run(["sh", "-c", LINES["release"]], **shell, check=True, timeout=120)
        with running(["sh", "-c", f"exec env {LINES['web']}"], **shell):
            address = f"http://127.0.0.1:{port}"
            wait_until(lambda: answers(f"{address}/api/health"), "the web process answers", 120)
            assert httpx.get(f"{address}/api/health/ready").json()["migrations"] == "at head"
