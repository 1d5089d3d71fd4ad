"""conversations that lapse, the history of consents, whose wish was not met, what the model took by the day

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What the release before this one writes without `kept_until` was consented to: only CONVERSATION_KEEP_DAYS ends it.
OPEN_END = "9999-12-31 00:00:00"

USERS = sa.table("users", sa.column("id"), sa.column("conversations_consent_at", sa.DateTime(timezone=True)))
SESSIONS = sa.table("chat_sessions", sa.column("id"), sa.column("user_id"))
MESSAGES = sa.table(
    "chat_messages",
    sa.column("chat_session_id"),
    sa.column("model"),
    sa.column("usage", sa.JSON()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    with op.batch_alter_table("chat_sessions") as sessions:
        sessions.add_column(
            sa.Column("kept_until", sa.DateTime(timezone=True), server_default=OPEN_END, nullable=False)
        )
        sessions.create_index(op.f("ix_chat_sessions_kept_until"), ["kept_until"])
        sessions.create_index(op.f("ix_chat_sessions_last_message_at"), ["last_message_at"])

    consents = op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_consents_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_user_id"), "consents", ["user_id"], unique=False)
    given = sa.select(USERS.c.id, sa.literal("store_conversations"), sa.true(), USERS.c.conversations_consent_at)
    given = given.where(USERS.c.conversations_consent_at.is_not(None))
    op.execute(sa.insert(consents).from_select(["user_id", "purpose", "given", "at"], given))

    with op.batch_alter_table("unmet_demand") as demand:
        demand.add_column(sa.Column("user_id", sa.Integer(), nullable=True))
        demand.create_foreign_key(
            op.f("fk_unmet_demand_user_id_users"), "users", ["user_id"], ["id"], ondelete="CASCADE"
        )
        demand.create_index(op.f("ix_unmet_demand_user_id"), ["user_id"])

    usage = op.create_table(
        "model_usage",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "model", name=op.f("pk_model_usage")),
    )
    taken = _taken_so_far()
    if taken:
        op.bulk_insert(usage, taken)


def _taken_so_far() -> list[dict]:
    """The tokens of the chats that are there, by day and model."""
    rows = op.get_bind().execute(
        sa.select(MESSAGES.c.created_at, MESSAGES.c.model, MESSAGES.c.usage).where(MESSAGES.c.model.is_not(None))
    )
    taken: dict[tuple, dict] = {}
    for at, model, told in rows:
        nothing = {"turns": 0, "counted": 0, "prompt_tokens": 0, "completion_tokens": 0}
        day = taken.setdefault((at.date(), model), {"day": at.date(), "model": model, **nothing})
        day["turns"] += 1
        if told and told.get("prompt_tokens") is not None and told.get("completion_tokens") is not None:
            day["counted"] += 1
            day["prompt_tokens"] += told["prompt_tokens"]
            day["completion_tokens"] += told["completion_tokens"]
    return list(taken.values())


def downgrade() -> None:
    op.drop_table("model_usage")
    with op.batch_alter_table("unmet_demand") as demand:
        demand.drop_index(op.f("ix_unmet_demand_user_id"))
        demand.drop_constraint(op.f("fk_unmet_demand_user_id_users"), type_="foreignkey")
        demand.drop_column("user_id")
    op.drop_table("consents")
    # The release before this one keeps nothing without consent.
    without = sa.select(USERS.c.id).where(USERS.c.conversations_consent_at.is_(None))
    lapsed = sa.select(SESSIONS.c.id).where(SESSIONS.c.user_id.in_(without))
    op.execute(sa.delete(MESSAGES).where(MESSAGES.c.chat_session_id.in_(lapsed)))
    op.execute(sa.delete(SESSIONS).where(SESSIONS.c.user_id.in_(without)))
    with op.batch_alter_table("chat_sessions") as kept:
        kept.drop_index(op.f("ix_chat_sessions_last_message_at"))
        kept.drop_index(op.f("ix_chat_sessions_kept_until"))
        kept.drop_column("kept_until")
