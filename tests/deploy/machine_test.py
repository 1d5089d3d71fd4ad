"""deploy/README.md typed on a machine of its own, with a real systemd: installing, checking, releasing, rolling back.

`make test-machine` runs it; it needs root, and Debian's nginx, PostgreSQL, Redis and Prometheus.
"""

import ctypes
import re
import secrets
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
from dotenv import dotenv_values

from app.llm import ollama
from tests.deploy.machine import Machine, why_not
from tests.deploy.recovery_test import README, blocks, needs_restic
from tests.factories import PASSWORD, instrument, unit
from tests.servers import ROOT, certificate, free_port, wait_until
from tests.verification.ollama_test import MODEL, URL

pytestmark = [
    pytest.mark.machine,
    pytest.mark.skipif(why_not() is not None, reason=f"systemd is NOT tested: {why_not()}"),
]
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
    "PATH": f"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:{ROOT}/.venv/bin",
}


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
    lines += [f"{name}={secrets.token_urlsafe(48)}" for name in ("SECRET_KEY", "JWT_SECRET_KEY", "BACKUP_KEY")]
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


def test_deploy_check_finds_nothing_to_do_but_what_this_machine_lacks(machine, web):
    trust_the_clock()
    lacks = {"backup copies"} | (set() if ollama.is_reachable(URL, MODEL) else {"language model"})
    wait_until(lambda: missed(check(machine)) <= lacks, "Prometheus has asked every instance", every=3)
    told = check(machine)
    assert missed(told) == lacks, told
    assert told.count("\nok") >= 35


@pytest.mark.parametrize(
    ("stop", "start", "seen"),
    [
        ("systemctl stop musical-instruments.target", "systemctl start musical-instruments.target", {"instances"}),
        ("systemctl stop redis-server", "systemctl start redis-server", {"redis"}),
        ("systemctl stop nginx", "systemctl start nginx", {"nginx", "https", "metrics inside"}),
        ("systemctl stop prometheus-alertmanager", "systemctl start prometheus-alertmanager", {"alertmanager"}),
        (f"chmod 644 {ENV}", f"chmod 640 {ENV}", {"settings file"}),
    ],
)
def test_deploy_check_sees_what_is_stopped_or_open(machine, web, stop, start, seen):
    machine.run(stop)
    try:
        assert seen <= missed(check(machine))
    finally:
        machine.run(start)
        wait_until(lambda: web.get("/api/health/ready").status_code == 200, "it is back")


def check(machine: Machine) -> str:
    watchers = "--prometheus http://127.0.0.1:9090 --alertmanager http://127.0.0.1:9093"
    return machine.run(f"{HOME}/source/deploy/release.sh flask deploy-check {watchers}", check=False, **QUICK).stdout


def missed(told: str) -> set[str]:
    return set(re.findall(r"^(?:warn|fail) +([^:]+):", told, re.M))


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


def test_timed_work_that_fails_is_told_until_it_has_gone_well(machine):
    unit, fault = "musical-instruments-task@apply-retention", "/run/systemd/system/musical-instruments-task@.service.d"
    told = 'shop_task_failed{task="apply-retention"}'
    machine.run(f"mkdir -p {fault}; printf '[Service]\\nExecStartPre=/bin/false\\n' > {fault}/fault.conf")
    machine.run(f"systemctl daemon-reload; systemctl start {unit}", check=False)
    assert f"{told} 1.0" in httpx.get("http://127.0.0.1:8000/metrics").text
    machine.run(f"rm -r {fault}; systemctl daemon-reload; systemctl start {unit}")
    assert f"{told} 0.0" in httpx.get("http://127.0.0.1:8000/metrics").text


def test_the_journal_shows_what_went_wrong_and_another_machine_gets_it(machine, web):
    """The first command of the runbook; and the page of the logs typed, both of its machines being this one."""
    (first,) = re.findall(r"`(journalctl [^`]+-p warning[^`]+)`", README.partition("## When an alert comes\n")[2])
    certificates, collect, ship = blocks("Logs")
    machine.run("echo 127.0.0.1 collector.example.com >> /etc/hosts")
    machine.run(f"install -d -m 700 /etc/rsyslog.d/tls; cd /etc/rsyslog.d/tls; {certificates}")
    machine.run(f"cd {HOME}/source; " + collect.replace("apt-get", ": apt-get"))
    machine.run("mv /etc/rsyslog.d/collect.conf /etc/; systemctl restart rsyslog")  # It is another machine's.
    machine.run("systemd-run --unit=collector rsyslogd -n -iNONE -f /etc/collect.conf")
    machine.run(f"cd {HOME}/source; " + ship.replace("apt-get", ": apt-get"))
    machine.run("systemctl stop postgresql 'postgresql@*'")
    wait_until(lambda: web.get("/api/instruments").status_code == 503, "the database is away")
    machine.run("systemctl start postgresql")
    wait_until(lambda: web.get("/api/instruments").status_code == 200, "the database is back")
    shown = machine.run(first).stdout
    assert "database unavailable" in shown
    assert '"status": 503' in shown
    assert '"status": 200' not in shown
    day = "cat /var/log/machines/*/*.log"
    wait_until(lambda: '"status": 200' in machine.run(day, check=False).stdout, "lines arrive at the collector")
    lines = machine.run(day).stdout.splitlines()
    assert any(" err " in line and "database unavailable" in line for line in lines)


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


