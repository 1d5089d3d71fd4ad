"""deploy/README.md typed on a machine of its own, with a real systemd: installing, checking, releasing, rolling back.

`make test-machine` runs it; it needs root, and Debian's nginx, PostgreSQL, Redis and Prometheus.
"""

import ctypes
import re
import shutil
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from app.llm import ollama
from tests.deploy.machine import Machine, why_not
from tests.factories import PASSWORD, instrument, unit
from tests.servers import ROOT, certificate, free_port, wait_until
from tests.verification.ollama_test import MODEL, URL

pytestmark = [
    pytest.mark.machine,
    pytest.mark.skipif(why_not() is not None, reason=f"systemd is NOT tested: {why_not()}"),
]
README = (ROOT / "deploy" / "README.md").read_text("utf-8")
HOME = "/opt/musical-instruments"
ENV = "/etc/musical-instruments/shop.env"
INSTANCES = (8000, 8001, 8010, 8011)
WHO = "-c user.name=t -c user.email=t@example.com"
# This checkout as it stands, committed or not.
REPOSITORY = f"""
git config --global --add safe.directory '*'
git init -q /tmp/repository && cd {ROOT}
git ls-files -z --cached --others --exclude-standard | xargs -0 ls -d 2> /dev/null | tar -cT - | tar -xC /tmp/repository
cd /tmp/repository && git add -A && git {WHO} commit -qm here
"""
# Stands in for the one that asks Let's Encrypt: sees that the challenge would be answered, takes a certificate that the
# test has made, and runs the hook.
CERTBOT = """#!/bin/bash
set -e
mkdir -p /var/www/html/.well-known/acme-challenge
echo asked > /var/www/html/.well-known/acme-challenge/x
curl -sf -H 'Host: shop.example.com' http://127.0.0.1/.well-known/acme-challenge/x
export RENEWED_LINEAGE=/etc/letsencrypt/live/shop.example.com
mkdir -p $RENEWED_LINEAGE && chmod 700 /etc/letsencrypt/live
cp /root/made/* $RENEWED_LINEAGE
while [ "$1" != --deploy-hook ]; do shift; done
sh -c "$2"
"""
QUICK = {
    "READY_SECONDS": "30",
    "PATH": f"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:{ROOT}/.venv/bin",
}


def blocks(title: str) -> list[str]:
    """The indented blocks under a heading of the README: what an operator types."""
    section = README.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return [re.sub(r"^    ", "", block, flags=re.M) for block in re.findall(r"(?:^    .+\n)+", section, re.M)]


@pytest.fixture(scope="module")
def machine(tmp_path_factory) -> Iterator[Machine]:
    """A machine on which the shop has been installed as the README says."""
    here = Machine()
    try:
        install(here, tmp_path_factory.mktemp("certificate"))
        yield here
    finally:
        here.switch_off()


def install(machine: Machine, folder) -> None:
    prepare, edit, _, certify, start = blocks("On one machine, with systemd")
    machine.run("systemctl start postgresql nginx redis-server prometheus dbus")
    machine.run(REPOSITORY)
    prepare = re.sub(r"apt-get install .+\n", "", prepare)  # .ci/run has done that.
    machine.run(prepare.replace("https://example.com/musical-instruments.git", "/tmp/repository"))
    machine.run(f"cat >> {ENV} <<'END'\n{settings(edit)}\nEND")
    machine.certificate = certificate(folder)
    machine.run("mkdir /root/made")
    shutil.copy(machine.certificate, machine.path("/root/made/fullchain.pem"))
    shutil.copy(folder / "key.pem", machine.path("/root/made/privkey.pem"))
    machine.path("/usr/local/bin/certbot").write_text(CERTBOT)
    machine.run(f"chmod +x /usr/local/bin/certbot; {certify}")
    start = start.replace("you@example.com", f"you@example.com --password '{PASSWORD}'")
    start = start[: start.index("deploy/release.sh flask deploy-check")]
    machine.run(f"cd {HOME}/source; {start.replace(chr(10), '; ')}", **QUICK)


def settings(edit: str) -> str:
    """What the README says to write into shop.env, with secrets, and the model that runs here."""
    lines = [line for line in edit.splitlines() if " and " not in line]
    lines += [f"{name}={name.lower()}-{'x' * 40}" for name in ("SECRET_KEY", "JWT_SECRET_KEY", "BACKUP_KEY")]
    return "\n".join([*lines, f"OLLAMA_BASE_URL={URL}", f"CHAT_MODEL=ollama:{MODEL}", "CHAT_MAX_TOKENS=60"])


