"""Do Prometheus and Alertmanager watch this shop, by the rules of this release?"""

from pathlib import Path
from typing import Any

import yaml

from app.operations.deploy_check import asking
from app.operations.deploy_check.finding import Checks, Finding, fail, judge, ok, warn

OURS = Path(__file__).resolve().parents[3] / "deploy" / "prometheus"


def checks(prometheus: str | None, alertmanager: str | None) -> Checks:
    return {
        "alert rules": lambda: alert_rules(prometheus),
        "targets": lambda: targets(prometheus),
        "alertmanager": lambda: receivers(alertmanager),
    }


def alert_rules(prometheus: str | None) -> Finding:
    """All alerts of deploy/prometheus/rules.yml are loaded."""
    if not prometheus:
        return _unasked("Prometheus", "--prometheus http://127.0.0.1:9090")
    groups = _told(prometheus, "/api/v1/rules")["data"]["groups"]
    loaded = {rule["name"] for group in groups for rule in group["rules"]}
    missing = sorted(_our_alerts() - loaded)
    found = f"missing: {', '.join(missing)}" if missing else f"all {len(_our_alerts())} are loaded"
    return judge(not missing, found, "Copy deploy/prometheus/rules.yml, then systemctl restart prometheus.")


def targets(prometheus: str | None) -> Finding:
    """Everything that Prometheus is to ask answers it, the shop's instances among it."""
    if not prometheus:
        return _unasked("Prometheus", "--prometheus http://127.0.0.1:9090")
    active = _told(prometheus, "/api/v1/targets?state=active")["data"]["activeTargets"]
    ours = [target for target in active if target["labels"]["job"] == "musical-instruments"]
    if not ours:
        return fail("none is the shop's", "Copy deploy/prometheus/prometheus.yml, then systemctl restart prometheus.")
    down = [target["labels"]["instance"] for target in active if target["health"] != "up"]
    found = f"not up: {', '.join(down)}" if down else f"{len(ours)} instances are up"
    return judge(not down, found, "See that it runs, and that Prometheus may ask it.")


def receivers(alertmanager: str | None) -> Finding:
    """It has the receivers of deploy/prometheus/alertmanager.yml, not those of a sample, and tells somebody."""
    if not alertmanager:
        return _unasked("Alertmanager", "--alertmanager http://127.0.0.1:9093")
    loaded = yaml.safe_load(_told(alertmanager, "/api/v2/status")["config"]["original"])
    names = {receiver["name"] for receiver in loaded.get("receivers") or []}
    missing = sorted(_our_receivers() - names)
    if missing:
        todo = "Copy deploy/prometheus/alertmanager.yml, then systemctl restart prometheus-alertmanager."
        return fail(f"it tells {', '.join(sorted(names))}, not {', '.join(missing)}", todo)
    return ok(f"it tells {', '.join(sorted(names))}")


def _unasked(whom: str, option: str) -> Finding:
    return warn("not asked", f"Name {whom} with {option}.")


def _our_alerts() -> set[str]:
    groups = yaml.safe_load((OURS / "rules.yml").read_text("utf-8"))["groups"]
    return {rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule}


def _our_receivers() -> set[str]:
    told = yaml.safe_load((OURS / "alertmanager.yml").read_text("utf-8"))
    return {receiver["name"] for receiver in told["receivers"]}


def _told(server: str, path: str) -> Any:
    return asking.told(f"{server.rstrip('/')}{path}")
