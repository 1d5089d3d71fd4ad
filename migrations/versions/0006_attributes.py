"""facts that only some kinds of instruments have

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The default is for the release before this one, which writes instruments without them.
    op.add_column("instruments", sa.Column("attributes", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("instruments", "attributes")
