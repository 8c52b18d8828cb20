"""What is known about a new comment before its verdict?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import config, limits
from app.articles.models import Article
from app.comments import store
from app.comments.models import Comment, Status
from app.comments.receipts import comment_of
from app.comments.rules import Draft, name_key
from app.comments.verdict import Circumstances, Tally, Unknown
from app.ground import clock, markup
from app.ground.sealing import keyring
from app.permissions import Actor, Permission, may
from app.site.settings import DiscussionSettings
from app.site.words import EMAIL, WordHits, words_for_checks

AGENT = "user agent"

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends a comment, as far as the checks look: the actor, the receipt shown, and the browser's name."""

    actor: Actor
    receipt: str | None
    user_agent: str


def gather(
    session: Session, draft: Draft, sender: Sender, *, article: Article, settings: DiscussionSettings
) -> Circumstances:
    """Every fact that the checks ask for; one that cannot be learnt is Unknown, and its check holds."""
    article_id, creator = article.id, article.created_by

    def learn(question: Callable[[], Fact]) -> Fact | Unknown:
        try:
            return question()
        except SQLAlchemyError as error:
            session.rollback()
            return Unknown(type(error).__name__)

    fingerprints = email_fingerprints(draft)
    words = learn(lambda: _word_hits(session, draft, sender))
    bounds = config.current()
    return Circumstances(
        author_is_staff=may(sender.actor, Permission.REPLY_UNCHECKED) or sender.actor.ref == creator,
        disallowed_words=words if isinstance(words, Unknown) else words.disallowed,
        everything_is_held=settings.hold_all,
        links=Tally(markup.links_in(draft.html), settings.link_limit),
        moderation_words=words if isinstance(words, Unknown) else words.moderation,
        first_is_held=settings.hold_first_comment,
        trust=settings.trust,
        pair_was_approved=learn(lambda: _pair_was_approved(session, draft, fingerprints)),
        receipt_was_shown=learn(lambda: _receipt_was_shown(draft, fingerprints, sender.receipt)),
        by_email=learn(lambda: _recent_by_pair(session, draft, fingerprints, bounds.posts_per_hour_per_email)),
        on_article=learn(
            lambda: _recent(session, bounds.posts_per_minute_per_article, Comment.article_id == article_id)
        ),
        on_site=learn(lambda: _recent(session, bounds.posts_per_minute)),
    )


def email_fingerprints(draft: Draft) -> list[str]:
    """The address under every key; none where no address was given."""
    return keyring().fingerprints(draft.author_email_key, purpose=EMAIL) if draft.author_email_key else []


def _word_hits(session: Session, draft: Draft, sender: Sender) -> WordHits:
    texts = {
        "content": draft.content,
        "text": markup.text_of(draft.html),
        "author_name": draft.author_name,
        "author_email": draft.author_email or "",
        "author_website": draft.author_website or "",
        "address": limits.counted_address(),
        "user_agent": sender.user_agent,
    }
    return words_for_checks(session).hits(texts, email_key=draft.author_email_key)


def _pair_was_approved(session: Session, draft: Draft, fingerprints: list[str]) -> bool:
    return bool(fingerprints) and store.has_approved(
        session, name_key=name_key(draft.author_name), email_fingerprints=fingerprints
    )


def _receipt_was_shown(draft: Draft, fingerprints: list[str], receipt: str | None) -> bool:
    """Whether the sender holds the receipt of an approved comment by the same name and address.

    Anybody can claim a pair and gets a receipt for the held comment, so that one proves nothing.
    """
    earlier = comment_of(receipt) if receipt else None
    return (
        earlier is not None
        and earlier.status == Status.APPROVED
        and earlier.author_name_key == name_key(draft.author_name)
        and earlier.email_fingerprint in fingerprints
    )


def _recent_by_pair(session: Session, draft: Draft, fingerprints: list[str], limit: int) -> Tally:
    """Of the address under this name: counted under any name, a stranger's own would tell how often its owner posts."""
    if not fingerprints:
        return Tally(0, limit)
    since = clock.now() - store.HOUR
    pair = (Comment.email_fingerprint.in_(fingerprints), Comment.author_name_key == name_key(draft.author_name))
    return Tally(store.count_up_to(session, limit, since, *pair), limit)


def _recent(session: Session, limit: int, *of: ColumnElement[bool]) -> Tally:
    return Tally(store.count_up_to(session, limit, clock.now() - store.MINUTE, *of), limit)
