"""Alert rules, dashboard and Alertmanager: checked by their own tools, and against what /metrics really tells."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = (DEPLOY / "prometheus" / "rules.yml").read_text("utf-8")
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


@pytest.mark.parametrize("settings", [{"BACKUP_DIR": "backups", "TLS_CERTIFICATE": "cert.pem"}])
def test_what_rules_and_panels_ask_for_is_told(app, client, customer, shop, model, tmp_path, monkeypatch, settings):
    from app.operations import backups, host

    monkeypatch.setattr(backups, "age_seconds", lambda: 60.0)
    monkeypatch.setattr(host, "certificate_seconds_left", lambda: 60.0)
    monkeypatch.setattr(host, "disk_free", lambda: {"backups": 0.5})
    shop()
    customer.ask("a piano")
    told = client.get("/metrics").text
    dashboard = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text("utf-8"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked = set(METRIC.findall(" ".join([*queries, *re.findall(r"expr: (.+)", RULES)])))
    known = set(METRIC.findall(told))
    assert asked <= known | {name for name in asked if f"# TYPE {name}" in told}, asked - known
    assert len(queries) >= 20
