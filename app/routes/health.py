"""Whether the service lives, and whether it is ready."""

from flask import Response, jsonify

from app.operations import readiness
from app.routes.blueprint import ApiBlueprint
from app.schemas.health import HealthSchema, ReadinessSchema

blp = ApiBlueprint("health", __name__, url_prefix="/api/health", description="Alive and ready")


@blp.route("", methods=["GET"])
@blp.response(200, HealthSchema)
def check_health() -> dict[str, str]:
    """Alive: always cheap, asks nothing of anyone"""
    return {"status": "ok"}


@blp.route("/ready", methods=["GET"])
@blp.response(200, ReadinessSchema)
@blp.alt_response(
    503, schema=ReadinessSchema, description="The database is away, was emptied, or its migrations are behind."
)
def check_readiness() -> Response | dict[str, str]:
    """Ready: database, migrations, language model

    `degraded` when only the language model is away or being loaded: the catalogue answers then.
    """
    state = readiness.state()
    if state["status"] == "unavailable":
        response: Response = jsonify(state)
        response.status_code = 503
        response.headers["Retry-After"] = "5"
        return response
    return state
