"""Which comments does a moderator mean?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select

from app.articles.models import Article, Section
from app.comments.models import Comment, Status
from app.comments.rules import name_key
from app.comments.verdict import Result
from app.permissions import Actor, Permission, permit
from app.site.models import WordTarget
from app.site.words import address_fingerprints

ANY = "any"
ADDRESS_FIELDS = ("author_email", "author_ip")
PLAIN_FIELDS = ("article", "section", "reason", "q", "after", "before")

# More than a verdict has. Lines are looked at by place: each database searches lists in its own way.
MOST_CHECKS = 16
_ASCII_CAPITALS = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a moderator asked for; None asks for nothing.

    `reason` is the name or the code of a check that did not let a comment pass. Of an address only its
    fingerprints (under every key) come in here. `as_of` freezes: what came or changed later is not meant.
    """

    status: Status | None
    article: str | None = None
    section: str | None = None
    reason: str | None = None
    q: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    email_fingerprints: tuple[str, ...] | None = None
    address_fingerprints: tuple[str, ...] | None = None
    as_of: datetime | None = None

    @property
    def sure(self) -> list[ColumnElement[bool]]:
        """What an index can answer, or what is so of nearly every row."""
        wanted: list[ColumnElement[bool] | None] = [
            Comment.erased_at.is_(None),
            self._has_status() if self.status else None,
            _is_under(self.article) if self.article is not None else None,
            Comment.created_at >= self.after if self.after else None,
            Comment.created_at < self.before if self.before else None,
            Comment.email_fingerprint.in_(self.email_fingerprints) if self.email_fingerprints is not None else None,
            and_(Comment.created_at <= self.as_of, Comment.changed_at <= self.as_of) if self.as_of else None,
        ]
        return [condition for condition in wanted if condition is not None]

    @property
    def rare(self) -> list[ColumnElement[bool]]:
        """What only a look at each row can tell, and few rows may be."""
        wanted: list[ColumnElement[bool] | None] = [
            _is_about(self.section) if self.section is not None else None,
            _objected(self.reason) if self.reason is not None else None,
            _says(self.q) if self.q is not None else None,
            Comment.address_fingerprint.in_(self.address_fingerprints)
            if self.address_fingerprints is not None
            else None,
        ]
        return [condition for condition in wanted if condition is not None]

    def _has_status(self) -> ColumnElement[bool]:
        """By index, but for what one author wrote: SQLite would go through all of that status."""
        is_by_author = self.email_fingerprints is not None
        return (func.coalesce(Comment.status, "") if is_by_author else Comment.status) == self.status

    def told(self) -> dict[str, str | bool]:
        """The selection as it may be kept: what could be a name or an address is only said to be there."""
        plain = {
            "status": self.status,
            "article": self.article,
            "section": self.section,
            "reason": self.reason,
        }
        moments = {"after": self.after, "before": self.before, "as_of": self.as_of}
        personal = {
            "q": self.q,
            "author_email": self.email_fingerprints,
            "author_ip": self.address_fingerprints,
        }
        return (
            {name: str(value) for name, value in plain.items() if value is not None}
            | {name: moment.isoformat() for name, moment in moments.items() if moment is not None}
            | {name: True for name, value in personal.items() if value is not None}
        )


def _is_under(slug: str) -> ColumnElement[bool]:
    return Comment.article_id == select(Article.id).where(Article.slug == slug).scalar_subquery()


def _is_about(anchor: str) -> ColumnElement[bool]:
    """In a section that has this anchor, or had it."""
    return Comment.section_id.in_(select(Section.id).where(Section.anchor == anchor))


def _objected(check_or_code: str) -> ColumnElement[bool]:
    lines = [Comment.reasons[place] for place in range(MOST_CHECKS)]
    objections = [
        and_(
            line["result"].as_string() != Result.PASSED.value,
            or_(line["check"].as_string() == check_or_code, line["code"].as_string() == check_or_code),
        )
        for line in lines
    ]
    # Nearly every row is done with after one search of its text.
    return and_(cast(Comment.reasons, Text).contains(f'"{check_or_code}"', autoescape=True), or_(*objections))


def _says(typed: str) -> ColumnElement[bool]:
    """In the text or the author's name, capitals or not.

    A database may fold ASCII alone, so other letters are looked for in each way that words are written.
    """
    ways = {way.translate(_ASCII_CAPITALS) for way in (typed.lower(), typed.upper(), typed.capitalize(), typed.title())}
    text: Any = func.lower(Comment.source)
    in_text = [text.contains(way, autoescape=True) for way in sorted({*ways, typed.lower()})]
    return or_(*in_text, Comment.author_name_key.contains(name_key(typed), autoescape=True))


def selection_of(actor: Actor, asked: dict[str, Any], *, as_of: datetime | None = None) -> tuple[Selection, list[str]]:
    """The selection behind a filter, with the names of the address fields in it.

    Raises Unauthorized or Forbidden where somebody asks by address who may not see any.
    """
    by_address = [name for name in ADDRESS_FIELDS if name in asked]
    if by_address:
        permit(actor, Permission.REVEAL_ADDRESSES)
    selection = Selection(
        status=None if asked["status"] == ANY else Status(asked["status"]),
        email_fingerprints=_fingerprints(WordTarget.EMAIL, asked.get("author_email")),
        address_fingerprints=_fingerprints(WordTarget.NETWORK, asked.get("author_ip")),
        as_of=as_of,
        **{name: asked[name] for name in PLAIN_FIELDS if name in asked},
    )
    return selection, by_address


def _fingerprints(target: WordTarget, typed: str | None) -> tuple[str, ...] | None:
    return tuple(address_fingerprints(target, typed)) if typed is not None else None
