"""Moderation indexes: a status within an article, an author's newest, the log's filters; one that another serves."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APPROVED = sa.text("status = 'approved'")


def upgrade() -> None:
    op.drop_index("ix_comment_visible", table_name="comment")
    op.drop_index("ix_comment_recent", table_name="comment")
    op.drop_index("ix_comment_author", table_name="comment")
    op.create_index("ix_comment_in_article", "comment", ["article_id", "status", "created_at", "id"])
    op.create_index("ix_comment_author", "comment", ["email_fingerprint", "created_at", "id", "status"])
    op.create_index("ix_audit_entry_object_type_id", "audit_entry", ["object_type", "id"])
    op.create_index("ix_audit_entry_actor_id", "audit_entry", ["actor", "id"])
    op.create_index("ix_audit_entry_action_id", "audit_entry", ["action", "id"])


def downgrade() -> None:
    op.drop_index("ix_audit_entry_action_id", table_name="audit_entry")
    op.drop_index("ix_audit_entry_actor_id", table_name="audit_entry")
    op.drop_index("ix_audit_entry_object_type_id", table_name="audit_entry")
    op.drop_index("ix_comment_author", table_name="comment")
    op.drop_index("ix_comment_in_article", table_name="comment")
    op.create_index("ix_comment_author", "comment", ["email_fingerprint", "created_at"])
    for name, columns in {"recent": ["created_at", "id"], "visible": ["article_id", "created_at", "id"]}.items():
        op.create_index(f"ix_comment_{name}", "comment", columns, sqlite_where=APPROVED, postgresql_where=APPROVED)
