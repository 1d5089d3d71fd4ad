"""A change of the schema that an operator typed: what it did, what it would lose, and whose code still needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError

from app.errors import Conflict
from app.operations.running_code import who_needs


@dataclass
class SchemaChange:
    """What may be done, for migrations/env.py to heed, and what was done. As it stands, everything may be done."""

    target: str = "head"
    is_guarded: bool = False
    may_lose: bool = False
    may_break_running_code: bool = False
    steps: list[str] = field(default_factory=list)
    lost: dict[str, int] = field(default_factory=dict)
    at: str = ""

    def note(self, step: MigrationInfo, **_: Any) -> None:
        """Alembic calls it after each migration."""
        way = f"{_named(step.source_revision_ids)} → {_named(step.destination_revision_ids)}"
        made = step.up_revisions[0]
        said = made.doc if isinstance(made, Script) else ""
        self.steps.append(f"{way}: {'' if step.is_upgrade else 'without '}{said}" if said else way)

    @contextmanager
    def watched(self, context: MigrationContext, scripts: ScriptDirectory) -> Iterator[None]:
        """Around the migrations, in their transaction: Conflict undoes them when they do what they may not."""
        connection = context.connection
        assert connection is not None
        if self.is_guarded and not self.may_break_running_code:
            _refuse_under_running_code(connection, _leaving(scripts, context.get_current_heads(), self.target), scripts)
        before = holdings(connection) if self.is_guarded else {}
        yield
        self.lost = lost(before, holdings(connection)) if self.is_guarded else {}
        if self.lost and not self.may_lose:
            told = "\n".join(f"  {line}" for line in told_as_lost(self.lost))
            raise Conflict(f"This would lose:\n{told}\nNothing was changed. Run flask backup, then say --yes.")
        self.at = _named(context.get_current_heads())


def told_as_lost(counts: dict[str, int]) -> list[str]:
    return [
        f"{count} {'value' if '.' in name else 'row'}{'s' * (count != 1)} of {name}" for name, count in counts.items()
    ]


def holdings(connection: sa.Connection) -> dict[str, int]:
    """How many rows each table really holds, and how many values each of its columns (`rentals.deposit`)."""
    found: dict[str, int] = {}
    inspector = sa.inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    for table in _tables(connection, inspector):
        columns = [column["name"] for column in inspector.get_columns(table) if "computed" not in column]
        counts = ", ".join(["count(*)", *(f"count({quote(name)})" for name in columns)])
        row = connection.execute(sa.text(f"SELECT {counts} FROM {quote(table)}")).one()
        found |= dict(zip([table, *(f"{table}.{name}" for name in columns)], row, strict=True))
    return found


def lost(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """What there is less of; a table that lost rows is told without its columns."""
    fewer = {name: count - after.get(name, 0) for name, count in before.items() if count > after.get(name, 0)}
    return {name: count for name, count in fewer.items() if "." not in name or name.partition(".")[0] not in fewer}


def _tables(connection: sa.Connection, inspector: sa.Inspector) -> list[str]:
    """Without Alembic's own, and without SQLite's search index, which is made anew from the rows."""
    names = set(inspector.get_table_names()) - {"alembic_version"}
    if connection.dialect.name == "sqlite":
        plain = connection.exec_driver_sql(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        )
        names &= set(plain.scalars())
    return sorted(names)


def _leaving(scripts: ScriptDirectory, heads: tuple[str, ...], target: str) -> set[str]:
    """The migrations that a downgrade to this target takes back."""
    try:
        going = scripts.iterate_revisions(heads, target, select_for_downgrade=True)
        return {script.revision for script in going}
    except RevisionError as error:
        raise CommandError(str(error)) from error


def _refuse_under_running_code(connection: sa.Connection, leaving: set[str], scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    found = who_needs(connection, lambda schema: schema in leaving or schema not in known)
    if found:
        told = "\n".join(f"  {process}" for process in found)
        raise Conflict(
            f"Nothing was changed: code that needs what would go may still run.\n{told}\n"
            "Stop it or roll it back first. A host that died may still be listed: SELECT pg_terminate_backend(…) with"
            " its connection. --under-running-code goes on all the same."
        )


def _named(revisions: tuple[str, ...]) -> str:
    return ", ".join(revisions) or "base"
