"""Which feeds are there: of the articles, of all comments, and of one article's comments?"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape, unescape
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urljoin
from uuid import UUID, uuid5

from flask import Blueprint, Response, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only
from werkzeug.urls import iri_to_uri

from app import config, limits
from app.articles import store
from app.articles.models import Article
from app.articles.shown import summaries, url_of
from app.articles.topics import ARTICLES, COMMENTS, topic_of
from app.comments import thread
from app.comments.models import IS_VISIBLE, Comment
from app.comments.shown import Frame, permalink
from app.comments.texts import Phrase, language_for
from app.ground.cursors import Page
from app.ground.db import db
from app.ground.html import direction_of
from app.ground.ready import depends_on
from app.pages.feed_formats import FORMATS, Entry, Feed, Person, Replies, Target
from app.pages.frame import absolute
from app.site.choices import Order

ARTICLES_SHOWN, COMMENTS_SHOWN = 20, 50
FORM = "<any(atom, json):form>"

_TITLES: Mapping[str, Phrase] = MappingProxyType(
    {
        "comments": Phrase(
            en="Comments on {title}", de="Kommentare zu {title}", fr="Commentaires sur {title}", ko="{title}의 댓글"
        ),
        "comment": Phrase(
            en="{name} on {title}", de="{name} zu {title}", fr="{name} sur {title}", ko="{title}: {name}님의 댓글"
        ),
    }
)
# Ids are made in this space of names (RFC 9562, 5.5), so that they outlive a change of slug, template or address.
_NAMES = UUID("5f0f3c0e-6b1d-4f0a-9a43-0d5c8c6c2e11")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Cleaned HTML writes each value in `"`, and escapes `<` and `>` in it.
_TAG = re.compile("<[a-z][^>]*>")
_URL_IN_TAG = re.compile(' (href|src|cite)="([^"]*)"')

routes = Blueprint("feeds", __name__)


@routes.get(f"/feed.{FORM}")
@limits.reading
def show_articles(form: str) -> Response:
    """The newest articles, whole."""
    session = db.session()
    depends_on(ARTICLES, until=[store.next_publication()])
    page = store.public_page(store.Selection(), limit=ARTICLES_SHOWN, cursor=_cursor())
    depends_on(*(topic_of(article.id) for article, _ in page.items))
    entries = list(_articles(session, page))
    return FORMATS[form](_of_site("feed", title=config.current().site_name, page=page, entries=entries))


@routes.get(f"/comments/feed.{FORM}")
@limits.reading
def show_comments(form: str) -> Response:
    """The newest comments of all articles."""
    session = db.session()
    depends_on(COMMENTS, ARTICLES, until=[store.next_publication()])
    frame = Frame.of(session)
    page = thread.read_recent(session, frame, limit=COMMENTS_SHOWN, cursor=_cursor())
    articles = _articles_called(session, {told["article"]["slug"] for told in page.items})
    entries = [_comment(told, articles[told["article"]["slug"]], frame) for told in page.items]
    process = config.current()
    title = _title("comments", process.default_language, title=process.site_name)
    return FORMATS[form](_of_site("comments/feed", title=title, page=page, entries=entries))


@routes.get(f"/articles/<slug>/comments.{FORM}")
@limits.reading
def show_comments_of_article(form: str, slug: str) -> Response:
    """The newest comments of one article."""
    session = db.session()
    article = store.public_article(slug)
    depends_on(topic_of(article.id))
    frame = Frame.of(session)
    selection = thread.Selection(
        article_id=article.id, section_id=None, order=Order.NEWEST, limit=COMMENTS_SHOWN, cursor=_cursor()
    )
    page = thread.read_flat(session, selection, frame, slug=slug)
    return FORMATS[form](_of_article(article, page, [_comment(told, article, frame) for told in page.items]))


def _of_site(name: str, *, title: str, page: Page[Any], entries: Sequence[Entry]) -> Feed:
    process = config.current()
    return Feed(
        id=f"{process.site_url}/{name}.atom",
        title=title,
        publisher=process.site_name,
        language=process.default_language,
        home=f"{process.site_url}/",
        place=f"{process.site_url}/{name}",
        cursor=_cursor(),
        next=page.next,
        updated=max((entry.updated for entry in entries), default=_NEVER),
        entries=entries,
    )


def _of_article(article: Article, page: Page[Any], entries: Sequence[Entry]) -> Feed:
    return Feed(
        id=uuid5(_uuid_of(article), "comments").urn,
        title=_title("comments", article.language, title=article.title),
        publisher=config.current().site_name,
        language=article.language,
        home=_absolute(url_of(article)),
        place=_comments_of(article.slug),
        cursor=_cursor(),
        next=page.next,
        updated=max((entry.updated for entry in entries), default=article.updated_at),
        entries=entries,
    )


def _articles(session: Session, page: Page[store.Counted]) -> Iterable[Entry]:
    """Whole articles: one statement for their texts, beside those of a list."""
    last_comment = select(func.max(Comment.created_at)).where(Comment.article_id == Article.id, IS_VISIBLE)
    texts = {
        row.id: row
        for row in session.execute(
            select(Article.id, Article.html, last_comment.scalar_subquery().label("last_comment")).where(
                Article.id.in_([article.id for article, _ in page.items])
            )
        )
    }
    for (article, count), told in zip(page.items, summaries(session, page.items), strict=True):
        url = _absolute(told["url"])
        html = with_absolute_urls(texts[article.id].html, url)
        yield Entry(
            id=_uuid_of(article).urn,
            url=url,
            title=article.title,
            language=article.language,
            author=Person(name=article.byline) if article.byline else None,
            html=f'<div lang="{escape(article.language)}" dir="{direction_of(article.language)}">{html}</div>',
            summary=article.standfirst,
            tags=[*told["categories"], *told["tags"]],
            published=told["published_at"],
            updated=max(told["published_at"], told["updated_at"]),
            replies=Replies(count=count, updated=texts[article.id].last_comment, feed=_comments_of(article.slug)),
        )


def _articles_called(session: Session, slugs: Iterable[str]) -> dict[str, Article]:
    """What the feeds say of the articles that comments stand under."""
    said = load_only(
        Article.slug, Article.title, Article.language, Article.external_url, Article.created_at, raiseload=True
    )
    found = session.scalars(select(Article).where(Article.slug.in_(slugs)).options(said))
    return {article.slug: article for article in found}


def _comment(told: dict[str, Any], article: Article, frame: Frame) -> Entry:
    name, avatar = told["author"]["name"], told["author"]["avatar"]
    return Entry(
        id=_id_of_comment(article, told["id"]),
        url=_absolute(told["permalink"]),
        title=_title("comment", article.language, name=name, title=article.title),
        language=article.language,
        author=Person(name=name, url=told["author"]["website"], avatar=_absolute(avatar) if avatar else None),
        html=f'<div dir="auto">{told["html"]}</div>',
        published=told["created_at"],
        updated=told["edited_at"] or told["created_at"],
        answers=_answered(told["in_reply_to"] or told["parent_id"], article, frame),
        replies=Replies(count=told["reply_count"]),
    )


def _answered(comment_id: int | None, article: Article, frame: Frame) -> Target:
    """What a comment answers: another comment, or the article."""
    if comment_id is None:
        return Target(_uuid_of(article).urn, _absolute(url_of(article)))
    url = permalink(frame, slug=article.slug, comment_id=comment_id)
    return Target(_id_of_comment(article, comment_id), _absolute(url))


def _uuid_of(article: Article) -> UUID:
    return uuid5(_NAMES, f"{article.id} {article.created_at.isoformat()}")


def _id_of_comment(article: Article, comment_id: int) -> str:
    return uuid5(_uuid_of(article), str(comment_id)).urn


def _title(kind: str, language: str, **values: str) -> str:
    template: str = getattr(_TITLES[kind], language_for(language))
    return template.format(**values)


def _cursor() -> str | None:
    return request.args.get("cursor")


def _comments_of(slug: str) -> str:
    return f"{config.current().site_url}/articles/{quote(slug, safe='')}/comments"


def _absolute(url: str) -> str:
    """As a URI, which older feed readers want."""
    return iri_to_uri(absolute(url))


def with_absolute_urls(html: str, page: str) -> str:
    """Cleaned HTML whose links and pictures are found from everywhere; `page` is where it stands."""
    return _TAG.sub(lambda tag: _URL_IN_TAG.sub(lambda url: _resolved(url, page), tag[0]), html)


def _resolved(url: re.Match[str], page: str) -> str:
    try:
        found = urljoin(page, unescape(url[2]))
    except ValueError:  # a host in half a pair of brackets
        return url[0]
    return f' {url[1]}="{escape(found)}"'
