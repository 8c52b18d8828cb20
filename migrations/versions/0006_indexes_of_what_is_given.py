"""Indexes of what most comments do not have leave those out: a post writes three pages less."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_comment_section": ["section_id", "created_at", "id"],
    "ix_comment_parent": ["parent_id"],
    "ix_comment_in_reply_to": ["in_reply_to"],
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.drop_index(name, table_name="comment")
        is_given = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(name, "comment", columns, sqlite_where=is_given, postgresql_where=is_given)


def downgrade() -> None:
    for name, columns in INDEXES.items():
        op.drop_index(name, table_name="comment")
        op.create_index(name, "comment", columns)
