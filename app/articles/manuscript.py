"""What does an editor write of an article, and does it hold together?"""

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from app.articles.models import Article, ArticleFormat, Term, TermKind
from app.articles.rules import Switch
from app.ground import clock
from app.ground.errors import FieldProblem, InvalidRequest

# What a revision brings back. Where an article stands (its slug), since when, and whether it may be discussed are
# decisions of their own: bringing back last week's text must not move the article or reopen its discussion.
TEXT = ("title", "standfirst", "byline", "categories", "tags", "language", "format", "body", "external_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """Everything that an editor decides about an article; `published_at` is aware, None in a draft."""

    title: str
    slug: str
    language: str
    standfirst: str | None = None
    byline: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    format: ArticleFormat = ArticleFormat.MARKDOWN
    body: str = ""
    external_url: str | None = None
    published_at: datetime | None = None
    switch: Switch = Switch.INHERIT
    close_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Writing:
    """The fields of a manuscript that somebody sent, as they are to be, and why."""

    given: dict[str, Any]
    note: str | None = None


def manuscript_of(article: Article, terms: list[Term]) -> Manuscript:
    """What an article's rows were made from."""
    return Manuscript(
        title=article.title,
        slug=article.slug,
        language=article.language,
        standfirst=article.standfirst,
        byline=article.byline,
        categories=tuple(term.name for term in terms if term.kind == TermKind.CATEGORY),
        tags=tuple(term.name for term in terms if term.kind == TermKind.TAG),
        format=ArticleFormat(article.format),
        body=article.source,
        external_url=article.external_url,
        published_at=article.published_at,
        switch=Switch(article.discussion_switch),
        close_after_days=article.close_after_days,
    )


def changed(before: Manuscript, given: dict[str, Any]) -> Manuscript:
    """The manuscript with some fields as they were sent. Raises InvalidRequest where they contradict each other."""
    after = replace(before, **given)
    refuse_contradictions(after)
    was_public = before.published_at is not None and before.published_at <= clock.now()
    if was_public and after.published_at is None:
        _refuse("published_at", "null_not_allowed", "It has been public since then; withdraw it instead.")
    return after


def refuse_contradictions(manuscript: Manuscript) -> None:
    """An article has a body here or a page elsewhere. Raises InvalidRequest (422)."""
    has_body = bool(manuscript.body.strip())
    if manuscript.external_url is None and not has_body:
        _refuse("body", "body_required", "An article has a body, or the external_url of its page.")
    if manuscript.external_url is not None and has_body:
        _refuse("body", "body_not_allowed", "The text of an external article stands on its own page.")


def changed_fields(before: Manuscript, after: Manuscript) -> list[str]:
    return [each.name for each in fields(Manuscript) if getattr(before, each.name) != getattr(after, each.name)]


def as_content(manuscript: Manuscript) -> dict[str, Any]:
    """A manuscript as a revision keeps it, in JSON's own kinds."""
    content = asdict(manuscript)
    moment = manuscript.published_at
    return content | {
        "categories": list(manuscript.categories),
        "tags": list(manuscript.tags),
        "published_at": moment.isoformat() if moment else None,
    }


def text_in(content: dict[str, Any]) -> dict[str, Any]:
    """The fields that a revision brings back."""
    return {name: content[name] for name in TEXT} | {
        "categories": tuple(content["categories"]),
        "tags": tuple(content["tags"]),
        "format": ArticleFormat(content["format"]),
    }


def _refuse(field: str, code: str, message: str) -> None:
    raise InvalidRequest(FieldProblem(field, code, message))
