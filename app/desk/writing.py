"""On which page is an article written, with what it will look like beside it?"""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, request

from app.accounts.door import current_actor
from app.articles import actions, store
from app.articles.actions import manuscript_now
from app.articles.editing_schemas import SourceSchema, WholeArticleSchema
from app.articles.models import Article, ArticleFormat
from app.articles.rules import Switch
from app.config import current as settings_of_process
from app.desk.forms import MENDABLE, Refusal, Wrong, goes_on_from, refusal_of, version_sent
from app.desk.frame import LANGUAGE, back_to, desk_page, open_to, sayings
from app.desk.manuscripts import as_sent, blank, differing, in_form, typed_form
from app.desk.previewing import Preview, preview_of
from app.ground import html
from app.ground.db import fresh_read
from app.ground.errors import Problem
from app.ground.openapi import loaded
from app.permissions import Permission

routes = Blueprint("writing", __name__)

NEW = "/desk/new-article"
ARTICLE = "/desk/articles/<slug>"
SWITCHES = (
    (Switch.INHERIT.value, "as the site has it"),
    (Switch.OPEN.value, "open"),
    (Switch.CLOSED.value, "closed"),
)
FORM_BYTES = 3  # as which a form writes one: %EA
FORMATS = ((ArticleFormat.MARKDOWN.value, "Markdown"), (ArticleFormat.HTML.value, "HTML"))
sayings(
    {
        "article_written": "The article is saved.",
        "article_saved": "The article is saved. What it was before is kept as a revision.",
    }
)


@routes.before_request
def take_as_much_as_the_api() -> None:
    """An article that fits as JSON fits in a form."""
    request.max_content_length = settings_of_process().max_body_bytes * FORM_BYTES


@routes.get(NEW)
@open_to(Permission.EDIT_ARTICLES)
def show_new() -> Response:
    return _editor(None, typed=blank())


@routes.post(NEW)
@open_to(Permission.EDIT_ARTICLES)
def create_article() -> Response:
    try:
        writing = loaded(WholeArticleSchema(), as_sent(typed_form(), before=blank()))
        article = actions.create_article(current_actor(), writing)
    except MENDABLE as problem:
        return _refused(None, problem)
    return back_to(f"/desk/articles/{article.slug}/edit", said="article_written")


@routes.post(f"{NEW}/preview")
@open_to(Permission.EDIT_ARTICLES)
def preview_new() -> Response:
    return _previewed(None)


@routes.get(f"{ARTICLE}/edit")
@open_to(Permission.EDIT_ARTICLES)
def show_editor(slug: str) -> Response:
    article = store.any_article(fresh_read(), slug)
    return _editor(article, typed=_saved(article))


@routes.post(f"{ARTICLE}/edit")
@open_to(Permission.EDIT_ARTICLES)
def save_article(slug: str) -> Response:
    """What came too late comes back with every word still there, beside what was saved meanwhile."""
    before = _saved(store.any_article(fresh_read(), slug))
    try:
        writing = loaded(WholeArticleSchema(), as_sent(typed_form(), before=before))
        article = actions.replace_article(current_actor(), slug, writing)
    except MENDABLE as problem:
        return _refused(store.any_article(fresh_read(), slug), problem)
    return back_to(f"/desk/articles/{article.slug}/edit", said="article_saved")


@routes.post(f"{ARTICLE}/preview")
@open_to(Permission.EDIT_ARTICLES)
def preview_article(slug: str) -> Response:
    return _previewed(store.any_article(fresh_read(), slug))


def _previewed(article: Article | None) -> Response:
    """The text as it would be published; nothing is stored. A script asks for that part of the page alone."""
    typed = typed_form()
    try:
        source = loaded(SourceSchema(), {name: typed[name] for name in ("format", "body") if name in typed})
    except MENDABLE as problem:
        return _refused(article, problem)
    preview = preview_of(article, source["body"], source["format"])
    if typed.get("part") == "preview":
        return html.page("desk/preview.html", language=LANGUAGE, preview=preview)
    return _editor(article, typed=typed, preview=preview)


def _refused(article: Article | None, problem: Problem) -> Response:
    refusal = refusal_of(problem)
    if refusal.code == "slug_taken":
        refusal = replace(refusal, problems=[Wrong("slug", refusal.message)])
    return _editor(article, typed=typed_form(), refusal=refusal, status=problem.status)


def _editor(article: Article | None, *, typed: Mapping[str, str], status: int = 200, refusal: Refusal | None = None,
            preview: Preview | None = None) -> Response:  # fmt: skip
    is_late = article is not None and refusal is not None and refusal.by is not None
    return desk_page(
        "desk/editor.html",
        status=status,
        article=article,
        typed=typed,
        seen=_version(article, refusal),
        is_unsaved=request.method == "POST",
        refusal=refusal,
        preview=preview,
        others=differing(_saved(article), typed) if article is not None and is_late else {},
        formats=FORMATS,
        switches=SWITCHES,
    )


def _saved(article: Article) -> dict[str, str]:
    return in_form(manuscript_now(fresh_read(), article))


def _version(article: Article | None, refusal: Refusal | None) -> int | None:
    """A preview changes nothing of what was seen."""
    if article is None:
        return None
    return goes_on_from(article.version, refusal) if refusal else version_sent(article.version)
