"""Topics: what changed when, for whoever keeps finished answers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_topic")),
    )
    op.create_index(op.f("ix_topic_changed"), "topic", ["changed"])


def downgrade() -> None:
    op.drop_index(op.f("ix_topic_changed"), table_name="topic")
    op.drop_table("topic")
