"""Waiting items: what an operation has not come to yet, by an index of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WAITS = sa.text("version_left IS NULL AND code IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_operation_item_waiting",
        "operation_item",
        ["operation_id", "comment_id"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )


def downgrade() -> None:
    op.drop_index("ix_operation_item_waiting", table_name="operation_item")
