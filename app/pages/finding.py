"""How do search engines find the articles, and nothing else?"""

from flask import Response, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from app.articles.models import Article
from app.articles.shown import url_of
from app.articles.store import is_public
from app.pages.frame import absolute

MOST = 49_999  # with the list of articles itself, what a sitemap may hold (sitemaps.org)
_ROBOTS = """\
User-agent: *
Disallow: /api/
Disallow: /desk
Disallow: /receipts/
Disallow: /*?*reply_to=
Disallow: /*?*about=
Disallow: /*?*sort=
Disallow: /*?*receipt=

Sitemap: {sitemap}
"""


def sitemap(session: Session) -> Response:
    """The newest articles whose text stands here. Source: sitemaps.org, "Sitemaps XML format"."""
    needed = load_only(Article.slug, Article.external_url, Article.updated_at)
    own = select(Article).options(needed).where(is_public(), Article.external_url.is_(None))
    found = session.scalars(own.order_by(Article.published_at.desc(), Article.id.desc()).limit(MOST))
    articles = [{"url": absolute(url_of(each)), "updated_at": each.updated_at} for each in found]
    return Response(
        render_template("pages/sitemap.xml", home=absolute("/"), articles=articles),
        content_type="application/xml; charset=utf-8",
    )


def robots() -> Response:
    """Source: RFC 9309."""
    return Response(_ROBOTS.format(sitemap=absolute("/sitemap.xml")), content_type="text/plain; charset=utf-8")
