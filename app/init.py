"""`create_app`: the one place where the rooms meet."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask
from flask.json.provider import DefaultJSONProvider
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli, config, migration_cli, models
from app.entrance import entrance
from app.extensions import db, init_database, jwt, limiter, migrate
from app.llm.embedding import EmbeddingGateway
from app.llm.gateway import ChatModelGateway
from app.models.types import utc_now
from app.observability.logging import init_logging, init_request_log
from app.observability.metrics import chat_slots, init_metrics
from app.observability.queries import init_queries
from app.observability.reports import init_reports
from app.observability.traces import init_traces
from app.operations.running_code import init_running_code
from app.routes import auth, chatbot, docs, health, instruments, metrics, page, rentals
from app.routes.blueprint import IdConverter
from app.routes.failures import init_failures
from app.services.chatbot_service import ChatbotService

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


class JsonAsWritten(DefaultJSONProvider):
    """Fields in their order, letters as they are."""

    sort_keys = False
    ensure_ascii = False


@entrance
def create_app(settings: Mapping[str, Any] | None = None, chat_model: "BaseChatModel | None" = None) -> Flask:
    """The application. `settings` win over the environment and `.env`; `chat_model` stands in for CHAT_MODEL.

    Raises ConfigError when a setting cannot be used. A server that takes it for the application itself is answered too.
    """
    loaded = config.load(settings)
    app = Flask("app", instance_path=str(config.INSTANCE), static_folder=None)
    app.config.from_mapping({**loaded, **config.flask_settings(loaded)})
    app.json = JsonAsWritten(app)
    app.url_map.strict_slashes = False
    init_logging(app)
    init_request_log(app)
    init_reports(app)
    init_metrics(app)
    init_queries(app)
    init_database(app)
    init_traces(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS), compare_type=True, render_as_batch=True)
    init_running_code(app)
    jwt.init_app(app)
    limiter.init_app(app)
    if loaded["TRUSTED_PROXIES"]:
        near = loaded["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=near, x_proto=near, x_host=near)  # type: ignore[method-assign]
    _register_routes(app)
    init_failures(app, jwt)
    _allow_origins(app)
    app.extensions["clock"] = utc_now
    app.extensions["chat_model"] = ChatModelGateway(app.config, chat_model, watch=chat_slots)
    app.extensions["embedding"] = EmbeddingGateway(app.config)
    app.extensions["chatbot"] = ChatbotService(
        app.extensions["chat_model"], lets_model_choose=app.config["CHAT_MODEL_CHOOSES"]
    )
    cli.init_cli(app)
    migration_cli.init_migration_cli()
    if loaded["MADE_SECRETS"]:
        structlog.get_logger("config").warning(
            "secrets were made for development, kept in instance/", secrets=loaded["MADE_SECRETS"]
        )
    if loaded["FLASK_ENV"] == "production" and (weak := config.weak_secrets(loaded)):
        structlog.get_logger("config").warning("secrets can be guessed: make new ones", secrets=weak)
    return app


def _register_routes(app: Flask) -> None:
    app.url_map.converters["id"] = IdConverter
    api = docs.ShopApi(app)
    for blueprint in (health.blp, auth.blp, instruments.blp, rentals.blp, chatbot.blp):
        api.register_blueprint(blueprint)
    app.register_blueprint(docs.blp)
    app.register_blueprint(page.blp)
    app.register_blueprint(metrics.blp)


def _allow_origins(app: Flask) -> None:
    """Lets pages of the named origins call the API; without any, browsers keep to our own."""
    if app.config["CORS_ORIGINS"]:
        told = ["X-Pagination", "X-Request-ID", "ETag", "Retry-After"]
        CORS(app, resources=r"/api/*", origins=app.config["CORS_ORIGINS"], expose_headers=told, max_age=600)


__all__ = ["create_app", "models"]
