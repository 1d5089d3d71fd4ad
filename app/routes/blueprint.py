"""What every blueprint of ours shares: reading JSON safely, pages, guards and documented failures."""

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from flask import g, request
from flask_jwt_extended import current_user, verify_jwt_in_request
from flask_smorest import Blueprint
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.routing import IntegerConverter, Map

from app.errors import Forbidden, UnsupportedMediaType
from app.routes import language
from app.schemas.fields import MAX_ID

View = Callable[..., Any]
Same = TypeVar("Same", bound=View)
Facts = dict[str, Any]  # What a schema has read.
ID = "<id:{}>"


class IdConverter(IntegerConverter):
    """An id in a path. What no database row can bear is no id: 404 instead of a database error."""

    def __init__(self, map: Map):
        super().__init__(map, min=1, max=MAX_ID)


def id_as_documented(_: IdConverter) -> dict[str, Any]:
    """How large an id may grow is this server's affair."""
    return {"type": "integer", "minimum": 1}


class JsonParser(FlaskParser):
    """Reads JSON bodies. Too deep nesting and endless numbers are bad input as well, and an odd type is told."""

    def _raw_load_json(self, req: Any) -> Any:
        if not is_json_request(req):
            if req.content_length or req.headers.get("Transfer-Encoding"):
                raise UnsupportedMediaType()
            return missing
        try:
            return json.loads(req.get_data(cache=True).decode("utf-8"))
        except (RecursionError, ValueError) as error:
            return self._handle_invalid_json_error(json.JSONDecodeError(str(error), "", 0), req)


class ApiBlueprint(Blueprint):
    """A blueprint whose lists have 20 items a page, and whose guards and failures show in the documentation."""

    ARGUMENTS_PARSER = JsonParser()
    DEFAULT_PAGINATION_PARAMETERS = {"page": 1, "page_size": 20, "max_page_size": 100}

    def route(self, rule: str, **options: Any) -> Callable[[Same], Same]:
        """A route whose operationId is the name of its view: what generated clients call it."""

        def register(view: Same) -> Same:
            return super(ApiBlueprint, self).route(rule, **options)(self.doc(operationId=view.__name__)(view))

        return register

    def fails(self, *codes: int) -> Callable[[View], View]:
        """Documents the failures that a view can answer beside 422, which its arguments document."""

        def decorate(view: View) -> View:
            for code in codes:
                view = self.alt_response(code, response=HTTPStatus(code).name)(view)
            return view

        return decorate

    def guard(self, role: str = "customer", *, refresh: bool = False) -> Callable[[View], View]:
        """Lets in who carries a living token of this role or a higher one. Stands outside of `arguments`."""

        def decorate(view: View) -> View:
            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                verify_jwt_in_request(refresh=refresh)
                g.user_id = current_user.id
                language.note(current_user.preferences["language"])
                if role == "staff" and not current_user.is_staff:
                    raise Forbidden()
                return view(*args, **kwargs)

            guarded.guard = "refresh token" if refresh else role  # type: ignore[attr-defined]
            documented = self.doc(security=[{"bearer": []}])(guarded)
            return self.fails(401, 403)(documented) if role == "staff" else self.fails(401)(documented)

        return decorate


def prefers_event_stream() -> bool:
    """Whether the client's Accept names an event stream at least as gladly as JSON."""
    accept = request.accept_mimetypes
    stream = accept["text/event-stream"] if "text/event-stream" in list(accept.values()) else 0
    return stream > 0 and stream >= max(
        (quality for value, quality in accept if value == "application/json"), default=0
    )
