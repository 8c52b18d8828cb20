"""What can a moderator do to one comment, and to a discussion?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.articles.counters import ArticleCounts, lock_discussions
from app.articles.models import Article
from app.articles.rules import Switch
from app.comments import life
from app.comments.actions import answer_as_staff, draft_of, field_problems
from app.comments.form import Requirements
from app.comments.life import Counts, Move, destination
from app.comments.models import Comment, Status
from app.comments.rules import Entry, Markup, Refusal, Submission, entries_of, first_error, name_key, website_link
from app.comments.texts import DEFAULT_LANGUAGE
from app.ground import clock, markup
from app.ground.audit import Act, record
from app.ground.db import db, transaction
from app.ground.errors import Conflict, InvalidRequest, NotFound
from app.ground.idempotency import Replay, claim
from app.ground.sealing import keyring
from app.moderation import operations, store
from app.moderation.items import Seen
from app.permissions import Actor
from app.site.settings import discussion_settings
from app.site.words import EMAIL


class NoAddress(NotFound):
    """The comment is there, and its author left no address."""

    code = "no_email"


class Pin(StrEnum):
    PIN = "pin"
    UNPIN = "unpin"


@dataclass(frozen=True, slots=True)
class Edit:
    """The edited fields, by name, as the rules look at them, and what is wrong with them."""

    entries: Mapping[str, Entry]
    refusal: Refusal


def decide(actor: Actor, comment_id: int, move: Move, note: str | None) -> int:
    """Move one comment, as an operation of its own, whose id this is.

    Raises NotFound, PreconditionRequired, PreconditionFailed, Conflict (409, `already_…`).
    """
    with transaction() as session:
        comment = store.lock_for_decision(session, comment_id)
        store.require_seen(session, comment)
        destination(comment, move)
        return operations.decide_one(session, actor, move, Seen(comment.id, comment.version), note)


def edit_comment(actor: Actor, comment_id: int, change: Mapping[str, str | None]) -> None:
    """Change text, name or website under the rules of posting; date, place and author stay.

    The log names the fields, never what stands in them. Raises NotFound, PreconditionRequired, PreconditionFailed,
    InvalidRequest.
    """
    edit = _read_edit(db.session(), change)
    with transaction() as session:
        comment = store.lock_comment(session, comment_id)
        store.require_seen(session, comment)
        if edit.refusal.errors:
            raise InvalidRequest(*field_problems(edit.refusal, DEFAULT_LANGUAGE))
        _apply(comment, edit)
        comment.edited_at, comment.duplicate_key = clock.now(), None
        life.stamp(comment, by=actor.name)
        record(session, _act(actor, "edit", comment, fields=sorted(edit.entries)))
        session.flush()
        _touch(session, comment)


def reply_as_staff(actor: Actor, comment_id: int, content: str) -> int:
    """Answer a comment, which approves it where it was held; the id of the answer.

    Raises NotFound, InvalidRequest, Conflict (409, `not_visible` for spam and trash, `duplicate_comment`).
    """
    draft = draft_of(content, DEFAULT_LANGUAGE)
    with transaction() as session:
        parent = store.lock_comment(session, comment_id)
        claimed = claim(session, scope=actor.ref)
        if isinstance(claimed, Replay):
            return claimed.resource_id
        if parent.status in life.PUT_AWAY:
            raise Conflict("Nobody would see the answer.", code="not_visible", comment_status=parent.status)
        if parent.status == Status.PENDING:
            operations.decide_one(session, actor, Move.APPROVE, Seen(parent.id, parent.version), None)
            session.refresh(parent)
        counts = Counts()
        answer = answer_as_staff(session, actor, parent, draft, counts=counts)
        answer_id: int = answer.id
        claimed.remember(session, status=201, resource_id=answer_id)
        record(session, _act(actor, "reply", answer, to_state=answer.status))
        counts.write(session)
    return answer_id


def erase_comment(actor: Actor, comment_id: int) -> None:
    """Blank every personal column for ever. Raises NotFound, PreconditionRequired, PreconditionFailed."""
    with transaction() as session:
        comment = store.lock_comment(session, comment_id)
        store.require_seen(session, comment)
        counts, before = Counts(), comment.status
        life.erase(session, comment, by=actor.name, counts=counts)
        record(session, _act(actor, "erase", comment, from_state=before))
        counts.write(session)


def pin_comment(actor: Actor, comment_id: int, pin: Pin) -> None:
    """Raises NotFound, PreconditionRequired, PreconditionFailed, Conflict (409, `already_pinned`, …)."""
    with transaction() as session:
        comment = store.lock_comment(session, comment_id)
        store.require_seen(session, comment)
        if comment.pinned == (pin is Pin.PIN):
            raise Conflict("It is so already.", code=f"already_{pin}ned", comment_status=comment.status)
        comment.pinned = pin is Pin.PIN
        life.stamp(comment, by=actor.name)
        record(session, _act(actor, pin, comment))
        session.flush()
        _touch(session, comment)


def reveal_email(actor: Actor, comment_id: int) -> str:
    """The author's address, once the log holds that it was told. Raises NotFound (404, `no_email` where none is)."""
    with transaction() as session:
        comment = session.get(Comment, comment_id, populate_existing=True)
        if comment is None or comment.erased_at is not None:
            raise NotFound
        if comment.email_sealed is None:
            raise NoAddress("Its author left no address.")
        email = keyring().open(comment.email_sealed, purpose=EMAIL)
        record(session, _act(actor, "reveal_email", comment))
    return email


