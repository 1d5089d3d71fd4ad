"""`Idempotency-Key`: the same request under the same key gets the first answer again."""

import contextlib
import json
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from flask import Response, g, request, stream_with_context
from flask_jwt_extended import current_user

from app.answers import texts
from app.errors import AppError, payload
from app.routes import language
from app.routes.blueprint import ApiBlueprint, View
from app.schemas.idempotency import IdempotencyHeaderSchema
from app.services import idempotency_service
from app.services.idempotency_service import Answer, Claim

DONE = "event: done\ndata: "


def replay(answer: Answer) -> Response:
    """The first answer again, and a header that says so."""
    headers = {"Idempotency-Replayed": "true"}
    return Response(answer.body, answer.status_code, headers, mimetype="application/json")


def idempotent(blp: ApiBlueprint, replay: Callable[[Answer], Response] = replay) -> Callable[[View], View]:
    """Answers a request once under its key. Stands inside of `guard` and outside of `arguments`.

    Answers from 500 on, and bad input, are not kept: the request may come again.
    """

    def decorate(view: View) -> View:
        @blp.arguments(IdempotencyHeaderSchema, location="headers")
        @wraps(view)
        def answered(headers: dict[str, str], *args: Any, **kwargs: Any) -> Any:
            if "key" not in headers:
                return view(*args, **kwargs)
            held = idempotency_service.claim(current_user.id, headers["key"], _request())
            if isinstance(held, Answer):
                return replay(held)
            g.idempotency_claim = held
            return _noted(held, lambda: view(*args, **kwargs))

        return blp.fails(409)(answered)

    return decorate


def note_with_change(status_code: int, dump: Callable[[Any], dict[str, Any]]) -> Callable[[Any], None]:
    """What a service calls before it commits: notes the answer in the same transaction, if there is a key."""

    def note(made: Any) -> None:
        if "idempotency_claim" in g:
            idempotency_service.note(g.idempotency_claim, Answer(status_code, json.dumps(dump(made))))

    return note


def _request() -> bytes:
    """What makes two requests the same: method, path and body, however its JSON is spaced."""
    body = request.get_data(cache=True)
    with contextlib.suppress(ValueError, RecursionError):
        body = json.dumps(json.loads(body), sort_keys=True).encode()
    return f"{request.method} {request.path.rstrip('/')}\n".encode() + body


def _noted(held: Claim, view: Callable[[], Any]) -> Any:
    try:
        response = view()
    except AppError as error:
        if error.code >= 500:
            idempotency_service.release(held)
        else:
            told = payload(error.code, texts.failure(error.message, language.of_client()), error.errors)
            idempotency_service.keep(held, Answer(error.code, json.dumps(told)))
        raise
    except Exception:
        idempotency_service.release(held)
        raise
    if response.is_streamed:
        response.response = stream_with_context(_watched(response.response, held))
    else:
        idempotency_service.keep(held, Answer(response.status_code, response.get_data(as_text=True)))
    return response


def _watched(chunks: Any, held: Claim) -> Iterator[str]:
    """A stream whose last event is the answer; one that breaks off gives the key back."""
    is_answered = False
    try:
        with contextlib.closing(chunks):
            for chunk in chunks:
                if chunk.startswith(DONE):
                    idempotency_service.keep(held, Answer(200, chunk.removeprefix(DONE).strip()))
                    is_answered = True
                yield chunk
    finally:
        if not is_answered:
            idempotency_service.release(held)
