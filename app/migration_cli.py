"""`flask db upgrade` tells what it did; `flask db downgrade` loses nothing and breaks nobody unless it is told to.

They are Flask-Migrate's commands, with its options, and a little around them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app, g
from flask_migrate import cli
from sqlalchemy.exc import OperationalError

from app.errors import AppError
from app.extensions import db
from app.operations.schema_change import SchemaChange, told_as_lost

YES = click.Option(["--yes"], is_flag=True, help="Lose the rows that the tables and columns which go still hold.")
UNDER_RUNNING_CODE = click.Option(
    ["--under-running-code"], is_flag=True, help="Even while code runs that needs what would go."
)


@cache
def init_migration_cli() -> None:
    """Once: the commands are the same objects for every application."""
    _extend(cli.upgrade, upgrade)
    _extend(cli.downgrade, downgrade, YES, UNDER_RUNNING_CODE)


def _extend(command: click.Command, around: Callable[..., None], *options: click.Option) -> None:
    assert command.callback is not None
    command.params += options
    command.callback = partial(around, command.callback)


def upgrade(plain: Callable[..., None], **given: Any) -> None:
    change = g.schema_change = SchemaChange(given["revision"])
    with _told():
        ahead = _ahead()
        if ahead and given["revision"] in ("head", "heads"):
            click.echo(f"{ahead}: a newer release made it. This one runs on it; nothing was changed.")
            return
        plain(**given)
    _tell(change)


def downgrade(plain: Callable[..., None], yes: bool, under_running_code: bool, **given: Any) -> None:
    change = g.schema_change = SchemaChange(given["revision"], True, yes, under_running_code)
    with _told():
        if ahead := _ahead():
            raise click.ClickException(
                f"{ahead}: a newer release made it, and only that one knows the way back. Nothing was changed;"
                " this release runs on it as it is."
            )
        plain(**given)
    _tell(change)
    for line in told_as_lost(change.lost):
        click.echo(f"lost: {line}")
    if change.at not in (heads := _scripts().get_heads()):
        click.echo(f"This release needs {', '.join(heads)}: run the one before it.")


def _tell(change: SchemaChange) -> None:
    for step in change.steps or [f"already at {change.at}"]:
        click.echo(step)


def _ahead() -> str | None:
    """The database's migrations when this release does not know them."""
    try:
        current = MigrationContext.configure(db.session.connection()).get_current_heads()
    finally:
        db.session.remove()
    known = {script.revision for script in _scripts().walk_revisions()}
    return None if known.issuperset(current) else f"The database is at {', '.join(current)}"


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(current_app.extensions["migrate"].directory)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except AppError as error:
        raise click.ClickException(error.message) from error
    except OperationalError as error:
        raise click.ClickException(f"The database does not answer: {error.orig}") from error
