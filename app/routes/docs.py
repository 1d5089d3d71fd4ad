"""The files of Swagger UI, served from our own host; flask-smorest serves the page and the document."""

from flask import Blueprint, Response, send_from_directory
from swagger_ui_bundle import swagger_ui_path

DESCRIPTION = """Rent musical instruments, and talk to an assistant that only recommends what the shop really has.

Sign in with `POST /api/auth/login`, press **Authorize** and paste the `access_token`. Every failure has the shape
`{"code", "status", "message", "errors"}`; every answer carries `X-Request-ID`."""

blp = Blueprint("docs", __name__)


@blp.get("/api/docs/files/<path:name>")
def swagger_file(name: str) -> Response:
    return send_from_directory(swagger_ui_path, name, max_age=86400)