@pytest.fixture
def web(machine) -> Iterator[httpx.Client]:
    trusted = ssl.create_default_context(cafile=str(machine.certificate))
    with httpx.Client(base_url="https://127.0.0.1", verify=trusted, timeout=60) as client:
        yield client


def sign_in(web: httpx.Client, name: str) -> httpx.Client:
    account = {"email": f"{name}@example.com", "password": PASSWORD}
    web.post("/api/auth/register", json={**account, "name": name, "store_conversations": True})
    login = web.post("/api/auth/login", json=account).raise_for_status()
    web.headers["Authorization"] = f"Bearer {login.json()['access_token']}"
    return web


def test_health_login_and_chat_work_over_https(machine, web):
    assert web.get("/health").json() == {"status": "ok"}
    assert web.get("/api/health/ready").json()["database"] == "ok"
    sign_in(web, "first")
    reply = web.post("/api/chatbot/chat", json={"message": "a quiet piano for my flat"}).raise_for_status().json()
    assert reply["source"] in ("llm", "catalog")
    assert web.get("/api/docs").status_code == 200


def test_deploy_check_finds_nothing_to_do_but_a_model_that_is_away(machine, web):
    trust_the_clock()
    wait_until(lambda: "loaded" in check(machine), "Prometheus has its rules")
    told = check(machine)
    away = [] if ollama.is_reachable(URL, MODEL) else ["language model"]
    assert re.findall(r"^(?:warn|fail) +([^:]+):", told, re.M) == away, told
    assert told.count("\nok") >= 20


def check(machine: Machine) -> str:
    command = f"{HOME}/source/deploy/release.sh flask deploy-check --prometheus http://127.0.0.1:9090"
    return machine.run(command, check=False, **QUICK).stdout


class Timex(ctypes.Structure):
    _fields_ = [("modes", ctypes.c_int), *((name, ctypes.c_long) for name in ("offset", "freq", "maxerror")),
                ("rest", ctypes.c_char * 256)]  # fmt: skip


def trust_the_clock() -> None:
    """Tells the kernel what a time server would (no error is known): none can be reached from here."""
    told = Timex(modes=0x0004, maxerror=0)
    assert ctypes.CDLL(None).adjtimex(ctypes.byref(told)) >= 0


@pytest.mark.parametrize("task", ["backup", "restore-drill", "expire-reservations", "apply-retention"])
def test_what_the_timers_start_succeeds(machine, task):
    machine.run(f"systemctl start musical-instruments-task@{task}")
    assert machine.run(f"systemctl is-active musical-instruments-{task}.timer").stdout == "active\n"


def test_an_instance_that_dies_is_started_again(machine, web):
    before = machine.run("systemctl show --property=MainPID --value musical-instruments@8000").stdout
    machine.run("systemctl kill --signal=SIGKILL musical-instruments@8000")
    time.sleep(1)
    assert web.get("/api/instruments").status_code == 200
    wait_until(lambda: httpx.get("http://127.0.0.1:8000/api/health").status_code == 200, "it is back")
    assert machine.run("systemctl show --property=MainPID --value musical-instruments@8000").stdout != before


def test_the_application_can_write_nowhere_but_into_its_own_folder(machine):
    pid = machine.run("systemctl show --property=MainPID --value musical-instruments@8000").stdout.strip()
    inside = f"nsenter --target {pid} --mount --wd"
    for place in (f"{HOME}/current/app/x", "/etc/x", "/usr/x"):
        assert machine.run(f"{inside} touch {place}", check=False).returncode != 0
    machine.run(f"{inside} touch /var/lib/musical-instruments/x")
    assert "musical-instruments" in machine.run(f"ps -o user:30= -p {pid}").stdout


