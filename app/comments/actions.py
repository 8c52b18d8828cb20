"""What happens when a reader leaves a reply?"""

from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from app import config, limits
from app.accounts import store as accounts
from app.accounts.models import Moderator
from app.articles.counters import lock_discussions
from app.articles.models import Article
from app.articles.opening import Discussed, discussed
from app.articles.rules import Opening
from app.comments import life, shown, store
from app.comments.circumstances import AGENT, Sender, gather
from app.comments.form import Requirements
from app.comments.models import Comment, Status
from app.comments.placing import Place, find_place, place_under
from app.comments.receipts import new_nonce
from app.comments.rules import (
    Draft,
    Refusal,
    Submission,
    check,
    duplicate_key,
    name_key,
)
from app.comments.schemas import Reply
from app.comments.texts import DEFAULT_LANGUAGE, text
from app.comments.verdict import BY_STAFF, Outcome, Reason, Verdict, decide
from app.ground import clock, markup
from app.ground.db import db, transaction
from app.ground.errors import Conflict, FieldProblem, Forbidden, InvalidRequest, NotFound, TooManyRequests
from app.ground.idempotency import Claim, Replay, claim
from app.ground.prepared import Row
from app.ground.sealing import keyring
from app.permissions import Actor, Permission, may
from app.site.settings import DiscussionSettings, discussion_settings
from app.site.words import EMAIL

Written = dict[str, Any]  # column by column

STATUS_OF = {
    Outcome.APPROVE: Status.APPROVED,
    Outcome.HOLD: Status.PENDING,
    Outcome.SPAM: Status.SPAM,
    Outcome.TRASH: Status.TRASH,
}


@dataclass(frozen=True, slots=True)
class Posted:
    """The comment that a post made, or had made before, and the HTTP status of the answer (201 or 202)."""

    comment: Row
    frame: shown.Frame
    status: int


@dataclass(frozen=True, slots=True)
class Author:
    """By whom a comment is: a guest as they say they are, or staff as their account says."""

    name: str
    email: str | None
    email_key: str | None
    website: str | None
    staff: str | None


def leave_reply(actor: Actor, slug: str, reply: Reply) -> Posted:
    """Store a reply and decide what becomes of it, in one transaction.

    Raises, in this order: NotFound, Forbidden (`discussion_closed`), InvalidRequest with every field error, Conflict
    (`duplicate_comment`), TooManyRequests (`too_fast`).
    """
    # Rendering, sealing and the checks' questions cost; nobody else waits for them.
    article = discussed(db.session(), slug)
    written = _write(db.session(), actor, reply, article)
    with transaction() as session:
        lock_discussions(session, [article.article_id])
        article = discussed(session, slug)
        claimed = claim(session, scope=_scope(actor))
        if isinstance(claimed, Replay):
            return _replayed(session, claimed, article.settings)
        _refuse_if_closed(article.opening, reply.language)
        place = find_place(session, reply, article_id=article.article_id, max_depth=article.settings.depth_limit)
        written, place = _accepted(written, place, reply)
        comment = _store(session, article.article_id, place, written, language=reply.language)
        if not _is_staff(actor):
            _refuse_if_too_fast(session, reply.language)
        return _finish(session, comment, claimed, article.settings)


def _write(session: Session, actor: Actor, reply: Reply, article: Discussed) -> Written | Refusal:
    asked = article.settings.name_and_email_required and not _is_staff(actor)
    requirements = Requirements.of_site(require_name_and_email=asked)
    draft = check(reply.submission, requirements, render=markup.render_comment, is_blank=markup.is_blank)
    if isinstance(draft, Refusal):
        return draft
    sender = Sender(actor=actor, receipt=reply.receipt, user_agent=request.headers.get("User-Agent", ""))
    verdict = decide(gather(session, draft, sender, discussed=article))
    return _written(draft, verdict, _author(session, actor, draft))


def _accepted(written: Written | Refusal, place: Place | list[FieldProblem], reply: Reply) -> tuple[Written, Place]:
    """What can be stored. Raises InvalidRequest with everything that is wrong, each field once."""
    problems = [*reply.problems]
    if isinstance(written, Refusal):
        problems += field_problems(written, reply.language)
    if isinstance(place, list):
        problems += place
    if problems or isinstance(written, Refusal) or isinstance(place, list):
        first: dict[str, FieldProblem] = {}
        for problem in problems:
            first.setdefault(problem.field, problem)
        raise InvalidRequest(*first.values())
    return written, place


def _scope(actor: Actor) -> str:
    """Within what an Idempotency-Key is one: staff by who they are, guests by where they come from."""
    return actor.ref if _is_staff(actor) else limits.address_fingerprint()


def _is_staff(actor: Actor) -> bool:
    return may(actor, Permission.REPLY_UNCHECKED)


def _refuse_if_closed(opening: Opening, language: str) -> None:
    if opening.open:
        return
    since = opening.since.isoformat() if opening.since else None
    message = text(f"closed.{opening.reason}", language)
    raise Forbidden(message, code="discussion_closed", reason=opening.reason, since=since)


