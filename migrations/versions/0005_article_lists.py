"""Article lists: what readers may see by date, what is scheduled, and what editors changed last."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BY_STATUS = {
    "public": (["published_at", "id"], "status IN ('published', 'scheduled')"),
    "scheduled": (["published_at"], "status = 'scheduled'"),
    "draft": (["updated_at", "id"], "status = 'draft'"),
    "withdrawn": (["updated_at", "id"], "status = 'withdrawn'"),
}


def upgrade() -> None:
    op.drop_index("ix_article_status_published_at_id", table_name="article")
    for name, (columns, which) in BY_STATUS.items():
        some = sa.text(which)
        op.create_index(f"ix_article_{name}", "article", columns, sqlite_where=some, postgresql_where=some)
    op.create_index("ix_article_updated_at_id", "article", ["updated_at", "id"])


def downgrade() -> None:
    for name in ("updated_at_id", *BY_STATUS):
        op.drop_index(f"ix_article_{name}", table_name="article")
    op.create_index("ix_article_status_published_at_id", "article", ["status", "published_at", "id"])
