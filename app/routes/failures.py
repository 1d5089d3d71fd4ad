"""Every failure in the one JSON shape: ours, Flask's, webargs' and those of the tokens."""

import sqlite3
from typing import Any

import structlog
from flask import Flask, Response, jsonify
from flask_jwt_extended import JWTManager
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt import PyJWTError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.answers import texts
from app.errors import AppError, Conflict, Invalid, NotFound, Unauthorized, UnsupportedMediaType, payload
from app.observability.metrics import database_failures, token_failures
from app.observability.reports import report
from app.routes import language
from app.services import auth_service
from app.services.transactions import is_lost_race

log = structlog.get_logger("failures")

# PostgreSQL's SQLSTATEs: a statement's time limit, a lock that was not given, a deadlock, another writer was first.
BUSY = ("57014", "55P03", "40P01", "40001")
# In our words what Flask, werkzeug and Flask-Limiter say.
SAID_BY_OTHERS = {
    400: "This request cannot be understood.",
    404: NotFound.message,
    405: "This cannot be done here.",
    413: "This is more than we can read at once.",
    415: UnsupportedMediaType.message,
    422: Invalid.message,
    429: "You have asked too often. Please wait a moment.",
}


def init_failures(app: Flask, jwt: JWTManager) -> None:
    app.register_error_handler(AppError, tell_app_error)
    app.register_error_handler(HTTPException, tell_http_error)
    app.register_error_handler(OperationalError, tell_database_failure)
    app.register_error_handler(PoolTimeout, tell_database_failure)
    app.register_error_handler(IntegrityError, tell_contradiction)
    app.register_error_handler(Exception, tell_unforeseen)
    app.register_error_handler(JWTExtendedException, tell_bad_token)
    app.register_error_handler(PyJWTError, tell_bad_token)
    jwt.unauthorized_loader(lambda told: tell_bad_token(told, "missing"))
    jwt.invalid_token_loader(tell_bad_token)
    jwt.expired_token_loader(lambda *_: tell_bad_token("Your token has expired.", "expired"))
    jwt.user_lookup_loader(lambda _, claims: auth_service.user_of_token(str(claims["sub"]), str(claims.get("login"))))
    jwt.user_lookup_error_loader(lambda *_: tell_bad_token("This login has ended.", "ended"))


def told(code: int, message: str, errors: Any = None, headers: Any = None) -> Response:
    """The answer of a failure, its message in the client's language where our texts have it."""
    spoken = language.of_client()
    response = jsonify(payload(code, texts.failure(message, spoken), errors))
    response.status_code = code
    response.content_language.add(spoken)
    response.headers.extend(headers or {})
    return response


def tell_app_error(error: AppError) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthorized) else {}
    return told(error.code, error.message, error.errors, headers)


def tell_http_error(error: HTTPException) -> Response:
    """What Flask, werkzeug and webargs raise. 405 keeps its Allow header."""
    code = error.code or 500
    data = getattr(error, "data", None) or {}
    errors = data.get("messages") or data.get("errors")
    message = data.get("message") or SAID_BY_OTHERS.get(code) or error.description or error.name
    if code >= 500:
        message = AppError.message
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After", "Location")}
    return told(code, message, errors, kept)


def tell_bad_token(error: Any, kind: str = "invalid") -> Response:
    token_failures.labels(kind).inc()
    spoken, message = language.of_client(), str(error)
    if spoken != texts.DEFAULT and texts.failure(message, spoken) == message:
        message = ""  # What the libraries say of a token they say in English alone.
    return told(401, message or Unauthorized.message, headers={"WWW-Authenticate": "Bearer"})


def tell_database_failure(error: Exception) -> Response:
    """Nothing was changed, and the same may succeed soon: the database is away, or there and kept busy by others."""
    if _is_busy(error):
        database_failures.labels("busy").inc()
        log.warning("database busy", exc_info=error)
        message = "The shop has too much to do at this moment. Please try again soon."
    else:
        database_failures.labels("away").inc()
        log.error("database unavailable", exc_info=error)
        message = "The shop's database cannot be reached. Please try again soon."
    return told(503, message, headers={"Retry-After": "5"})


def _is_busy(error: Exception) -> bool:
    """Whether a lock, a time limit or the number of connections was in the way."""
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.OperationalError):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return isinstance(error, PoolTimeout) or getattr(cause, "pgcode", None) in BUSY


def tell_contradiction(error: IntegrityError) -> Response:
    """What was read is no longer so: a person was erased, or somebody was quicker. Anything else is a fault of ours."""
    if not is_lost_race(error):
        return tell_unforeseen(error)
    log.warning("the database refused a contradiction", exc_info=error)
    return tell_app_error(Conflict("Somebody changed this at the same time. Please look again."))


def tell_unforeseen(error: Exception) -> Response:
    log.error("unforeseen failure", exc_info=error)
    report(error)
    return told(500, AppError.message)
