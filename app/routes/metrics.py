"""/metrics for Prometheus; for anybody else there is no such page, whatever stands before the application."""

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, abort, current_app, request

from app.observability import metrics
from app.operations.watching import ShopCollector

FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")  # A proxy writes at least one of them.

blp = Blueprint("metrics", __name__)


@blp.get("/metrics")
def read() -> Response:
    token = current_app.config["METRICS_TOKEN"]
    if not (_shows(token) if token else _is_from_here()):
        abort(404)
    return metrics.exposition(ShopCollector())


def _shows(token: str) -> bool:
    shown = request.headers.get("Authorization", "")
    return hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())


def _is_from_here() -> bool:
    """Whether the socket's other end is this machine, and nobody asked through it. ProxyFix keeps what it replaced."""
    peer = request.environ.get("werkzeug.proxy_fix.orig", request.environ).get("REMOTE_ADDR")
    return _is_loopback(peer or "") and not any(name in request.headers for name in FORWARDED)


def _is_loopback(address: str) -> bool:
    try:
        told = ip_address(address)
    except ValueError:  # A Unix socket has no address.
        return False
    return (getattr(told, "ipv4_mapped", None) or told).is_loopback
