"""What happens when a reader leaves a reply?"""

from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from app import config, limits
from app.accounts import store as accounts
from app.accounts.models import Moderator
from app.articles.counters import lock_discussions
from app.articles.models import Article
from app.articles.opening import opening_of
from app.articles.store import public_article
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
from app.ground.errors import Conflict, FieldProblem, Forbidden, InvalidRequest, TooManyRequests
from app.ground.idempotency import Claim, Replay, claim
from app.ground.sealing import keyring
from app.permissions import Actor, Permission, may
from app.site.settings import DiscussionSettings, discussion_settings
from app.site.words import EMAIL

STATUS_OF = {
    Outcome.APPROVE: Status.APPROVED,
    Outcome.HOLD: Status.PENDING,
    Outcome.SPAM: Status.SPAM,
    Outcome.TRASH: Status.TRASH,
}


@dataclass(frozen=True, slots=True)
class Posted:
    """The comment that a post made, or had made before, and the HTTP status of the answer (201 or 202)."""

    comment_id: int
    status: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A reply that keeps the rules, and what is to become of it."""

    draft: Draft
    verdict: Verdict


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
    # Rendering and the checks' questions cost; nobody else waits for them.
    article = public_article(slug)
    article_id, judged = article.id, _judge(actor, reply, article)
    with transaction() as session:
        lock_discussions(session, [article_id])
        article = public_article(slug, session=session)
        claimed = claim(session, scope=_scope(actor))
        if isinstance(claimed, Replay):
            return Posted(claimed.resource_id, claimed.status)
        settings = discussion_settings(session)
        _refuse_if_closed(article, settings, reply.language)
        place = find_place(session, reply, article_id=article.id, max_depth=settings.depth_limit)
        judged, place = _accepted(judged, place, reply)
        comment = _comment(article, place, judged, _author(session, actor, judged.draft))
        _store(session, comment, reply.language)
        if not _is_staff(actor):
            _refuse_if_too_fast(session, reply.language)
        return _finish(session, comment, claimed)


def _judge(actor: Actor, reply: Reply, article: Article) -> Judged | Refusal:
    session = db.session()
    settings = discussion_settings(session)
    asked = settings.name_and_email_required and not _is_staff(actor)
    requirements = Requirements.of_site(require_name_and_email=asked)
    draft = check(reply.submission, requirements, render=markup.render_comment, is_blank=markup.is_blank)
    if isinstance(draft, Refusal):
        return draft
    sender = Sender(actor=actor, receipt=reply.receipt, user_agent=request.headers.get("User-Agent", ""))
    return Judged(draft, decide(gather(session, draft, sender, article=article, settings=settings)))


def _accepted(judged: Judged | Refusal, place: Place | list[FieldProblem], reply: Reply) -> tuple[Judged, Place]:
    """What can be stored. Raises InvalidRequest with everything that is wrong, each field once."""
    problems = [*reply.problems]
    if isinstance(judged, Refusal):
        problems += field_problems(judged, reply.language)
    if isinstance(place, list):
        problems += place
    if problems or isinstance(judged, Refusal) or isinstance(place, list):
        first: dict[str, FieldProblem] = {}
        for problem in problems:
            first.setdefault(problem.field, problem)
        raise InvalidRequest(*first.values())
    return judged, place


def _scope(actor: Actor) -> str:
    """Within what an Idempotency-Key is one: staff by who they are, guests by where they come from."""
    return actor.ref if _is_staff(actor) else limits.address_fingerprint()


def _is_staff(actor: Actor) -> bool:
    return may(actor, Permission.REPLY_UNCHECKED)


def _refuse_if_closed(article: Article, settings: DiscussionSettings, language: str) -> None:
    opening = opening_of(article, settings)
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


def answer_as_staff(session: Session, actor: Actor, parent: Comment, draft: Draft, *, counts: life.Counts) -> Comment:
    """Store a moderator's answer to a visible comment; it is visible at once.

    The caller holds the lock of the discussion and writes `counts`. Raises Conflict (`duplicate_comment`).
    """
    article = session.get_one(Article, parent.article_id)
    place = place_under(session, parent, section=None, max_depth=discussion_settings(session).depth_limit)
    comment = _comment(article, place, Judged(draft, BY_STAFF), _author(session, actor, draft))
    _store(session, comment, DEFAULT_LANGUAGE)
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


def _comment(article: Article, place: Place, judged: Judged, author: Author) -> Comment:
    now, ring = clock.now(), keyring()
    draft, verdict = judged.draft, judged.verdict
    status = STATUS_OF[verdict.outcome]
    return Comment(
        article_id=article.id,
        root_id=place.root_id,
        parent_id=place.parent_id,
        in_reply_to=place.in_reply_to,
        depth=place.depth,
        section_id=place.section_id,
        author_name=author.name,
        author_name_key=name_key(author.name),
        author_website=author.website,
        email_sealed=ring.seal(author.email, purpose=EMAIL) if author.email else None,
        email_fingerprint=ring.fingerprint(author.email_key, purpose=EMAIL) if author.email_key else None,
        address_fingerprint=limits.address_fingerprint(),
        agent_fingerprint=ring.fingerprint(request.headers.get("User-Agent", ""), purpose=AGENT),
        staff=author.staff,
        source=draft.content,
        html=draft.html,
        renderer=markup.RENDERER,
        status=status,
        restore_to=None,
        reasons=[_line(reason) for reason in verdict.reasons],
        safe_reason=verdict.safe_reason,
        trashed_by_rule=status is Status.TRASH,
        duplicate_key=duplicate_key(
            article_id=article.id, in_reply_to=place.in_reply_to, name=author.name, content=draft.content
        ),
        receipt_nonce=new_nonce(),
        visible_below=0,
        pinned=False,
        created_at=now,
        changed_at=now,
        changed_by="rules",
        version=1,
    )


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


def _store(session: Session, comment: Comment, language: str) -> None:
    if not store.insert_comment(session, comment):
        raise _duplicate(session, comment, language)


def _refuse_if_too_fast(session: Session, language: str) -> None:
    bounds = config.current()
    wait = store.seconds_too_fast(
        session, limits.address_fingerprint(), apart=bounds.flood_seconds, per_hour=bounds.posts_per_hour_per_address
    )
    if wait:
        raise TooManyRequests(text("refusal.too_fast", language), retry_after=wait, code="too_fast")


def _duplicate(session: Session, comment: Comment, language: str) -> Conflict:
    first = store.by_duplicate_key(session, comment.duplicate_key or "")
    link = None
    if first is not None and first.status == Status.APPROVED:
        article = session.get(Article, first.article_id)
        link = shown.permalink(shown.Frame.of(session), slug=article.slug, comment_id=first.id) if article else None
    return Conflict(text("refusal.duplicate_comment", language), code="duplicate_comment", permalink=link)


def _finish(session: Session, comment: Comment, claimed: Claim) -> Posted:
    counts = life.Counts()
    life.begin(session, comment, counts=counts)
    counts.write(session)
    status = 201 if comment.status == Status.APPROVED else 202
    claimed.remember(session, status=status, resource_id=comment.id)
    return Posted(comment.id, status)
