"""How often one may ask: counted in Redis where there is one, else in each process. Beyond it 429 with Retry-After."""

from collections.abc import Callable

from flask import current_app, request
from flask_jwt_extended import current_user
from flask_limiter import RequestLimit
from flask_limiter.util import get_remote_address

from app.extensions import limiter
from app.observability import metrics


def _rate(name: str) -> Callable[[], str]:
    return lambda: current_app.config[f"RATELIMIT_{name}"]


def _of_login() -> str:
    """An address and the e-mail that it tries, so that one guesser does not lock a whole school out."""
    body = request.get_json(silent=True)
    email = body.get("email") if isinstance(body, dict) else None
    return f"{get_remote_address()} {str(email).lower()[:254]}"


def _noted(limit: RequestLimit) -> None:
    metrics.limited.labels(str(request.url_rule)).inc()


on_login = limiter.limit(_rate("LOGIN"), key_func=_of_login, on_breach=_noted)
on_register = limiter.limit(_rate("REGISTER"), on_breach=_noted)
on_chat = limiter.shared_limit(_rate("CHAT"), scope="chat", key_func=lambda: str(current_user.id), on_breach=_noted)
