"""The API's description as a document and as a page, served from our own host."""

from copy import deepcopy
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, send_from_directory
from flask_smorest import Api
from swagger_ui_bundle import swagger_ui_path

from app.routes.blueprint import IdConverter, id_as_documented
from app.routes.examples import Example, examples
from app.schemas.failures import ErrorSchema

DESCRIPTION = """Rent musical instruments, and talk to an assistant that only recommends what the shop really has.

Sign in with `POST /api/auth/login`, press **Authorize** and paste the `access_token`. Every failure has the shape
`{"code", "status", "message", "errors"}`; every answer carries `X-Request-ID`. The examples work as they stand on the
demo shop, and are made anew each time this document is read."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

blp = Blueprint("docs", __name__)


class ShopApi(Api):
    """flask-smorest with our shape of failures; the document is served below, with examples of today."""

    ERROR_SCHEMA = ErrorSchema

    def __init__(self, app: Any):
        super().__init__()
        self.register_converter(IdConverter, id_as_documented)
        self.init_app(app, spec_kwargs={"info": {"description": DESCRIPTION}})
        bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        self.spec.components.security_scheme("bearer", bearer)
        app.extensions["api"] = self


@blp.get("/api/openapi.json")
def document() -> Response:
    told = deepcopy(current_app.extensions["api"].spec.to_dict())
    found = examples()
    for path in told["paths"].values():
        shared = path.pop("parameters", [])
        for operation in path.values():
            operation["parameters"] = [*deepcopy(shared), *operation.get("parameters", [])]
            _show(operation, found.get(operation["operationId"], Example()))
    return jsonify(told)


@blp.get("/api/docs")
def page() -> Response:
    response = make_response(render_template("docs.html"))
    response.headers["Content-Security-Policy"] = POLICY
    return response


@blp.get("/api/docs/files/<path:name>")
def swagger_file(name: str) -> Response:
    return send_from_directory(swagger_ui_path, name, max_age=86400)


def _show(operation: dict[str, Any], example: Example) -> None:
    """Puts the example in. Swagger UI sends whatever parameter has one, so only those of the example keep theirs."""
    if example.body is not None:
        operation["requestBody"]["content"]["application/json"]["example"] = example.body
    for parameter in operation["parameters"]:
        parameter["schema"].pop("example", None)
        if parameter["name"] in example.parameters:
            parameter["example"] = example.parameters[parameter["name"]]
