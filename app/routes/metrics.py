"""/metrics for Prometheus. The reverse proxy keeps it inside (deploy/nginx)."""

from flask import Blueprint, Response

from app.observability import metrics
from app.operations.watching import ShopCollector

blp = Blueprint("metrics", __name__)


@blp.get("/metrics")
def read() -> Response:
    return metrics.exposition(ShopCollector())