def test_the_plain_name_of_the_shop_moves_all_of_it(machine):
    assert "active (exited)" in machine.run("systemctl status musical-instruments").stdout
    assert "journalctl -u 'musical-instruments*'" in machine.run("journalctl -u musical-instruments").stdout
    before = main_pids(machine)
    machine.run("systemctl restart musical-instruments")
    assert states(machine) == {"active"}
    assert not before & main_pids(machine)
    machine.run("systemctl stop musical-instruments")
    assert states(machine) == {"inactive"}
    machine.run("systemctl start musical-instruments")
    assert states(machine) == {"active"}
    machine.run("systemctl stop musical-instruments.target")
    wait_until(lambda: states(machine) == {"inactive"}, "all have stopped", 120)
    machine.run("systemctl start musical-instruments.target")
    wait_until(lambda: states(machine) == {"active"}, "all have started", 120)
    for port in INSTANCES:
        wait_until(
            lambda port=port: httpx.get(f"http://127.0.0.1:{port}/api/health").is_success, f"{port} answers", 120
        )


def main_pids(machine: Machine) -> set[str]:
    shown = machine.run("systemctl show --property=MainPID --value musical-instruments@{8000,8001,8010,8011}").stdout
    return set(shown.split())


def states(machine: Machine) -> set[str]:
    """Of the shop's plain name, its target, and the instances."""
    names = "musical-instruments musical-instruments.target musical-instruments@{8000,8001,8010,8011}"
    return set(machine.run(f"systemctl is-active {names}", check=False).stdout.split())


def installing_ollama() -> str:
    """What the README says to type, but for what needs a network."""
    return blocks("On one machine, with systemd")[2].partition("until ollama list")[0]


OTHERS_UNIT = """
[Service]
ExecStart=sleep infinity
Environment=OLLAMA_MODELS=/home/models
[Install]
WantedBy=multi-user.target
"""


def test_an_ollama_with_a_unit_of_its_own_keeps_it(machine):
    unit = "/etc/systemd/system/ollama.service"
    machine.path(unit).write_text(OTHERS_UNIT)
    machine.run(f"cd {HOME}/source; systemctl daemon-reload; {installing_ollama()}")
    shown = machine.run("systemctl show --property=Environment,ActiveState ollama").stdout
    assert "OLLAMA_MODELS=/home/models" in shown
    assert "OLLAMA_KEEP_ALIVE=-1" in shown
    assert "ActiveState=active" in shown
    machine.run(f"systemctl disable --now ollama; rm {unit}; systemctl daemon-reload")


def test_the_model_server_answers_under_its_unit(machine):
    """A copy of the Ollama that runs here: its program with what lies beside it, and its models."""
    port = httpx.URL(URL).port
    found = [one.pid for one in psutil.net_connections("tcp") if one.status == "LISTEN" and one.laddr.port == port]
    if not found:
        pytest.skip(f"ollama.service is NOT tested: no Ollama runs here on {URL}")
    running, port = psutil.Process(found[0]), free_port()
    models = running.environ().get("OLLAMA_MODELS") or f"{running.environ()['HOME']}/.ollama/models"
    machine.run(f"""
        cp -r {Path(running.exe()).parent} /usr/local/lib/copied
        ln -sf /usr/local/lib/copied/ollama /usr/local/bin/ollama
        mkdir -p /var/lib/ollama /etc/systemd/system/ollama.service.d
        cp -r {models} /var/lib/ollama/models
        echo '[Service]' > /etc/systemd/system/ollama.service.d/tested.conf
        echo 'Environment=OLLAMA_HOST=127.0.0.1:{port}' >> /etc/systemd/system/ollama.service.d/tested.conf
        cd {HOME}/source
        {installing_ollama()}""")
    here = f"http://127.0.0.1:{port}"
    wait_until(lambda: httpx.get(here).status_code == 200, "Ollama listens", 120)
    asked = {"model": MODEL, "prompt": "Hello", "stream": False, "options": {"num_predict": 5}}
    answer = httpx.post(f"{here}/api/generate", json=asked, timeout=120).raise_for_status().json()
    assert answer["done"]
    machine.run("systemctl stop ollama")


NEW_TABLE = """
revision = "9999"
down_revision = "{head}"
branch_labels = depends_on = None

from alembic import op
import sqlalchemy as sa


def upgrade():
    op.create_table("tested", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("tested")
"""


def commit(machine: Machine, path: str, text: str) -> None:
    file = machine.path(f"{HOME}/source/{path}")
    file.write_text(text)
    machine.run(f"cd {HOME}/source; git add -A; git {WHO} commit -qm x")


