"""Database URLs, read in one way wherever one comes in: settings, `flask restore --into`, PostgreSQL's own tools."""

from typing import Any
from urllib.parse import unquote

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

FORM = "Write sqlite:///path or postgresql://user:password@host/name."
DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg2",
    "postgresql": "postgresql+psycopg2",
    "postgresql+psycopg2": "postgresql+psycopg2",
}


def read(text: str) -> URL:
    """The URL with our driver. Raises ValueError, whose sentence shows nothing of the URL: a password may be in it."""
    try:
        url = make_url(text)
        url = url.set(drivername=DRIVERS[url.drivername])
        told = _connect_arguments(url)
    except (ArgumentError, ValueError, KeyError):
        raise ValueError(f"Not a database URL. {FORM}") from None
    if "\0" in unquote(text):
        raise ValueError(f"A NUL is in it. {FORM}")
    if url.get_backend_name() == "postgresql":
        try:
            name = parse_dsn(make_dsn(**told)).get("dbname")
        except (psycopg2.Error, TypeError, UnicodeError) as error:
            raise ValueError(f"PostgreSQL does not take it ({str(error).strip()}). {FORM}") from None
        if not name:
            raise ValueError(f"It names no database. {FORM}")
        # A name among the parameters would win over the one that a scratch database is given.
        url = url.set(database=name).difference_update_query(["dbname"])
    return url


def for_tools(url: URL) -> tuple[str, dict[str, str]]:
    """A PostgreSQL URL as pg_dump and its like take it, without the password, and the environment that holds that."""
    told = parse_dsn(make_dsn(**_connect_arguments(url)))
    password = told.pop("password", None)
    return make_dsn(**told), {"PGPASSWORD": password} if password else {}


def _connect_arguments(url: URL) -> dict[str, Any]:
    """What the driver is told, the parameters after the question mark included."""
    return dict(url.get_dialect()().create_connect_args(url)[1])
