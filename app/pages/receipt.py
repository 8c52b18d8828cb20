"""What does a guest see of an own comment, whatever became of it?"""

from flask import Response

from app.articles.models import Article
from app.comments import shown, store
from app.comments.receipts import comment_of
from app.ground.db import db
from app.ground.errors import NotFound
from app.pages.discussion import OUR_PAGES, place_of
from app.pages.frame import page


def receipt_page(token: str, *, language: str) -> Response:
    """The comment, whether it is visible, and in safe words why it is not. Raises NotFound."""
    comment = comment_of(token)
    if comment is None or comment.erased_at is not None:
        raise NotFound
    session = db.session()
    article = session.get_one(Article, comment.article_id)
    outcome, reason = shown.told_to_its_author(comment)
    is_visible = store.visible_comment(session, comment.id) is not None
    response = page(
        "pages/receipt.html",
        language=language,
        title=article.title,
        article_href=OUR_PAGES.article(article.slug),
        outcome=outcome,
        reason=reason,
        place=place_of(article.slug, comment.id) if is_visible else None,
        name=comment.author_name or shown.ANONYMOUS,
        comment_html=comment.html,
        created_at=comment.created_at,
    )
    # Whoever is linked to from here must not learn the token.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
