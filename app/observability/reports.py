"""Error reports to Sentry, if SENTRY_DSN is set: where it happened, never what somebody said or who it was."""

from typing import Any

import sentry_sdk
from flask import Flask, g

from app.observability import asked
from app.observability.logging import DETAIL


def init_reports(app: Flask) -> None:
    """Nothing happens without SENTRY_DSN; with it, reports leave the shop, scrubbed."""
    if not app.config["SENTRY_DSN"]:
        return
    sentry_sdk.init(
        dsn=app.config["SENTRY_DSN"],
        environment=app.config["FLASK_ENV"],
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        before_send=scrubbed,
    )


def report(error: BaseException) -> None:
    """Sends one failure of ours; nowhere to send it, nothing happens."""
    tags = {"route": asked.route(), "request_id": g.get("request_id", "")}
    sentry_sdk.capture_exception(error, tags=tags)


def scrubbed(event: Any, _: Any) -> Any:
    """The event without addresses, headers, bodies, queries and values: the route and the stack say where it was."""
    for name in ("request", "user", "breadcrumbs", "extra", "server_name"):
        event.pop(name, None)
    for error in (event.get("exception") or {}).get("values", []):
        error["value"] = DETAIL.sub(r"\1: (left out)", error.get("value") or "")[:300]
    return event