HEAD = max(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("0*.py"))
INSTANCES = (8000, 8001, 8010, 8011)


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


class Readiness:
    """Asks every instance by itself and nginx, over and over, whether they are ready; every answer is counted."""

    def __init__(self, machine: Machine):
        self._trusted = ssl.create_default_context(cafile=str(machine.certificate))
        self._stop = threading.Event()
        self.answers: Counter = Counter()
        self._thread = threading.Thread(target=self._repeat)

    def __enter__(self) -> "Readiness":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stop.set()
        self._thread.join(90)

    def _repeat(self) -> None:
        with httpx.Client(verify=self._trusted, timeout=60) as web:
            while not self._stop.wait(0.2):
                for door in ("https://127.0.0.1", *(f"http://127.0.0.1:{port}" for port in INSTANCES)):
                    try:
                        told = web.get(f"{door}/api/health/ready")
                        self.answers[told.status_code, told.json().get("migrations")] += 1
                    except httpx.TransportError as error:
                        if door.startswith("https:"):  # An instance refuses while it is replaced; nginx never does.
                            self.answers[type(error).__name__] += 1


def migrations(port: int) -> str:
    return httpx.get(f"http://127.0.0.1:{port}/api/health/ready", timeout=60).raise_for_status().json()["migrations"]


def present(machine: Machine) -> str:
    return Path(machine.run(f"readlink {HOME}/current").stdout.strip()).name


def kill_when(machine: Machine, words: str, *arguments: str) -> None:
    """Types it, and kills release.sh, nothing else, as soon as it says these words."""
    told, command = f"/tmp/told-{time.time_ns()}", f"{HOME}/source/deploy/release.sh {' '.join(arguments)}"
    machine.run("flock --wait 180 /run/lock/musical-instruments-release true")  # What was left alone runs to its end.
    pid = machine.run(f"(exec setsid {command} > {told} 2>&1 < /dev/null) & echo $!", **QUICK).stdout.strip()
    try:
        wait_until(lambda: words in machine.path(told).read_text(), words, 180, every=0.02)
    except AssertionError as error:
        raise AssertionError(machine.path(told).read_text()) from error
    machine.run(f"kill -KILL {pid}")


@pytest.fixture
def catalogue(machine, web):
    """An instrument to reserve: instrument 1 of the shop."""
    login = web.post("/api/auth/login", json={"email": "you@example.com", "password": PASSWORD}).json()
    body = instrument(units=[unit() for _ in range(4)])
    web.post("/api/instruments", json=body, headers={"Authorization": f"Bearer {login['access_token']}"})


def test_systemd_reads_the_example_of_settings_as_the_application_does(machine):
    file = f"{HOME}/source/.env.example"
    told = machine.run(f"systemd-run --quiet --wait --pipe --property=EnvironmentFile={file} env -0").stdout
    read = dict(line.split("=", 1) for line in told.split("\0") if line)
    written = dotenv_values(ROOT / ".env.example")
    assert len(written) > 40
    assert {name: read.get(name) for name in written} == written


def as_typed(machine: Machine, commands: str) -> None:
    machine.run(re.sub(r"apt-get install .+\n", "", commands), **QUICK)  # .ci/run has done that.


@pytest.fixture
def rental(machine, web, catalogue) -> dict:
    """Of a customer who is still signed in."""
    sign_in(web, f"rents-{time.time_ns()}")
    days = {"start_date": "2027-04-01", "end_date": "2027-04-02"}
    return web.post("/api/rentals", json={"instrument_id": 1, **days}).raise_for_status().json()


def is_served(web: httpx.Client, rental: dict) -> bool:
    ready = web.get("/api/health/ready")
    return ready.status_code == 200 and web.get(f"/api/rentals/{rental['id']}").json() == rental


