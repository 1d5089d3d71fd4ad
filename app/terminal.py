"""Where `flask …` finds the application (.flaskenv names it).

Stdout belongs to what a command answers, so the log goes to stderr. Settings that cannot be used end a command with one
sentence, and `deploy-check --json` with the JSON that a script waits for.
"""

import contextlib
import json
import sys

import click
from flask import Flask

from app import init
from app.config import ConfigError


class SettingsUnusable(click.ClickException):
    """No command can run: exit code 2."""

    exit_code = 2

    def show(self, file=None) -> None:
        if {"deploy-check", "--json"} <= set(sys.argv):
            todo = "Mend the settings: .env.example explains each."
            click.echo(
                json.dumps([{"name": "settings", "status": "fail", "found": self.message, "todo": todo}], indent=2)
            )
        else:
            super().show(file)


def create_app() -> Flask:
    try:
        with contextlib.redirect_stdout(sys.stderr):
            return init.create_app()
    except ConfigError as error:
        raise SettingsUnusable(str(error)) from error