def draft_of(content: str, language: str) -> Draft:
    """A text alone, checked and rendered. Raises InvalidRequest."""
    alone = Submission(content=content, author_name=None, author_email=None)
    nothing_else = Requirements.of_site(require_name_and_email=False)
    checked = check(alone, nothing_else, render=markup.render_comment, is_blank=markup.is_blank)
    if isinstance(checked, Refusal):
        raise InvalidRequest(*field_problems(checked, language))
    return checked


def answer_as_staff(session: Session, actor: Actor, parent: Comment, draft: Draft, *, counts: life.Counts) -> Row:
    """Store a moderator's answer to a visible comment; it is visible at once.

    The caller holds the lock of the discussion and writes `counts`. Raises Conflict (`duplicate_comment`).
    """
    written = _written(draft, BY_STAFF, _author(session, actor, draft))
    place = place_under(session, parent, section=None, max_depth=discussion_settings(session).depth_limit)
    comment = _store(session, parent.article_id, place, written, language=DEFAULT_LANGUAGE)
    life.begin(session, comment, counts=counts)
    return comment


def field_problems(refusal: Refusal, language: str) -> list[FieldProblem]:
    """Every field error, in the reader's language."""
    return [
        FieldProblem(
            error.field,
            error.code,
            text(f"error.{error.code}", language, limit=error.limit, actual=error.actual),
            error.limit,
            error.actual,
        )
        for error in refusal.errors
    ]


def _author(session: Session, actor: Actor, draft: Draft) -> Author:
    if not _is_staff(actor):
        return Author(draft.author_name, draft.author_email, draft.author_email_key, draft.author_website, None)
    account = session.get(Moderator, actor.account_id) if actor.account_id else None
    email = keyring().open(account.email_sealed, purpose=accounts.EMAIL) if account else None
    return Author(actor.name, email, email.lower() if email else None, None, actor.ref)


def _written(draft: Draft, verdict: Verdict, author: Author) -> Written:
    """The columns of a new comment, sealed, but for its place and its moment."""
    ring, status = keyring(), STATUS_OF[verdict.outcome]
    return {
        "author_name": author.name,
        "author_name_key": name_key(author.name),
        "author_website": author.website,
        "email_sealed": ring.seal(author.email, purpose=EMAIL) if author.email else None,
        "email_fingerprint": ring.fingerprint(author.email_key, purpose=EMAIL) if author.email_key else None,
        "address_fingerprint": limits.address_fingerprint(),
        "agent_fingerprint": ring.fingerprint(request.headers.get("User-Agent", ""), purpose=AGENT),
        "staff": author.staff,
        "source": draft.content,
        "html": draft.html,
        "renderer": markup.RENDERER,
        "status": status,
        "reasons": [_line(reason) for reason in verdict.reasons],
        "safe_reason": verdict.safe_reason,
        "trashed_by_rule": status is Status.TRASH,
        "receipt_nonce": new_nonce(),
        "changed_by": "rules",
    }


def _line(reason: Reason) -> dict[str, object]:
    saw = (
        [{"word_id": hit.word_id, "field": hit.field} for hit in reason.saw]
        if isinstance(reason.saw, tuple)
        else reason.saw
    )
    return {
        "check": reason.check,
        "code": reason.code,
        "saw": saw,
        "threshold": reason.threshold,
        "result": reason.result,
    }


def _store(session: Session, article_id: int, place: Place, written: Written, *, language: str) -> Row:
    """The comment as it is stored. Raises Conflict (`duplicate_comment`)."""
    now = clock.now()
    key = duplicate_key(
        article_id=article_id, in_reply_to=place.in_reply_to, name=written["author_name"], content=written["source"]
    )
    stored = written | place._asdict() | {"duplicate_key": key, "created_at": now, "changed_at": now}
    comment = store.insert_comment(session, {"article_id": article_id, **stored})
    if comment is None:
        raise _duplicate(session, key, language)
    return comment


def _refuse_if_too_fast(session: Session, language: str) -> None:
    bounds = config.current()
    wait = store.seconds_too_fast(
        session, limits.address_fingerprint(), apart=bounds.flood_seconds, per_hour=bounds.posts_per_hour_per_address
    )
    if wait:
        raise TooManyRequests(text("refusal.too_fast", language), retry_after=wait, code="too_fast")


def _duplicate(session: Session, key: str, language: str) -> Conflict:
    first = store.by_duplicate_key(session, key)
    link = None
    if first is not None and first.status == Status.APPROVED:
        article = session.get(Article, first.article_id)
        link = shown.permalink(shown.Frame.of(session), slug=article.slug, comment_id=first.id) if article else None
    return Conflict(text("refusal.duplicate_comment", language), code="duplicate_comment", permalink=link)


def _finish(session: Session, comment: Row, claimed: Claim, settings: DiscussionSettings) -> Posted:
    counts = life.Counts()
    life.begin(session, comment, counts=counts)
    counts.write(session)
    status = 201 if comment.status == Status.APPROVED else 202
    claimed.remember(session, status=status, resource_id=comment.id)
    return Posted(comment, shown.Frame.under(settings), status)


def _replayed(session: Session, replay: Replay, settings: DiscussionSettings) -> Posted:
    """Raises NotFound for what was erased since."""
    comment = store.posted(session, replay.resource_id)
    if comment is None or comment.erased_at is not None:
        raise NotFound
    return Posted(comment, shown.Frame.under(settings), replay.status)