def test_a_shop_whose_database_was_dropped_recovers_as_the_page_says(machine, web, rental):
    machine.run("systemctl start musical-instruments-task@backup")
    machine.run("runuser -u postgres -- dropdb --force shop")
    assert web.get("/api/health/ready").status_code == 503
    (recover,) = blocks("The database is gone, the machine is there")
    as_typed(machine, recover)
    wait_until(lambda: is_served(web, rental), "the rental is there again", 120)


@needs_restic
def test_a_shop_whose_machine_was_lost_recovers_from_its_copies_as_the_page_says(machine, web, rental):
    away, local, _ = blocks("Backups")
    as_typed(machine, local)
    as_typed(machine, away.replace("sftp:shop@elsewhere.example.com:shop", "/srv/restic"))
    machine.run("systemctl stop musical-instruments.target && runuser -u postgres -- dropdb --force shop")
    machine.run(f"rm -rf /var/lib/musical-instruments/backups {HOME}/releases {HOME}/current")
    prepare = blocks("On one machine, with systemd")[0]
    machine.run("; ".join(re.findall(r"^runuser -u postgres -- createdb .+$", prepare, re.M)))
    recover, _ = blocks("The machine is gone")
    as_typed(machine, recover)
    machine.run("systemctl start musical-instruments.target")
    wait_until(lambda: is_served(web, rental), "the rental is there again", 120)


@pytest.fixture(scope="module")
def source(machine) -> str:
    """The checkout, with a migration that no release has yet."""
    commit(machine, "migrations/versions/9999_tested.py", NEW_TABLE.format(head=HEAD))
    return f"{HOME}/source"


def test_a_release_and_its_roll_back_fail_no_request_and_leave_every_instance_ready(machine, catalogue, source):
    before = present(machine)
    with Load(machine) as load, Readiness(machine) as readiness:
        told = release(machine, "deploy", source, "second")
        assert "second is the present release" in told
        assert f"{HEAD} → 9999" in told
        assert "tested" in tables(machine)
        release(machine, "roll-back")
    assert load.failed == {}, load.answers
    assert set(readiness.answers) == {(200, "at head"), (200, "ahead")}, readiness.answers
    assert "tested" not in tables(machine)
    assert present(machine) == before


def test_a_schema_stays_until_no_host_runs_code_that_needs_it(machine, source):
    release(machine, "deploy", source, "second")
    there = f"{HOME}/releases/second"
    machine.run(f"""systemd-run --quiet --unit=another-host --uid=musical-instruments --setenv=BIND=127.0.0.1:8020 \
        --property=EnvironmentFile={ENV} --property=WorkingDirectory={there} \
        {there}/.venv/bin/gunicorn -c gunicorn_config.py""")
    wait_until(lambda: migrations(8020) == "at head", "another host runs it too", 120)
    told = release(machine, "roll-back")
    assert "the schema stays" in told
    assert "tested" in tables(machine)
    assert [migrations(port) for port in (*INSTANCES, 8020)] == ["ahead"] * 4 + ["at head"]
    machine.run("systemctl stop another-host")
    release(machine, "undo-schema", "second")
    assert "tested" not in tables(machine)
    assert {migrations(port) for port in INSTANCES} == {"at head"}


def test_what_is_killed_anywhere_ends_well_when_it_is_typed_once_more(machine, source):
    before = present(machine)
    deploy = ("deploy", source, "third")
    for words in ("backing the database up", "migrating", "trying", "on 8000", "on 8011"):
        kill_when(machine, words, *deploy)
    machine.run("flock --wait 180 /run/lock/musical-instruments-release true")
    release(machine, *deploy)
    assert (present(machine), {migrations(port) for port in INSTANCES}) == ("third", {"at head"})
    for words in ("on 8000", "on 8011"):
        kill_when(machine, words, "roll-back")
    machine.run("flock --wait 180 /run/lock/musical-instruments-release true")
    release(machine, "roll-back")
    assert (present(machine), {migrations(port) for port in INSTANCES}) == (before, {"at head"})
    assert "tested" not in tables(machine)


def test_the_way_back_with_everything_stopped_works_as_the_page_has_it(machine, source):
    release(machine, "deploy", source, "third")
    stopped = blocks("A new release")[1]
    told = machine.run(f"cd {HOME}/source; {stopped}", **QUICK).stdout
    assert f"9999 → {HEAD}" in told
    assert '"migrations":"at head"' in told.splitlines()[-1]
    assert {migrations(port) for port in INSTANCES} == {"at head"}


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
