# What this house uses of Flask-Migrate, which has no types of its own (checked against 4.1; types-Flask-Migrate has no
# `cli`).

from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

class Migrate:
    def init_app(self, app: Flask, db: SQLAlchemy, directory: str, **options: Any) -> None: ...
