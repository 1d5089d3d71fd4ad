"""accounts, catalogue, conversations

Revision: 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instruments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("brand", sa.String(length=60), nullable=False),
        sa.Column("model", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("family", sa.String(length=16), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("size", sa.String(length=4), nullable=True),
        sa.Column("daily_rate", sa.BigInteger(), nullable=False),
        sa.Column("weekly_rate", sa.BigInteger(), nullable=False),
        sa.Column("monthly_rate", sa.BigInteger(), nullable=False),
        sa.Column("deposit", sa.BigInteger(), nullable=False),
        sa.Column("image_url", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "size IS NULL OR size IN ('1/16', '1/8', '1/4', '1/2', '3/4', '7/8', '4/4')",
            name=op.f("ck_instruments_size"),
        ),
        sa.CheckConstraint(
            "daily_rate >= 0 AND weekly_rate >= 0 AND monthly_rate >= 0 AND deposit >= 0",
            name=op.f("ck_instruments_money"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruments")),
    )
    with op.batch_alter_table("instruments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instruments_brand"), ["brand"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_instruments_category_daily_rate"), ["category", "daily_rate"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_instruments_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_instruments_daily_rate"), ["daily_rate"], unique=False)
        batch_op.create_index(batch_op.f("ix_instruments_family"), ["family"], unique=False)
        batch_op.create_index(batch_op.f("ix_instruments_name"), ["name"], unique=False)

    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("conversations_consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("saved_preferences", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('customer', 'staff', 'admin')", name=op.f("ck_users_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "chat_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("message_count", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_chat_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_sessions")),
        sa.UniqueConstraint("user_id", "session_id", name=op.f("uq_chat_sessions_user_id_session_id")),
    )
    with op.batch_alter_table("chat_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_chat_sessions_user_id_last_message_at"), ["user_id", "last_message_at"], unique=False
        )

    op.create_table(
        "instrument_genres",
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column("genre", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id"],
            ["instruments.id"],
            name=op.f("fk_instrument_genres_instrument_id_instruments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instrument_id", "genre", name=op.f("pk_instrument_genres")),
    )
    with op.batch_alter_table("instrument_genres", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instrument_genres_genre"), ["genre"], unique=False)

    op.create_table(
        "instrument_levels",
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "level IN ('beginner', 'intermediate', 'advanced')", name=op.f("ck_instrument_levels_level")
        ),
        sa.ForeignKeyConstraint(
            ["instrument_id"],
            ["instruments.id"],
            name=op.f("fk_instrument_levels_instrument_id_instruments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instrument_id", "level", name=op.f("pk_instrument_levels")),
    )
    with op.batch_alter_table("instrument_levels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instrument_levels_level"), ["level"], unique=False)

    op.create_table(
        "logins",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("refresh_jti", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_logins_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logins")),
    )
    with op.batch_alter_table("logins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_logins_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_logins_user_id"), ["user_id"], unique=False)

    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column("serial_number", sa.String(length=60), nullable=False),
        sa.Column("condition", sa.String(length=8), nullable=False),
        sa.Column("location", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.CheckConstraint("condition IN ('new', 'good', 'fair')", name=op.f("ck_units_condition")),
        sa.CheckConstraint("status IN ('in_service', 'maintenance', 'retired')", name=op.f("ck_units_status")),
        sa.ForeignKeyConstraint(["instrument_id"], ["instruments.id"], name=op.f("fk_units_instrument_id_instruments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("serial_number", name=op.f("uq_units_serial_number")),
    )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_units_instrument_id_status"), ["instrument_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_units_location"), ["location"], unique=False)

    op.create_table(
        "chat_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_session_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("recommendations", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=True),
        sa.Column("model", sa.String(length=100), nullable=True),
        sa.Column("usage", sa.JSON(), nullable=True),
        sa.Column("interrupted", sa.Boolean(), nullable=False),
        sa.Column("rating", sa.String(length=4), nullable=True),
        sa.Column("feedback_comment", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rating IN ('up', 'down')", name=op.f("ck_chat_messages_rating")),
        sa.CheckConstraint("role IN ('user', 'assistant')", name=op.f("ck_chat_messages_role")),
        sa.ForeignKeyConstraint(
            ["chat_session_id"],
            ["chat_sessions.id"],
            name=op.f("fk_chat_messages_chat_session_id_chat_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_messages")),
    )
    with op.batch_alter_table("chat_messages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_chat_messages_chat_session_id_id"), ["chat_session_id", "id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("chat_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_messages_chat_session_id_id"))

    op.drop_table("chat_messages")
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_units_location"))
        batch_op.drop_index(batch_op.f("ix_units_instrument_id_status"))

    op.drop_table("units")
    with op.batch_alter_table("logins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_logins_user_id"))
        batch_op.drop_index(batch_op.f("ix_logins_expires_at"))

    op.drop_table("logins")
    with op.batch_alter_table("instrument_levels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instrument_levels_level"))

    op.drop_table("instrument_levels")
    with op.batch_alter_table("instrument_genres", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instrument_genres_genre"))

    op.drop_table("instrument_genres")
    with op.batch_alter_table("chat_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_sessions_user_id_last_message_at"))

    op.drop_table("chat_sessions")
    op.drop_table("users")
    with op.batch_alter_table("instruments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instruments_name"))
        batch_op.drop_index(batch_op.f("ix_instruments_family"))
        batch_op.drop_index(batch_op.f("ix_instruments_daily_rate"))
        batch_op.drop_index(batch_op.f("ix_instruments_created_at"))
        batch_op.drop_index(batch_op.f("ix_instruments_category_daily_rate"))
        batch_op.drop_index(batch_op.f("ix_instruments_brand"))

    op.drop_table("instruments")
