"""What does a guest with a receipt see: an own comment, whatever became of it, and a form that knows whose it is?"""

from dataclasses import replace

from flask import Response

from app.articles.models import Article
from app.comments import shown, store
from app.comments.models import Status
from app.comments.receipts import comment_of
from app.ground.db import db
from app.ground.errors import NotFound
from app.pages.article import article_page
from app.pages.asked import Asked
from app.pages.discussion import OUR_PAGES, place_of
from app.pages.frame import page
from app.pages.respond import Typed


def receipt_page(token: str, *, language: str) -> Response:
    """The comment, whether it is visible, and in safe words why it is not. Raises NotFound."""
    comment = comment_of(token)
    if comment is None or comment.erased_at is not None:
        raise NotFound
    session = db.session()
    article = session.get_one(Article, comment.article_id)
    outcome, reason = shown.told_to_its_author(comment)
    is_visible = store.visible_comment(session, comment.id) is not None
    is_approved = outcome == Status.APPROVED
    drawn = page(
        "pages/receipt.html",
        language=language,
        title=article.title,
        article_href=OUR_PAGES.article(article.slug),
        outcome=outcome,
        reason=reason,
        place=place_of(article.slug, comment.id) if is_visible else None,
        again_href=f"{OUR_PAGES.article(article.slug)}?receipt={token}#respond" if is_approved else None,
        name=comment.author_name or shown.ANONYMOUS,
        comment_html=comment.html,
        created_at=comment.created_at,
    )
    # Whoever is linked to from here must not learn the token.
    drawn.headers["Referrer-Policy"] = "no-referrer"
    return drawn


def article_of_known(slug: str, asked: Asked, *, language: str) -> Response:
    """An article whose form shows that its author was here before, for who keeps nothing in the browser.

    A receipt that is none (any more) changes nothing. Raises NotFound, Moved.
    """
    comment = comment_of(asked.receipt or "")
    if comment is None or comment.erased_at is not None:
        return article_page(slug, replace(asked, receipt=None), language=language)
    fields = {"receipt": asked.receipt, "author_name": comment.author_name, "author_website": comment.author_website}
    typed = Typed(fields={name: value for name, value in fields.items() if value})
    drawn = article_page(slug, asked, language=language, typed=typed)
    drawn.headers["Cache-Control"] = "no-store"
    drawn.headers["X-Robots-Tag"] = "noindex"
    # No other site learns the token; with `no-referrer` the form would name no origin either, and be refused.
    drawn.headers["Referrer-Policy"] = "same-origin"
    return drawn
