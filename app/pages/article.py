"""What does the page of an article hold?"""

from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Response

from app.articles import shown, store
from app.articles.shown import Shown
from app.ground.db import db
from app.ground.ready import depends_on
from app.pages.asked import Asked
from app.pages.body import lead_and_parts
from app.pages.discussion import Discussion, discussion_of
from app.pages.frame import absolute, page
from app.pages.respond import Typed


def article_page(slug: str, asked: Asked, *, language: str, typed: Typed | None = None, status: int = 200) -> Response:
    """An article with its discussion; with what somebody typed and why it was refused. Raises NotFound, Moved."""
    session = db.session()
    row = store.public_article(slug)
    article = shown.whole(session, row)
    discussion = discussion_of(session, slug, asked, language=language, typed=typed)
    if typed is None:
        depends_on(discussion.topic, until=[discussion.closes_at])
    lead, parts = lead_and_parts(article, discussion.links)
    return page(
        "pages/article.html",
        status=status,
        language=language,
        article=article,
        discussion=discussion,
        lead=lead,
        parts=parts,
        is_updated=article["updated_at"].date() > article["published_at"].date(),
        canonical=absolute(article["url"]),
        host=urlsplit(article["url"]).hostname,
        picture=_picture(article),
        linked_data=_linked_data(article, discussion),
    )


def _seen_from(article: Shown, src: str) -> str | None:
    """The address of a picture that stands in the article's text; None for what is no address."""
    try:
        return urljoin(absolute(article["url"]), src)
    except ValueError:
        return None


def _picture(article: Shown) -> dict[str, str] | None:
    """The first figure, as a preview of the article elsewhere shows it."""
    figure = next((each for each in article["figures"] if each["src"]), None)
    src = _seen_from(article, figure["src"]) if figure else None
    return {"src": src, "alt": figure["alt"] or figure["caption"] or ""} if figure and src else None


def _linked_data(article: Shown, discussion: Discussion) -> dict[str, Any]:
    """The article in words that search engines know. Source: schema.org, Article."""
    url, picture = absolute(article["url"]), _picture(article)
    told = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": article["title"],
        "description": article["standfirst"],
        "inLanguage": article["language"],
        "datePublished": article["published_at"].isoformat(),
        "dateModified": article["updated_at"].isoformat(),
        "author": {"@type": "Person", "name": article["byline"]} if article["byline"] else None,
        "image": picture["src"] if picture else None,
        "articleSection": article["categories"],
        "keywords": article["tags"],
        "wordCount": article["words"],
        "commentCount": article["discussion"]["count"],
        "discussionUrl": f"{absolute(discussion.links.frame.article(article['slug']))}#comments",
        "url": url,
        "mainEntityOfPage": url,
    }
    return {name: value for name, value in told.items() if value not in (None, [], "")}
