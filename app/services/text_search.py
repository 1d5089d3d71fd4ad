"""Full-text search over the catalogue: PostgreSQL's `tsvector` with its index, SQLite's FTS5.

Both search the same words, made by `lexicon.search_words`, so that both find the same instruments.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, bindparam, false, select, text

from app.extensions import db
from app.models.instrument import SEARCH_VECTOR, Instrument
from app.speech import lexicon


def index(instrument: Instrument) -> None:
    """Notes under which words an instrument is found. Call it whenever its texts change."""
    parts = (instrument.name, instrument.brand, instrument.model, instrument.category, instrument.description)
    facts = (_told(name, value) for name, value in instrument.attributes.items())
    instrument.search_words = " ".join(lexicon.search_words(" ".join((*parts, *facts))))


def _told(name: str, value: str | float) -> str:
    """`88 keys`, `left handedness`, `weighted keys`; nothing of what the instrument has not."""
    if isinstance(value, bool):
        return name if value else ""
    return f"{value} {name}"


def has_all(words: Iterable[str]) -> Any:
    """A condition: each word is the beginning of a word of the instrument. No word at all finds nothing."""
    return _matches(words, " & ", " AND ", prefix=True)


def has_none(words: Iterable[str]) -> Any:
    """A condition: none of these words is a word of the instrument."""
    found = select(Instrument.id).where(has_any(words))
    return Instrument.id.not_in(found)


def has_any(words: Iterable[str]) -> Any:
    """A condition: at least one word is, as a whole, a word of the instrument."""
    return _matches(words, " | ", " OR ", prefix=False)


def has_each(words: Iterable[str]) -> Any:
    """A condition: each word is, as a whole, a word of the instrument."""
    return _matches(words, " & ", " AND ", prefix=False)


def _matches(words: Iterable[str], postgres_join: str, sqlite_join: str, *, prefix: bool) -> Any:
    plain = [word for word in words if word.isalnum()]
    if not plain:
        return false()
    if db.engine.dialect.name == "postgresql":
        query = postgres_join.join(f"'{word}':*" if prefix else f"'{word}'" for word in plain)
        return text(f"{SEARCH_VECTOR.text} @@ to_tsquery('simple'::regconfig, :words)").bindparams(_words(query))
    query = sqlite_join.join(f'"{word}"*' if prefix else f'"{word}"' for word in plain)
    found = text("instruments.id IN (SELECT rowid FROM instrument_search WHERE instrument_search MATCH :words)")
    return found.bindparams(_words(query))


def _words(query: str) -> BindParameter[str]:
    """Unique, so that one statement may search for several things."""
    return bindparam("words", query, unique=True)
