"""Does every instance of the shop answer? nginx and Prometheus know them by the same ports."""

import urllib.error
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from app.operations import host
from app.operations.deploy_check import asking
from app.operations.deploy_check.finding import Checks, Finding, judge, warn


def checks(named: Sequence[str]) -> Checks:
    return {"instances": lambda: instances(named)}


def instances(named: Sequence[str]) -> Finding:
    """Those named, as host:port, or those that systemd wants."""
    places = list(named) or [f"127.0.0.1:{port}" for port in host.instance_ports()]
    if not places:
        return warn("systemd does not tell", "Name them: --instances 127.0.0.1:8000,127.0.0.1:8010")
    with ThreadPoolExecutor(len(places)) as threads:
        states = dict(zip(places, threads.map(_state, places), strict=True))
    away = {place: state for place, state in states.items() if state not in ("ok", "degraded")}
    found = ", ".join(f"{place} {state}" for place, state in (away or states).items())
    return judge(not away, found, "systemctl status musical-instruments@PORT says why.")


def _state(place: str) -> str:
    """What its readiness tells; a failure in words."""
    try:
        return str(asking.told(f"http://{place}/api/health/ready")["status"])
    except urllib.error.HTTPError as error:
        with error:
            return f"answers {error.code}"
    except (OSError, ValueError, KeyError) as error:
        return f"does not answer ({getattr(error, 'reason', error)})"
