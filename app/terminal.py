"""Where `flask …` finds the application (.flaskenv names it). Stdout is for answers, so the log goes to stderr."""

import contextlib
import sys

from flask import Flask

from app import init


def create_app() -> Flask:
    with contextlib.redirect_stdout(sys.stderr):
        return init.create_app()