def release(machine: Machine, *arguments: str, ok: bool = True) -> str:
    command = f"{HOME}/source/deploy/release.sh {' '.join(arguments)}"
    done = machine.run(command, check=False, **QUICK)
    assert (done.returncode == 0) == ok, done.stdout + done.stderr
    return done.stdout


def tables(machine: Machine) -> str:
    return machine.run("runuser -u postgres -- psql -tAc '\\dt' shop").stdout


class Load:
    """Customers who look, quote, reserve and talk while something is done; every answer is counted."""

    def __init__(self, machine: Machine):
        self._machine = machine
        self._stop = threading.Event()
        self.answers: Counter = Counter()
        acts = [self._look, self._look, self._reserve, self._reserve, self._talk, self._talk]
        self._threads = [threading.Thread(target=self._repeat, args=pair) for pair in enumerate(acts)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        time.sleep(3)
        return self

    def __exit__(self, *_) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(90)

    @property
    def failed(self) -> dict:
        return {what: count for what, count in self.answers.items() if what.split()[1] not in ("200", "201", "409")}

    def _repeat(self, number: int, act) -> None:
        trusted = ssl.create_default_context(cafile=str(self._machine.certificate))
        with httpx.Client(base_url="https://127.0.0.1", verify=trusted, timeout=90) as web:
            sign_in(web, f"load{number}-{time.time_ns()}")
            while not self._stop.is_set():
                try:
                    act(web)
                except httpx.TransportError as error:
                    self.answers[f"{act.__name__} {type(error).__name__}"] += 1
                time.sleep(0.3)  # nginx allows an address thirty a second.

    def _look(self, web: httpx.Client) -> None:
        self.answers[f"look {web.get('/api/instruments?page_size=5').status_code}"] += 1

    def _reserve(self, web: httpx.Client) -> None:
        days = {"start_date": "2027-03-01", "end_date": "2027-03-02"}
        answer = web.post("/api/rentals", json={"instrument_id": 1, **days})
        self.answers[f"reserve {answer.status_code}"] += 1
        if answer.status_code == 201:
            gone = web.post(f"/api/rentals/{answer.json()['id']}/cancel")
            self.answers[f"cancel {gone.status_code}"] += 1

    def _talk(self, web: httpx.Client) -> None:
        body, headers = {"message": "a harp"}, {"Accept": "text/event-stream"}
        with web.stream("POST", "/api/chatbot/chat", json=body, headers=headers) as stream:
            halved = stream.status_code == 200 and "event: done" not in list(stream.iter_lines())
        self.answers[f"talk {'halved' if halved else stream.status_code}"] += 1
        time.sleep(2)  # Thirty a minute are allowed.


@pytest.fixture
def catalogue(machine, web):
    """An instrument to reserve: instrument 1 of the shop."""
    login = web.post("/api/auth/login", json={"email": "you@example.com", "password": PASSWORD}).json()
    body = instrument(units=[unit() for _ in range(4)])
    web.post("/api/instruments", json=body, headers={"Authorization": f"Bearer {login['access_token']}"})


def test_a_release_and_its_roll_back_fail_no_request(machine, catalogue):
    head = max(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("0*.py"))
    commit(machine, "migrations/versions/9999_tested.py", NEW_TABLE.format(head=head))
    with Load(machine) as load:
        told = release(machine, "deploy", f"{HOME}/source", "second")
        assert "second is the present release" in told
        assert "tested" in tables(machine)
        release(machine, "roll-back")
    assert load.failed == {}, load.answers
    assert "tested" not in tables(machine)


def test_a_release_that_does_not_start_is_taken_back_and_fails_no_request(machine, catalogue):
    before = machine.run(f"readlink {HOME}/current").stdout
    good = (ROOT / "gunicorn_config.py").read_text()
    commit(machine, "gunicorn_config.py", good.replace("create_app()", "no_such_app()"))
    with Load(machine) as load:
        told = release(machine, "deploy", f"{HOME}/source", "bad", ok=False)
    assert "no instance was touched" in told
    assert load.failed == {}, load.answers
    assert machine.run(f"readlink {HOME}/current").stdout == before
    assert set(machine.run("systemctl is-active musical-instruments@{8000,8001,8010,8011}").stdout.split()) == {
        "active"
    }


def test_odd_calls_of_release_are_refused(machine):
    for arguments in ([], ["deploy"], ["switch", "nothing"], ["install", "/nowhere"]):
        release(machine, *arguments, ok=False)
