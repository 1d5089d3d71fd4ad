"""Alert rules, dashboard and Alertmanager: checked by their own tools, and against what /metrics really tells."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
import yaml
from aiosmtpd.controller import Controller

from app.models.types import utc_now
from app.operations import backups, host
from app.operations.outcomes import Outcome
from tests.servers import answers, free_port, running, wait_until

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = (DEPLOY / "prometheus" / "rules.yml").read_text("utf-8")
README = (DEPLOY / "README.md").read_text("utf-8")
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text("utf-8"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
METRIC = re.compile(r"\bshop_[a-z0-9_]+")


def tool(name: str, *arguments: str) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"alert rules are NOT tested: {name} is not installed")
    folder = DEPLOY / "prometheus"
    done = subprocess.run([name, *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_fires_when_its_cause_is_there_and_clears_after():
    tool("promtool", "test", "rules", "rules_test.yml")


def test_every_alert_has_such_a_test():
    alerts = set(re.findall(r"alert: (\w+)", RULES))
    tested = set(re.findall(r"alertname: (\w+)", (DEPLOY / "prometheus" / "rules_test.yml").read_text()))
    assert alerts == tested


def test_prometheus_and_alertmanager_read_their_files():
    tool("promtool", "check", "config", "prometheus.yml")
    tool("amtool", "check-config", "alertmanager.yml")


def test_every_alert_has_its_page_in_the_runbook():
    runbook = (DEPLOY / "README.md").read_text("utf-8")
    for alert in re.findall(r"alert: (\w+)", RULES):
        assert f"**{alert}**" in runbook, alert


class TestNames:
    """What rules and panels ask for is told by a shop that has everything."""

    @pytest.fixture
    def settings(self):
        return {"REDIS_URL": "redis://127.0.0.1:9/0", "BACKUP_DIR": "backups", "TLS_CERTIFICATE": "cert.pem"}

    def test_every_metric_that_is_asked_for_is_told(self, client, customer, shop, model, monkeypatch):
        monkeypatch.setattr(backups, "age_seconds", lambda: 60.0)
        monkeypatch.setattr(backups, "last_drill", lambda: Outcome(utc_now() - timedelta(days=1), True, ""))
        monkeypatch.setattr(host, "certificate_seconds_left", lambda: 60.0)
        monkeypatch.setattr(host, "disk_free", lambda: {"backups": 0.5})
        monkeypatch.setattr(host, "failed_tasks", lambda: {"backup": False})
        shop()
        customer.ask("a piano").close()
        told = client.get("/metrics").text
        queries = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
        asked = set(METRIC.findall(" ".join([*queries, *re.findall(r"expr: (.+)", RULES)])))
        known = set(METRIC.findall(told))
        assert asked <= known | {name for name in asked if f"# TYPE {name}" in told}, asked - known
        assert len(queries) >= 30


def test_every_query_of_the_dashboard_is_one(tmp_path):
    rules = [
        {"record": f"panel:{number}", "expr": target["expr"]}
        for number, panel in enumerate(DASHBOARD["panels"])
        for target in panel["targets"]
    ]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    tool("promtool", "check", "rules", "--lint=none", str(tmp_path / "rules.yml"))


def test_panels_show_what_their_titles_promise():
    marks = {"average": "_sum", "p50": "histogram_quantile(0.5,", "p95": "histogram_quantile(0.95,"}
    for panel in DASHBOARD["panels"]:
        for mark, query in marks.items():
            shown = any(query in target["expr"] for target in panel["targets"])
            assert (mark in panel["title"]) == shown, panel["title"]


def test_panels_stand_beside_each_other():
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)


class TestGrafana:
    """Its files hold together: the source of the numbers, the dashboard, and where each is put."""

    SOURCE = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yaml").read_text())
    BOARDS = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/musical-instruments.yaml").read_text())

    def test_the_dashboard_begins_with_the_source(self):
        (source,), (variable,) = self.SOURCE["datasources"], DASHBOARD["templating"]["list"]
        assert variable["current"] == {"text": source["name"], "value": source["uid"]}
        assert {panel["datasource"]["uid"] for panel in DASHBOARD["panels"]} == {f"${{{variable['name']}}}"}
        assert {panel["datasource"]["type"] for panel in DASHBOARD["panels"]} == {source["type"]}
        assert source["url"] == "$PROMETHEUS_URL"

    def test_containers_have_the_files_where_grafana_looks(self):
        (boards,) = self.BOARDS["providers"]
        mounted = dict(volume.split(":")[:2] for volume in COMPOSE["grafana"]["volumes"])
        assert mounted["./grafana/provisioning"] == "/etc/grafana/provisioning"
        assert Path(mounted["./grafana/dashboard.json"]).parent == Path(boards["options"]["path"])
        assert httpx.URL(COMPOSE["grafana"]["environment"]["PROMETHEUS_URL"]).host in COMPOSE

    def test_one_machine_has_the_same_files_at_the_same_places(self):
        installed = re.findall(r"install -D -m 644 -t (\S+) deploy/(\S+)", README)
        for _, file in installed:
            assert (DEPLOY / file).is_file(), file
        wanted = {f"/etc/{file.parent.relative_to(DEPLOY)}" for file in DEPLOY.glob("grafana/provisioning/*/*.yaml")}
        assert {folder for folder, _ in installed} == wanted | {self.BOARDS["providers"][0]["options"]["path"]}
        assert "echo 'PROMETHEUS_URL=http://127.0.0.1:9090' >> /etc/default/grafana-server" in README


def test_prometheus_in_a_container_shows_the_token(tmp_path):
    """Its command as it stands, up to Prometheus itself."""
    command = COMPOSE["prometheus"]["entrypoint"][2].partition(" && exec ")[0].replace("$$", "$")
    command = command.replace("/tmp/", f"{tmp_path}/").replace("/rules/prometheus.yml", "prometheus/prometheus.yml")
    environment = {**os.environ, "METRICS_TOKEN": "a token"}
    subprocess.run(["sh", "-ec", command], cwd=DEPLOY, env=environment, check=True)
    (job,) = yaml.safe_load((tmp_path / "prometheus.yml").read_text())["scrape_configs"]
    assert Path(job["authorization"]["credentials_file"]).read_text() == "a token"
    shutil.copy(DEPLOY / "prometheus" / "rules.yml", tmp_path)
    (tmp_path / "prometheus.yml").write_text(
        (tmp_path / "prometheus.yml").read_text().replace("/rules/", f"{tmp_path}/")
    )
    tool("promtool", "check", "config", str(tmp_path / "prometheus.yml"))


class Letters:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 (aiosmtpd calls it so)
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def letters() -> Iterator[tuple[Letters, int]]:
    kept, port = Letters(), free_port()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    yield kept, port
    server.stop()


def test_a_test_alert_typed_as_the_page_says_becomes_a_mail(tmp_path, letters):
    if shutil.which("prometheus-alertmanager") is None:
        pytest.skip("the test alert is NOT tested: prometheus-alertmanager is not installed")
    (kept, mail), port = letters, free_port()
    conf = (DEPLOY / "prometheus" / "alertmanager.yml").read_text()
    assert 'smtp_smarthost: "localhost:25"' in conf
    quick = conf.replace("localhost:25", f"127.0.0.1:{mail}").replace("group_wait: 30s", "group_wait: 100ms")
    (tmp_path / "alertmanager.yml").write_text(quick)
    places = [f"--config.file={tmp_path}/alertmanager.yml", f"--storage.path={tmp_path}/data"]
    listens = [f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="]
    with running(["prometheus-alertmanager", *places, *listens], stderr=subprocess.DEVNULL):
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/-/ready"), "Alertmanager is ready")
        (typed,) = re.findall(r"^    (amtool .+)$", README, re.MULTILINE)
        subprocess.run(["bash", "-ec", typed.replace(":9093", f":{port}")], check=True)
        wait_until(lambda: bool(kept.received), "a mail arrives")
    (mail,) = kept.received
    assert mail["To"] == "operator@example.com"
    assert "OnlyATest" in mail["Subject"]
    assert "Alerts reach me" in mail.get_body().get_content()
