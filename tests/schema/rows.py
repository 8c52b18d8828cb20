"""What is the least that each table takes, and what makes a small site of it?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from app.accounts.models import ApiToken, Moderator, StaffSession
from app.articles.models import Article, Discussion, RetiredSlug, Revision, Section, Term
from app.comments.models import Comment, Pace, Tally
from app.ground.audit import AuditEntry
from app.ground.db import Base
from app.ground.idempotency import IdempotentRequest
from app.moderation.models import Operation, OperationItem
from app.site.models import Lease, SettingsRow, Word

NOON = datetime(2031, 5, 20, 12, tzinfo=UTC)
_CREATED = {"created_at": NOON, "created_by": "x"}
_CHANGED = {"changed_at": NOON, "changed_by": "x", "version": 1}

LEAST: dict[type[Base], dict[str, Any]] = {
    Moderator: _CHANGED
    | {"id": 1, "name": "Ada", "name_key": "ada", "email_sealed": "k1.s", "email_fingerprint": "k1.f",
       "role": "moderator", "password_hash": "x", "created_at": NOON},
    ApiToken: _CREATED | {"id": 1, "name": "x", "role": "moderator", "token_hash": "t"},
    StaffSession: {"id": 1, "token_hash": "s", "moderator_id": 1, "created_at": NOON, "expires_at": NOON},
    Article: _CREATED
    | {"id": 1, "slug": "tides", "status": "published", "title": "Tides", "language": "en", "format": "markdown",
       "source": "", "html": "", "lead": "", "figures": [], "words": 0, "reading_minutes": 1, "published_at": NOON,
       "created_by_name": "x", "updated_at": NOON, "updated_by_name": "x"},
    Discussion: {"article_id": 1},
    Section: {"id": 1, "article_id": 1, "anchor": "ebb", "heading": "Ebb", "level": 2, "position": 0, "html": ""},
    Term: {"article_id": 1, "kind": "category", "key": "sea", "name": "Sea", "position": 0},
    RetiredSlug: {"slug": "tide", "article_id": 1},
    Revision: _CREATED | {"id": 1, "article_id": 1, "number": 1, "content": {}, "created_by_name": "x"},
    Comment: _CHANGED
    | {"id": 1, "article_id": 1, "root_id": 1, "depth": 1, "author_name": "Ada", "author_name_key": "ada",
       "source": "x", "html": "x", "renderer": 1, "status": "pending", "reasons": [], "receipt_nonce": "n",
       "created_at": NOON},
    Tally: {"status": "pending", "slot": 0, "count": 0},
    Pace: {"address": "k1.a", "last_at": NOON, "hour": NOON, "count": 1},
    Operation: {"id": 1, "action": "approve", "actor": "x", "actor_name": "x", "state": "done", "total": 0, "done": 0,
                "created_at": NOON},
    OperationItem: {"operation_id": 1, "comment_id": 1, "version_seen": 1},
    AuditEntry: {"id": 1, "at": NOON, "actor": "x", "actor_name": "x", "action": "x", "object_type": "comment",
                 "object_id": "1", "details": {}},
    SettingsRow: _CHANGED | {"id": 1, "value": {}},
    Word: _CREATED | _CHANGED | {"id": 1, "kind": "moderation", "mode": "word", "target": "text", "pattern": "x"},
    Lease: {"name": "timer", "holder": "x", "until": NOON},
    IdempotentRequest: {"key": "k1.k", "body": "k1.b", "created_at": NOON},
}  # fmt: skip

# For what only one of the databases has.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def store(connection: Connection, table: type[Base], **different: Any) -> None:
    """Store the least row of this table, with these columns different."""
    connection.execute(insert(table).values(LEAST[table] | different))


def store_articles(connection: Connection, number: int) -> None:
    """So many articles that everybody may read, called tides-1 and so on, each with a section of the same id."""
    for each in range(1, number + 1):
        store(connection, Article, id=each, slug=f"tides-{each}", published_at=NOON - timedelta(days=4_000))
        store(connection, Discussion, article_id=each)
        store(connection, Section, id=each, article_id=each)


def in_conversation(number: int, root: int, *, article_id: int, **different: Any) -> dict[str, Any]:
    """A comment on the article's section, so many seconds after noon: the root itself, or a reply to it."""
    place = {"parent_id": None, "depth": 1} if number == root else {"parent_id": root, "depth": 2}
    place |= {"id": number, "root_id": root, "article_id": article_id, "section_id": article_id}
    return LEAST[Comment] | {"created_at": NOON + timedelta(seconds=number)} | place | different
