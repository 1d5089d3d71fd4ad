"""What can go wrong, in our words, and the one JSON shape in which a client is told."""

from http import HTTPStatus
from typing import Any


class AppError(Exception):
    """A failure that a client is told about. `code` is its HTTP status, `message` one sentence to read."""

    code = 500
    message = "Something went wrong on our side. Please try again."

    def __init__(self, message: str | None = None, errors: dict[str, Any] | None = None):
        self.message = message or self.message
        self.errors = errors
        super().__init__(self.message)


class Unauthorized(AppError):
    code = 401
    message = "Please sign in."


class Forbidden(AppError):
    code = 403
    message = "Your account may not do this."


class NotFound(AppError):
    code = 404
    message = "There is no such thing here."


class Conflict(AppError):
    code = 409
    message = "This contradicts what is already there."


class PreconditionFailed(AppError):
    code = 412
    message = "It has changed since you read it. Read it again, then repeat your change."


class UnsupportedMediaType(AppError):
    code = 415
    message = "Send the body as JSON, with Content-Type: application/json."


class Invalid(AppError):
    """Bad input. `errors` follows the place: `{"json": {"password": ["Too common."]}}`."""

    code = 422
    message = "Please check the fields named in errors."


class ModelUnavailable(Exception):
    """The language model gave no usable answer. Never told to a client: the catalogue answers instead.

    `reason` is one of `misconfigured` (its client cannot be made here), `refused`, `unauthorized`, `rate_limited`,
    `unknown_model`, `loading` (the model into memory, for longer than one waits), `silent`, `stalled`, `too_long`,
    `garbage`, `empty`, `only_thought` (no word of it was said), `gibberish` (nothing but repetition or marks), `cut`,
    `saturated`, `circuit_open`, `nothing_held`, `error`. `detail` is for the log and holds no secret.
    `retry_after_seconds` is how long the server asked to be left alone.
    """

    def __init__(self, reason: str, detail: str = "", retry_after_seconds: float | None = None):
        self.reason = reason
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"{reason}: {detail}" if detail else reason)


def payload(code: int, message: str, errors: Any = None) -> dict[str, Any]:
    """The one shape of every failure: `{"code", "status", "message", "errors"}`."""
    return {"code": code, "status": HTTPStatus(code).phrase, "message": message, "errors": errors or {}}
