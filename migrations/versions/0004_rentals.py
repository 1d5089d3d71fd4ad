"""rentals, what occupies a unit, answers under a key, unmet demand

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The last word against two rows of one unit on the same day. The range of the unit's id stands for its equality, so
# that the extension btree_gist is not needed.
POSTGRESQL_LAST_WORD = """ALTER TABLE occupancies ADD CONSTRAINT ex_occupancies_unit_days EXCLUDE USING gist (
    int8range(unit_id, unit_id, '[]') WITH &&, daterange(start_date, free_from) WITH &&)"""
SQLITE_LAST_WORD = """CREATE TRIGGER occupancies_apart_{event} AFTER {event} ON occupancies
    WHEN EXISTS (SELECT 1 FROM occupancies AS other WHERE other.unit_id = new.unit_id AND other.id <> new.id
                 AND other.free_from > new.start_date AND other.start_date < new.free_from)
    BEGIN SELECT RAISE(ABORT, 'this unit is occupied on these days'); END"""


def upgrade() -> None:
    op.create_table(
        "unmet_demand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("wanted", sa.String(length=1000), nullable=False),
        sa.Column("size", sa.String(length=4), nullable=True),
        sa.Column("location", sa.String(length=60), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("max_daily_rate", sa.BigInteger(), nullable=True),
        sa.Column("obstacle", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmet_demand")),
    )
    op.create_index(op.f("ix_unmet_demand_asked_on"), "unmet_demand", ["asked_on"], unique=False)

    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_idempotency_keys_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("user_id", "key_digest", name=op.f("uq_idempotency_keys_user_id_key_digest")),
    )
    op.create_index(op.f("ix_idempotency_keys_claimed_at"), "idempotency_keys", ["claimed_at"], unique=False)

    op.create_table(
        "rentals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("daily_rate", sa.BigInteger(), nullable=False),
        sa.Column("weekly_rate", sa.BigInteger(), nullable=False),
        sa.Column("monthly_rate", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("deposit", sa.BigInteger(), nullable=False),
        sa.Column("late_fee", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('reserved', 'active', 'returned', 'cancelled')", name=op.f("ck_rentals_status")),
        sa.CheckConstraint("end_date >= start_date", name=op.f("ck_rentals_dates")),
        sa.CheckConstraint("total >= 0 AND late_fee >= 0 AND deposit >= 0", name=op.f("ck_rentals_money")),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instruments.id"], name=op.f("fk_rentals_instrument_id_instruments")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_rentals_unit_id_units")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_rentals_user_id_users"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rentals")),
    )
    op.create_index(op.f("ix_rentals_instrument_id_status"), "rentals", ["instrument_id", "status"], unique=False)
    op.create_index(op.f("ix_rentals_start_date"), "rentals", ["start_date"], unique=False)
    op.create_index(op.f("ix_rentals_status_start_date"), "rentals", ["status", "start_date"], unique=False)
    op.create_index(op.f("ix_rentals_unit_id_status"), "rentals", ["unit_id", "status"], unique=False)
    op.create_index(op.f("ix_rentals_user_id_start_date"), "rentals", ["user_id", "start_date"], unique=False)

    op.create_table(
        "occupancies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("rental_id", sa.Integer(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("free_from", sa.Date(), nullable=False),
        sa.Column("is_out", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("free_from > start_date", name=op.f("ck_occupancies_days")),
        sa.ForeignKeyConstraint(
            ["rental_id"], ["rentals.id"], name=op.f("fk_occupancies_rental_id_rentals"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_occupancies_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupancies")),
    )
    op.create_index(
        "ix_occupancies_out",
        "occupancies",
        ["unit_id"],
        unique=True,
        postgresql_where=sa.text("is_out"),
        sqlite_where=sa.text("is_out = 1"),
    )
    op.create_index(op.f("ix_occupancies_rental_id"), "occupancies", ["rental_id"], unique=False)
    op.create_index(op.f("ix_occupancies_unit_id_free_from"), "occupancies", ["unit_id", "free_from"], unique=False)

    op.create_table(
        "rental_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rental_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("from_status", sa.String(length=10), nullable=True),
        sa.Column("to_status", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step IN ('reserved', 'extended', 'exchanged', 'collected', 'returned', 'cancelled', 'expired')",
            name=op.f("ck_rental_steps_step"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_rental_steps_actor_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["rental_id"], ["rentals.id"], name=op.f("fk_rental_steps_rental_id_rentals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rental_steps")),
    )
    op.create_index(op.f("ix_rental_steps_actor_id"), "rental_steps", ["actor_id"], unique=False)
    op.create_index(op.f("ix_rental_steps_rental_id_id"), "rental_steps", ["rental_id", "id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for event in ("INSERT", "UPDATE"):
            op.execute(SQLITE_LAST_WORD.format(event=event))
    else:
        op.execute(POSTGRESQL_LAST_WORD)


def downgrade() -> None:
    for table in ("rental_steps", "occupancies", "rentals", "idempotency_keys", "unmet_demand"):
        op.drop_table(table)
