"""The chat page: one template and its static files, nothing from elsewhere."""

from flask import Blueprint, Response, make_response, render_template

blp = Blueprint(
    "page", __name__, template_folder="../web/templates", static_folder="../web/static", static_url_path="/web"
)

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'"


@blp.get("/")
def index() -> Response:
    response = make_response(render_template("page.html"))
    response.headers["Content-Security-Policy"] = (
        f"{POLICY}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return response