def log_search(actor: Actor, fields: list[str]) -> None:
    """Write down that somebody searches by address: which fields, never what for."""
    act = Act(
        actor=actor.ref,
        actor_name=actor.name,
        action="search_by_address",
        object_type="search",
        object_id="comments",
        details={"fields": fields},
    )
    with transaction() as session:
        record(session, act)


def switch_discussion(actor: Actor, slug: str, to: Switch) -> Article:
    """Close or open an article's discussion, whatever the site does. Raises NotFound, Conflict (409, `already_…`)."""
    with transaction() as session:
        article = _locked_article(session, slug)
        before = article.discussion_switch
        if before == to:
            raise Conflict(f"The discussion is {to} already.", code=f"already_{to}")
        article.discussion_switch = to
        article.discussion_closed_at = clock.now() if to is Switch.CLOSED else None
        act = Act(
            actor=actor.ref,
            actor_name=actor.name,
            action="close_discussion" if to is Switch.CLOSED else "open_discussion",
            object_type="article",
            object_id=article.id,
            from_state=before,
            to_state=to,
        )
        record(session, act)
        session.flush()
        figures = ArticleCounts()
        figures.touch(article.id)
        figures.write(session)
    return article


def _locked_article(session: Session, slug: str) -> Article:
    """Discussion first: whoever posts holds it, and asks for the article then."""
    article_id = session.scalar(select(Article.id).where(Article.slug == slug))
    if article_id is not None:
        lock_discussions(session, [article_id])
    article = session.get(Article, article_id or 0, with_for_update=True, populate_existing=True)
    if article is None:
        raise NotFound
    return article


def _read_edit(session: Session, change: Mapping[str, str | None]) -> Edit:
    """Rendering costs, so nobody else waits for it."""
    settings = discussion_settings(session)
    submission = Submission(
        content=change.get("content"),
        author_name=change.get("author_name"),
        author_email=None,
        author_website=change.get("author_website"),
    )
    asked = Requirements.of_site(require_name_and_email=settings.name_and_email_required)
    entries = entries_of(submission, asked, Markup(markup.render_comment, markup.is_blank))
    edited = {name: entry for name, entry in entries.items() if name in change}
    return Edit(edited, Refusal(tuple(error for entry in edited.values() if (error := first_error(entry)))))


def _apply(comment: Comment, edit: Edit) -> None:
    if content := edit.entries.get("content"):
        comment.source, comment.html, comment.renderer = content.typed, content.html, markup.RENDERER
    if name := edit.entries.get("author_name"):
        comment.author_name, comment.author_name_key = name.text, name_key(name.text)
    if website := edit.entries.get("author_website"):
        comment.author_website = website_link(website.text) if website.text else None


def _touch(session: Session, comment: Comment) -> None:
    """What readers see has changed, if they see this comment."""
    if comment.status == Status.APPROVED:
        counts = Counts()
        counts.articles.touch(comment.article_id)
        counts.write(session)


def _act(actor: Actor, action: str, comment: Comment, *, fields: list[str] | None = None,
         from_state: str | None = None, to_state: str | None = None) -> Act:  # fmt: skip
    return Act(
        actor=actor.ref,
        actor_name=actor.name,
        action=action,
        object_type=store.COMMENT,
        object_id=comment.id,
        from_state=from_state,
        to_state=to_state,
        details={"fields": fields} if fields else {},
    )
