"""What is known about a new comment before its verdict?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import config, limits
from app.articles.opening import Discussed
from app.comments import store
from app.comments.models import Status
from app.comments.receipts import comment_of
from app.comments.rules import Draft, name_key
from app.comments.verdict import Circumstances, Tally, Unknown
from app.ground import markup
from app.ground.sealing import keyring
from app.permissions import Actor, Permission, may
from app.site.words import EMAIL, WordHits, words_for_checks

AGENT = "user agent"

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends a comment, as far as the checks look: the actor, the receipt shown, and the browser's name."""

    actor: Actor
    receipt: str | None
    user_agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was accepted before: of this pair of name and address, under the article, on the site."""

    pair_was_approved: bool
    by_pair: Tally
    on_article: Tally
    on_site: Tally


def gather(session: Session, draft: Draft, sender: Sender, *, discussed: Discussed) -> Circumstances:
    """Every fact that the checks ask for; one that cannot be learnt is Unknown, and its check holds."""

    def learn(question: Callable[[], Fact]) -> Fact | Unknown:
        try:
            return question()
        except SQLAlchemyError as error:
            session.rollback()
            return Unknown(type(error).__name__)

    settings = discussed.settings
    fingerprints = email_fingerprints(draft)
    words = learn(lambda: _word_hits(session, draft, sender))
    before = learn(lambda: _before(session, draft, fingerprints, discussed.article_id))
    return Circumstances(
        author_is_staff=may(sender.actor, Permission.REPLY_UNCHECKED) or sender.actor.ref == discussed.created_by,
        disallowed_words=words if isinstance(words, Unknown) else words.disallowed,
        everything_is_held=settings.hold_all,
        links=Tally(markup.links_in(draft.html), settings.link_limit),
        moderation_words=words if isinstance(words, Unknown) else words.moderation,
        first_is_held=settings.hold_first_comment,
        trust=settings.trust,
        pair_was_approved=before if isinstance(before, Unknown) else before.pair_was_approved,
        receipt_was_shown=learn(lambda: _receipt_was_shown(draft, fingerprints, sender.receipt)),
        by_email=before if isinstance(before, Unknown) else before.by_pair,
        on_article=before if isinstance(before, Unknown) else before.on_article,
        on_site=before if isinstance(before, Unknown) else before.on_site,
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


def _before(session: Session, draft: Draft, fingerprints: list[str], article_id: int) -> Before:
    """The address counts under this name only: under any, a stranger's own would tell how often its owner posts."""
    limits_of = config.current()
    bounds = store.Bounds(
        by_pair=limits_of.posts_per_hour_per_email,
        on_article=limits_of.posts_per_minute_per_article,
        on_site=limits_of.posts_per_minute,
    )
    found = store.before(
        session,
        article_id=article_id,
        name_key=name_key(draft.author_name),
        email_fingerprints=fingerprints,
        bounds=bounds,
    )
    return Before(
        pair_was_approved=bool(found.pair_was_approved),
        by_pair=Tally(found.by_pair, bounds.by_pair),
        on_article=Tally(found.on_article, bounds.on_article),
        on_site=Tally(found.on_site, bounds.on_site),
    )
