"""The ground: staff, site, articles, comments, moderation, and the log that only grows."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def Id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def Json() -> sa.JSON[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def Moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_tables()
    _create_search()
    _protect_audit()


def downgrade() -> None:
    raise NotImplementedError("There is nothing before the first version: start with an empty database.")


def _create_search() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # The words come cut and folded: the tokenizer that knows spaces and nothing else leaves them as they are.
        op.execute("CREATE VIRTUAL TABLE article_search USING fts5(words, tokenize = 'ascii')")
        return
    op.execute(
        "CREATE TABLE article_search (article_id BIGINT PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE, "
        "words TEXT NOT NULL, "
        "lexemes TSVECTOR NOT NULL GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED)"
    )
    op.execute("CREATE INDEX ix_article_search_lexemes ON article_search USING gin (lexemes)")


def _protect_audit() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{act.lower()} BEFORE {act} ON audit_entry "
                "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
            )
        # What REPLACE pushes aside, no trigger for a deletion sees.
        op.execute(
            "CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry "
            "WHEN NEW.id IN (SELECT id FROM audit_entry) "
            "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def _create_tables() -> None:
    op.create_table(
        "article",
        sa.Column("id", Id(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("standfirst", sa.Text(), nullable=True),
        sa.Column("byline", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("external_url", sa.Text(), nullable=True),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("figures", Json(), nullable=False),
        sa.Column("words", sa.BigInteger(), nullable=False),
        sa.Column("reading_minutes", sa.BigInteger(), nullable=False),
        sa.Column("discussion_switch", sa.Text(), nullable=False),
        sa.Column("discussion_closed_at", Moment(), nullable=True),
        sa.Column("close_after_days", sa.BigInteger(), nullable=True),
        sa.Column("published_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_by_name", sa.Text(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("updated_by_name", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "discussion_switch IN ('inherit', 'open', 'closed')", name=op.f("ck_article_discussion_switch")
        ),
        sa.CheckConstraint("format IN ('markdown', 'html')", name=op.f("ck_article_format")),
        sa.CheckConstraint(
            "status IN ('draft', 'scheduled', 'published', 'withdrawn')", name=op.f("ck_article_status")
        ),
        sa.CheckConstraint(
            "status NOT IN ('scheduled', 'published') OR published_at IS NOT NULL",
            name=op.f("ck_article_published_at"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("slug", name="uq_article_slug"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_status_published_at_id", "article", ["status", "published_at", "id"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("operation_id", sa.BigInteger(), nullable=True),
        sa.Column("details", Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_audit_entry_object_type_object_id_id",
        "audit_entry",
        ["object_type", "object_id", "id"],
        unique=False,
    )
    op.create_table(
        "discussion_settings",
        sa.Column("id", Id(), nullable=False),
        sa.Column("value", Json(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_discussion_settings_single")),
        sa.PrimaryKeyConstraint("id", name="pk_discussion_settings"),
    )
    op.create_table(
        "idempotent_request",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("resource_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_idempotent_request"),
    )
    op.create_index("ix_idempotent_request_created_at", "idempotent_request", ["created_at"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "moderator",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("email_sealed", sa.Text(), nullable=False),
        sa.Column("email_fingerprint", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("password_change_due", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('moderator', 'editor', 'admin')", name=op.f("ck_moderator_role")),
        sa.PrimaryKeyConstraint("id", name="pk_moderator"),
        sa.UniqueConstraint("email_fingerprint", name="uq_moderator_email_fingerprint"),
        sa.UniqueConstraint("name_key", name="uq_moderator_name_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "operation",
        sa.Column("id", Id(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("filter", Json(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("undoes_id", Id(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'done')", name=op.f("ck_operation_state")),
        sa.ForeignKeyConstraint(["undoes_id"], ["operation.id"], name="fk_operation_undoes_id"),
        sa.PrimaryKeyConstraint("id", name="pk_operation"),
        sa.UniqueConstraint("undoes_id", name="uq_operation_undoes_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_operation_state_id", "operation", ["state", "id"], unique=False)
    op.create_table(
        "pace",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("hour", Moment(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_pace"),
    )
    op.create_index("ix_pace_last_at", "pace", ["last_at"], unique=False)
    op.create_table(
        "tally",
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("status", "slot", name="pk_tally"),
    )
    op.create_table(
        "word",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=True),
        sa.Column("pattern_sealed", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(target = 'text') = (pattern IS NOT NULL)", name=op.f("ck_word_sealed_if_address")),
        sa.CheckConstraint("kind IN ('disallowed', 'moderation')", name=op.f("ck_word_kind")),
        sa.CheckConstraint("mode IN ('word', 'substring')", name=op.f("ck_word_mode")),
        sa.CheckConstraint("target IN ('text', 'email', 'network')", name=op.f("ck_word_target")),
        sa.PrimaryKeyConstraint("id", name="pk_word"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "api_token",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("moderator_id", Id(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("last_used_at", Moment(), nullable=True),
        sa.CheckConstraint("role IN ('moderator', 'editor', 'admin')", name=op.f("ck_api_token_role")),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name="fk_api_token_moderator_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("token_hash", name="uq_api_token_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_token_moderator_id", "api_token", ["moderator_id"], unique=False)
    op.create_table(
        "article_revision",
        sa.Column("id", Id(), nullable=False),
        sa.Column("article_id", Id(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_by_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_article_revision_article_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_article_revision"),
        sa.UniqueConstraint("article_id", "number", name="uq_article_revision_article_id_number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "article_term",
        sa.Column("article_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('category', 'tag')", name=op.f("ck_article_term_kind")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_article_term_article_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", "kind", "key", name="pk_article_term"),
    )
    op.create_index("ix_article_term_kind_key_article_id", "article_term", ["kind", "key", "article_id"], unique=False)
    op.create_table(
        "discussion",
        sa.Column("article_id", Id(), nullable=False),
        sa.Column("approved", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("spam", sa.BigInteger(), nullable=False),
        sa.Column("trash", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_discussion_article_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", name="pk_discussion"),
    )
    op.create_table(
        "operation_item",
        sa.Column("operation_id", Id(), nullable=False),
        sa.Column("comment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version_seen", sa.BigInteger(), nullable=False),
        sa.Column("version_left", sa.BigInteger(), nullable=True),
        sa.Column("before", Json(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name="fk_operation_item_operation_id"),
        sa.PrimaryKeyConstraint("operation_id", "comment_id", name="pk_operation_item"),
    )
    op.create_index("ix_operation_item_comment_id", "operation_item", ["comment_id"], unique=False)
    op.create_table(
        "retired_slug",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("article_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_retired_slug_article_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("slug", name="pk_retired_slug"),
    )
    op.create_index("ix_retired_slug_article_id", "retired_slug", ["article_id"], unique=False)
    op.create_table(
        "section",
        sa.Column("id", Id(), nullable=False),
        sa.Column("article_id", Id(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("parent_id", Id(), nullable=True),
        sa.Column("reply_count", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", Moment(), nullable=True),
        sa.Column("moved_to_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_section_article_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["moved_to_id"], ["section.id"], name="fk_section_moved_to_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["section.id"], name="fk_section_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_section"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_section_article_id_position", "section", ["article_id", "position"], unique=False)
    op.create_index("ix_section_moved_to_id", "section", ["moved_to_id"], unique=False)
    op.create_index("ix_section_parent_id", "section", ["parent_id"], unique=False)
    op.create_index(
        "uq_section_live_anchor",
        "section",
        ["article_id", "anchor"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", Id(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("moderator_id", Id(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name="fk_staff_session_moderator_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_session"),
        sa.UniqueConstraint("token_hash", name="uq_staff_session_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_session_expires_at", "staff_session", ["expires_at"], unique=False)
    op.create_index("ix_staff_session_moderator_id", "staff_session", ["moderator_id"], unique=False)
    op.create_table(
        "comment",
        sa.Column("id", Id(), nullable=False),
        sa.Column("article_id", Id(), nullable=False),
        sa.Column("root_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", Id(), nullable=True),
        sa.Column("in_reply_to", Id(), nullable=True),
        sa.Column("depth", sa.BigInteger(), nullable=False),
        sa.Column("section_id", Id(), nullable=True),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_name_key", sa.Text(), nullable=False),
        sa.Column("author_website", sa.Text(), nullable=True),
        sa.Column("email_sealed", sa.Text(), nullable=True),
        sa.Column("email_fingerprint", sa.Text(), nullable=True),
        sa.Column("address_fingerprint", sa.Text(), nullable=True),
        sa.Column("agent_fingerprint", sa.Text(), nullable=True),
        sa.Column("staff", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("renderer", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("restore_to", sa.Text(), nullable=True),
        sa.Column("reasons", Json(), nullable=False),
        sa.Column("safe_reason", sa.Text(), nullable=True),
        sa.Column("trashed_by_rule", sa.Boolean(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("duplicate_key", sa.Text(), nullable=True),
        sa.Column("receipt_nonce", sa.Text(), nullable=False),
        sa.Column("visible_below", sa.BigInteger(), nullable=False),
        sa.Column(
            "shown",
            sa.Boolean(),
            sa.Computed("status = 'approved' OR visible_below > 0", persisted=True),
            nullable=False,
        ),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("edited_at", Moment(), nullable=True),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("erased_at", Moment(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("status IN ('pending', 'approved', 'spam', 'trash')", name=op.f("ck_comment_status")),
        sa.CheckConstraint("depth >= 1 AND (parent_id IS NULL) = (depth = 1)", name=op.f("ck_comment_depth")),
        sa.CheckConstraint("visible_below >= 0", name=op.f("ck_comment_visible_below")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_comment_article_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["in_reply_to"], ["comment.id"], name="fk_comment_in_reply_to", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["parent_id"], ["comment.id"], name="fk_comment_parent_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name="fk_comment_section_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        sa.UniqueConstraint("duplicate_key", name="uq_comment_duplicate_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_comment_addresses",
        "comment",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("address_fingerprint IS NOT NULL OR agent_fingerprint IS NOT NULL"),
        postgresql_where=sa.text("address_fingerprint IS NOT NULL OR agent_fingerprint IS NOT NULL"),
    )
    op.create_index("ix_comment_article", "comment", ["article_id", "created_at"], unique=False)
    op.create_index("ix_comment_author", "comment", ["email_fingerprint", "created_at"], unique=False)
    op.create_index(
        "ix_comment_conversation",
        "comment",
        ["root_id", "id"],
        unique=False,
        sqlite_where=sa.text("shown = 1"),
        postgresql_where=sa.text("shown"),
    )
    op.create_index("ix_comment_created", "comment", ["created_at"], unique=False)
    op.create_index("ix_comment_in_reply_to", "comment", ["in_reply_to"], unique=False)
    op.create_index("ix_comment_parent", "comment", ["parent_id"], unique=False)
    op.create_index("ix_comment_queue", "comment", ["status", "created_at", "id"], unique=False)
    op.create_index(
        "ix_comment_recent",
        "comment",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'approved'"),
        postgresql_where=sa.text("status = 'approved'"),
    )
    op.create_index(
        "ix_comment_roots",
        "comment",
        ["article_id", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("parent_id IS NULL AND shown = 1"),
        postgresql_where=sa.text("parent_id IS NULL AND shown"),
    )
    op.create_index("ix_comment_section", "comment", ["section_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_comment_visible",
        "comment",
        ["article_id", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'approved'"),
        postgresql_where=sa.text("status = 'approved'"),
    )
