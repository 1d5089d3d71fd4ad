"""How the outside meets `create_app`: whoever calls it is answered in its own manner."""

import functools
import json
import os
import sys
import threading
from collections.abc import Callable
from typing import IO, Any, TypeVar, cast

import click
from flask import Flask

from app.config import ConfigError
from app.services.warm import warm_up

Factory = TypeVar("Factory", bound=Callable[..., Flask])


def entrance(factory: Factory) -> Factory:
    """The factory itself, that also serves as a WSGI application and tells bad settings in one sentence.

    Without parentheses, `gunicorn app.init:create_app` takes the factory for the application, starts, and would answer
    500 to everything. Called by a server, with a request, it therefore answers with an application of its own, made and
    warmed up once in each process; `create_app.application()` is that one.
    """
    application = _Once(lambda: warm(create()))

    @functools.wraps(factory)
    def create(*arguments: Any, **named: Any) -> Any:
        if _is_request(arguments):
            return application()(*arguments)
        try:
            return factory(*arguments, **named)
        except ConfigError as error:
            if manner := _manner_of_the_caller():
                raise manner(str(error)) from error
            raise

    create.application = application  # type: ignore[attr-defined]
    return cast(Factory, create)


class SettingsUnusable(click.ClickException):
    """No flask command can run: one sentence, and for `deploy-check --json` the JSON that a script waits for."""

    def show(self, file: IO[Any] | None = None) -> None:
        if {"deploy-check", "--json"} <= set(sys.argv):
            todo = "Mend the settings: .env.example explains each."
            failed = {"name": "settings", "status": "fail", "found": self.message, "todo": todo}
            click.echo(json.dumps([failed], indent=2))
        else:
            super().show(file)


class _Once:
    """Makes it when it is asked for the first time, and keeps it for all threads."""

    def __init__(self, make: Callable[[], Flask]):
        self._make = make
        self._lock = threading.Lock()
        self._made: Flask | None = None

    def __call__(self) -> Flask:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


def warm(app: Flask) -> Flask:
    """The application, after what would cost its first customers seconds: imports, vocabularies, the model."""
    app.extensions["chat_model"].warm_up()
    app.extensions["chat_model"].load()
    warm_up()
    return app


def _is_request(arguments: tuple[Any, ...]) -> bool:
    """Whether a server calls, with WSGI's environ and start_response."""
    return len(arguments) == 2 and isinstance(arguments[0], dict) and "wsgi.version" in arguments[0]


def _manner_of_the_caller() -> type[Exception] | None:
    """The flask command and gunicorn would print a traceback; these they print as the sentence that it is."""
    if click.get_current_context(silent=True):
        return SettingsUnusable
    if os.environ.get("SERVER_SOFTWARE", "").startswith("gunicorn"):
        from gunicorn.errors import AppImportError

        return AppImportError
    return None
