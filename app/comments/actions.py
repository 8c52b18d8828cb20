"""What happens when a reader leaves a reply?"""

from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from app import config, limits
from app.accounts import store as accounts
from app.accounts.models import Moderator
from app.articles.counters import lock_discussions
from app.articles.models import Article, Section
from app.articles.opening import opening_of
from app.articles.store import live_section, public_article
from app.comments import circumstances, life, shown, store
from app.comments.circumstances import AGENT, EMAIL, Sender
from app.comments.form import Requirements
from app.comments.models import Comment, Status
from app.comments.receipts import new_nonce
from app.comments.rules import (
    Draft, Placement, Refusal, Submission, check, duplicate_key, name_key, placement,
)
from app.comments.schemas import Reply
from app.comments.texts import text
from app.comments.verdict import Outcome, Reason, Verdict, decide
from app.ground import clock, markup
from app.ground.db import db, transaction
from app.ground.errors import Conflict, FieldProblem, Forbidden, InvalidRequest, TooManyRequests
from app.ground.idempotency import Claim, Replay, claim
from app.ground.sealing import keyring
from app.permissions import Actor, Permission, may
from app.site.settings import DiscussionSettings, versioned_settings

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
class Place:
    """Where in the thread a comment goes, and under which section."""

    placement: Placement
    root_id: int | None
    in_reply_to: int | None
    section_id: int | None


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
    article = public_article(slug)
    article_id, creator = article.id, article.created_by
    settings = versioned_settings(db.session()).settings
    # Rendering and the checks' questions cost; nobody else waits for them.
    checked = _check(reply, actor, settings)
    verdict = _judge(checked, actor, reply, article_id=article_id, creator=creator, settings=settings)
    with transaction() as session:
        lock_discussions(session, [article_id])
        article = public_article(slug, session=session)
        claimed = claim(session, scope=_scope(actor))
        if isinstance(claimed, Replay):
            return Posted(claimed.resource_id, claimed.status)
        _refuse_if_closed(article, settings, reply.language)
        place = _find_place(session, article, reply, settings, checked)
        assert isinstance(checked, Draft)
        assert verdict is not None
        comment = _comment(article, place, checked, _author(session, actor, checked), verdict)
        _store(session, comment, actor, reply)
        return _finish(session, comment, claimed)


def _check(reply: Reply, actor: Actor, settings: DiscussionSettings) -> Draft | Refusal:
    asked = settings.name_and_email_required and not _is_staff(actor)
    requirements = Requirements.of_site(require_name_and_email=asked)
    return check(reply.submission, requirements, render=markup.render_comment, is_blank=markup.is_blank)


def _judge(checked: Draft | Refusal, actor: Actor, reply: Reply, *, article_id: int, creator: str,
           settings: DiscussionSettings) -> Verdict | None:  # fmt: skip
    if isinstance(checked, Refusal):
        return None
    sender = Sender(actor=actor, receipt=reply.receipt, user_agent=request.headers.get("User-Agent", ""))
    facts = circumstances.gather(
        db.session(), checked, sender, article_id=article_id, article_creator=creator, settings=settings
    )
    return decide(facts)


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
    raise Forbidden(
        text(f"closed.{opening.reason}", language), code="discussion_closed", reason=opening.reason, since=since
    )


def _find_place(session: Session, article: Article, reply: Reply, settings: DiscussionSettings,
                checked: Draft | Refusal) -> Place:  # fmt: skip
    """Where the reply goes. Raises InvalidRequest with every error of the fields, the parent and the section."""
    problems = list(reply.problems)
    unreadable = {problem.field for problem in problems}
    if isinstance(checked, Refusal):
        problems += [each for each in field_problems(checked, reply.language) if each.field not in unreadable]
    parent = None
    if reply.parent_id is not None:
        parent = store.answered_comment(session, reply.parent_id, article_id=article.id)
    if reply.parent_id is not None and parent is None:
        problems.append(_problem("parent_id", "parent_not_available", reply.language))
    section = live_section(session, article.id, reply.section) if reply.section else None
    if reply.section and section is None:
        problems.append(_problem("section", "section_not_available", reply.language))
    if problems:
        raise InvalidRequest(*problems)
    return _place_under(session, parent, section, settings)


def _place_under(session: Session, parent: Comment | None, section: Section | None,
                 settings: DiscussionSettings) -> Place:  # fmt: skip
    if parent is None:
        return Place(placement([], settings.depth_limit), None, None, section.id if section else None)
    found = placement(store.ancestors_of(session, parent), settings.depth_limit)
    # A reply belongs to its conversation's section, whatever a form says.
    root_id = parent.root_id if found.parent_id is not None else None
    return Place(found, root_id, parent.id, parent.section_id)


def preview(content: str, language: str) -> str:
    """The text as it would be shown; nothing is stored. Raises InvalidRequest."""
    alone = Submission(content=content, author_name=None, author_email=None)
    nothing_else = Requirements.of_site(require_name_and_email=False)
    checked = check(alone, nothing_else, render=markup.render_comment, is_blank=markup.is_blank)
    if isinstance(checked, Refusal):
        raise InvalidRequest(*field_problems(checked, language))
    return checked.html


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


def _problem(field: str, code: str, language: str) -> FieldProblem:
    return FieldProblem(field, code, text(f"error.{code}", language))


def _author(session: Session, actor: Actor, draft: Draft) -> Author:
    if not _is_staff(actor):
        return Author(draft.author_name, draft.author_email, draft.author_email_key, draft.author_website, None)
    account = session.get(Moderator, actor.account_id) if actor.account_id else None
    email = keyring().open(account.email_sealed, purpose=accounts.EMAIL) if account else None
    return Author(actor.name, email, email.lower() if email else None, None, actor.ref)


def _comment(article: Article, place: Place, draft: Draft, author: Author, verdict: Verdict) -> Comment:
    now, ring = clock.now(), keyring()
    status = STATUS_OF[verdict.outcome]
    return Comment(
        article_id=article.id,
        root_id=place.root_id,
        parent_id=place.placement.parent_id,
        in_reply_to=place.in_reply_to,
        depth=place.placement.depth,
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
    saw = [{"word_id": hit.word_id, "field": hit.field} for hit in reason.saw] if isinstance(reason.saw, tuple) else reason.saw
    return {
        "check": reason.check,
        "code": reason.code,
        "saw": saw,
        "threshold": reason.threshold,
        "result": reason.result,
    }


def _store(session: Session, comment: Comment, actor: Actor, reply: Reply) -> None:
    if not store.insert_comment(session, comment):
        raise _duplicate(session, comment, reply.language)
    if _is_staff(actor):
        return
    bounds = config.current()
    wait = store.seconds_too_fast(
        session, limits.address_fingerprint(), apart=bounds.flood_seconds, per_hour=bounds.posts_per_hour_per_address
    )
    if wait:
        raise TooManyRequests(text("refusal.too_fast", reply.language), retry_after=wait, code="too_fast")


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
