"""Which URLs are the readers' pages at?"""

from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, redirect, request

from app import limits
from app.accounts.door import current_actor
from app.articles import shown, store
from app.articles.models import TermKind
from app.articles.schemas import SelectionQuery
from app.articles.topics import ARTICLES, topic_of
from app.articles.words import LONGEST_QUERY
from app.comments import actions
from app.comments.models import Status
from app.comments.receipts import receipt_of
from app.comments.routes import refuse_cross_site_form
from app.comments.schemas import read_reply
from app.config import current as settings_of_process
from app.ground import assets
from app.ground.db import db
from app.ground.errors import UnsupportedMediaType
from app.ground.idempotency import let_it_be_its_own_key
from app.ground.openapi import loaded, no_store
from app.ground.ready import depends_on
from app.pages import feeds, finding, reference, refused
from app.pages.article import article_page
from app.pages.asked import asked_in
from app.pages.discussion import place_of
from app.pages.frame import language_of_reader, page
from app.pages.receipt import article_of_known, receipt_page
from app.pages.words import Words

routes = Blueprint("pages", __name__, template_folder="templates")


@routes.get("/")
@limits.reading
def list_articles() -> Response:
    """Public articles, newest first."""
    # An empty parameter, as a form sends it, asks for nothing.
    selected = loaded(SelectionQuery(), {name: value for name, value in request.args.items() if value})
    limit, cursor = selected.pop("limit"), selected.pop("cursor")
    depends_on(ARTICLES, until=[store.next_publication()])
    found = store.public_page(store.Selection(**selected), limit=limit, cursor=cursor)
    articles = shown.summaries(db.session(), found.items)
    depends_on(*(topic_of(article.id) for article, _ in found.items), until=shown.closings(articles))
    asked = {name: value for name, value in request.args.items() if name in selected}
    language = language_of_reader()
    return page(
        "pages/articles.html",
        language=language,
        heading=_heading_of(selected, Words(language)),
        articles=articles,
        words=selected.get("q", ""),
        longest_query=LONGEST_QUERY,
        canonical=f"{settings_of_process().site_url}/{'?' if asked else ''}{urlencode(asked)}",
        all_href="/" if asked or cursor else None,
        next_href=f"/?{urlencode(asked | {'cursor': found.next})}" if found.next else None,
    )


def _heading_of(selected: dict[str, Any], say: Words) -> str:
    if "q" in selected:
        return say("list.found", words=selected["q"])
    name = next((name for name in ("category", "tag", "byline") if name in selected), None)
    return say(f"list.{name}", name=selected[name]) if name else say("articles")


@routes.get("/articles/<slug>")
@limits.reading
def show_article(slug: str) -> Response:
    """An article with its discussion and its reply form."""
    asked, language = asked_in(request.args), language_of_reader()
    if asked.receipt is not None:
        return article_of_known(slug, asked, language=language)
    return article_page(slug, asked, language=language)


@routes.post("/articles/<slug>")
@no_store
@limits.attempts
def leave_reply(slug: str) -> Response:
    """Leave a reply by the page's own form, and go where it is; whatever is wrong, `refused` draws the form again."""
    if request.mimetype != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType("Send the form of the page.")
    refuse_cross_site_form()
    let_it_be_its_own_key(secret={"author_email"})
    reply = read_reply(request.form.to_dict(), language=language_of_reader())
    posted = actions.leave_reply(current_actor(), slug, reply)
    comment = posted.comment
    if comment.status == Status.APPROVED:
        place = place_of(comment.slug, comment.id)
    else:
        place = f"/receipts/{receipt_of(comment)}"
    return cast(Response, redirect(place, 303))


@routes.get("/receipts/<token>")
@no_store
@limits.reading
def show_receipt(token: str) -> Response:
    """A guest's own comment, whatever became of it."""
    return receipt_page(token, language=language_of_reader())


@routes.get("/categories")
@limits.reading
def list_categories() -> Response:
    """The categories of public articles."""
    return _names(TermKind.CATEGORY, heading="categories")


@routes.get("/tags")
@limits.reading
def list_tags() -> Response:
    """The tags of public articles."""
    return _names(TermKind.TAG, heading="tags")


def _names(kind: TermKind, *, heading: str) -> Response:
    depends_on(ARTICLES, until=[store.next_publication()])
    language = language_of_reader()
    return page(
        "pages/names.html",
        language=language,
        heading=Words(language)(heading),
        names=store.names_in_use(kind),
        parameter=kind.value,
        canonical=f"{settings_of_process().site_url}{request.path}",
    )


@routes.get("/sitemap.xml")
@limits.reading
def show_sitemap() -> Response:
    """Where search engines find the articles."""
    depends_on(ARTICLES, until=[store.next_publication()])
    return finding.sitemap(db.session())


@routes.get("/robots.txt")
def show_robots() -> Response:
    """What search engines need not read."""
    return finding.robots()


def init_app(app: Flask) -> None:
    assets.add(app, "pages", Path(__file__).parent / "static")
    app.register_blueprint(routes)
    app.register_blueprint(feeds.routes)
    reference.init_app(app)
    refused.init_app(app)
