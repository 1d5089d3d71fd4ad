"""full-text search, needs of conversations, evidence of answers

Revision: 0002, after 0001.
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

instruments = sa.table(
    "instruments",
    *(sa.column(name) for name in ("id", "name", "brand", "model", "category", "description", "search_words")),
)
SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE instrument_search USING fts5(search_words, content='instruments', content_rowid='id')",
    "INSERT INTO instrument_search(instrument_search) VALUES ('rebuild')",
    """CREATE TRIGGER instruments_searched_insert AFTER INSERT ON instruments BEGIN
         INSERT INTO instrument_search(rowid, search_words) VALUES (new.id, new.search_words); END""",
    """CREATE TRIGGER instruments_searched_delete AFTER DELETE ON instruments BEGIN
         INSERT INTO instrument_search(instrument_search, rowid, search_words)
         VALUES ('delete', old.id, old.search_words); END""",
    """CREATE TRIGGER instruments_searched_update AFTER UPDATE OF search_words ON instruments BEGIN
         INSERT INTO instrument_search(instrument_search, rowid, search_words)
         VALUES ('delete', old.id, old.search_words);
         INSERT INTO instrument_search(rowid, search_words) VALUES (new.id, new.search_words); END""",
)


def words_of(row: sa.Row) -> str:
    """The search words of the instruments that were there before; later ones come from the application."""
    said = " ".join((row.name, row.brand, row.model, row.category, row.description))
    decomposed = unicodedata.normalize("NFKD", said.casefold())
    text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    joined = [re.sub(r"\W", "", part) for part in re.findall(r"[^\W_]+(?:-[^\W_]+)+", text)]
    return " ".join(dict.fromkeys([*re.findall(r"[^\W_]+", text), *joined]))


def upgrade() -> None:
    op.add_column("chat_sessions", sa.Column("need", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("chat_messages", sa.Column("evidence", sa.JSON(), nullable=True))
    op.add_column("instruments", sa.Column("search_words", sa.Text(), nullable=False, server_default=""))
    connection = op.get_bind()
    for row in connection.execute(sa.select(instruments)).all():
        connection.execute(instruments.update().where(instruments.c.id == row.id).values(search_words=words_of(row)))
    if connection.dialect.name == "sqlite":
        for statement in SQLITE_SEARCH:
            op.execute(statement)
    else:
        op.create_index(
            "ix_instruments_search_words",
            "instruments",
            [sa.text("to_tsvector('simple'::regconfig, search_words)")],
            postgresql_using="gin",
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER instruments_searched_{event}")
        op.execute("DROP TABLE instrument_search")
    else:
        op.drop_index("ix_instruments_search_words", "instruments")
    op.drop_column("instruments", "search_words")
    op.drop_column("chat_messages", "evidence")
    op.drop_column("chat_sessions", "need")
