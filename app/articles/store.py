"""How are articles found?"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn, cast
from urllib.parse import urlencode

from flask import request, url_for
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, defer

from app.articles.models import Article, ArticleStatus, Discussion, RetiredSlug, Section, Term, TermKind
from app.articles.search import holds
from app.ground import clock, prepared
from app.ground.cursors import Page, decode, page_of
from app.ground.db import UtcDateTime, db
from app.ground.errors import Moved, NotFound
from app.site.matching import normal


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which articles a list shows; `after` is included, `before` is not."""

    category: str | None = None
    tag: str | None = None
    byline: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    q: str | None = None
    status: ArticleStatus | None = None


_LONG = (Article.source, Article.html, Article.lead, Article.figures)
Counted = Row[Article, int]


def _is(status: ArticleStatus) -> ColumnElement[bool]:
    """Written out: a parameter would hide from the database that an index is of just these."""
    return Article.status == literal_column(f"'{status}'")


IS_SCHEDULED = _is(ArticleStatus.SCHEDULED)
_MAY_BE_PUBLIC: list[ColumnElement[str]] = [
    literal_column(f"'{status}'") for status in (ArticleStatus.PUBLISHED, ArticleStatus.SCHEDULED)
]


def is_public(at: datetime | BindParameter[datetime] | None = None) -> ColumnElement[bool]:
    """Published, or scheduled for a moment that has come (by now, or `at`): whether or not the timer has noticed."""
    return and_(Article.status.in_(_MAY_BE_PUBLIC), Article.published_at <= (clock.now() if at is None else at))


def has_status(status: ArticleStatus) -> ColumnElement[bool]:
    """The status as of now: what is scheduled for a moment that has come is published."""
    if status is ArticleStatus.PUBLISHED:
        return is_public()
    if status is ArticleStatus.SCHEDULED:
        return and_(IS_SCHEDULED, Article.published_at > clock.now())
    return _is(status)


def status_at(published_at: datetime | None) -> ArticleStatus:
    """What an article's date makes of it, unless it is withdrawn."""
    if published_at is None:
        return ArticleStatus.DRAFT
    return ArticleStatus.SCHEDULED if published_at > clock.now() else ArticleStatus.PUBLISHED


def status_now(article: Article) -> ArticleStatus:
    """The status as of now, whether or not the timer has noticed."""
    if article.status == ArticleStatus.WITHDRAWN:
        return ArticleStatus.WITHDRAWN
    return status_at(article.published_at)


def public_article(slug: str, *, session: Session | None = None) -> Article:
    """The article that readers see under this slug. Raises NotFound, or Moved where the slug is a retired one."""
    session = session or db.session()
    article = session.scalar(select(Article).where(Article.slug == slug, is_public()))
    return article or elsewhere(session, slug)


def elsewhere(session: Session, slug: str) -> NoReturn:
    """Raises Moved where this slug is a public article's retired one, else NotFound."""
    successor = session.scalar(
        select(Article.slug)
        .join(RetiredSlug, RetiredSlug.article_id == Article.id)
        .where(RetiredSlug.slug == slug, is_public())
    )
    if successor is None:
        raise NotFound
    raise Moved(same_url(slug=successor))


def any_article(session: Session, slug: str) -> Article:
    """The article with this slug, whatever its status. Raises NotFound."""
    article = session.scalar(select(Article).where(Article.slug == slug))
    if article is None:
        raise NotFound
    return article


def same_url(**changed: str) -> str:
    """This request's URL with another slug or anchor in it."""
    place = url_for(request.endpoint or "", **{**(request.view_args or {}), **changed})
    query = urlencode(list(request.args.items(multi=True)))
    return f"{place}?{query}" if query else place


_NEXT_PUBLICATION = prepared.Prepared(
    lambda: select(func.min(Article.published_at).label("moment")).where(
        IS_SCHEDULED,
        Article.published_at > bindparam("now", type_=UtcDateTime()),
    )
)


def next_publication() -> datetime | None:
    """When the next article becomes public, whoever looks at the lists then."""
    moment: datetime | None = _NEXT_PUBLICATION.scalar(db.session(), now=clock.now())
    return moment


def public_page(selection: Selection, *, limit: int, cursor: str | None) -> Page[Counted]:
    """Public articles with the number of their visible comments, newest first."""
    query = _selected(selection).where(is_public()).order_by(Article.published_at.desc(), Article.id.desc())
    if cursor is not None:
        moment, last_id = decode(cursor, (datetime, int))
        query = query.where(_older(Article.published_at, moment, last_id))
    rows = db.session().execute(query.limit(limit + 1)).all()
    return page_of(rows, limit=limit, key=lambda row: (cast(datetime, row[0].published_at), row[0].id))


def editors_page(selection: Selection, *, limit: int, cursor: str | None) -> Page[Counted]:
    """Articles of any status, the last changed first."""
    query = _selected(selection).order_by(Article.updated_at.desc(), Article.id.desc())
    if selection.status is not None:
        query = query.where(has_status(selection.status))
    if cursor is not None:
        moment, last_id = decode(cursor, (datetime, int))
        query = query.where(_older(Article.updated_at, moment, last_id))
    rows = db.session().execute(query.limit(limit + 1)).all()
    return page_of(rows, limit=limit, key=lambda row: (row[0].updated_at, row[0].id))


def _selected(selection: Selection) -> Select[Article, int]:
    query = (
        select(Article, Discussion.approved)
        .join(Discussion, Discussion.article_id == Article.id)
        .options(*(defer(column, raiseload=True) for column in _LONG))
    )
    return query.where(*_conditions(selection))


def _conditions(selection: Selection) -> Iterable[ColumnElement[bool]]:
    if selection.category is not None:
        yield _has_term(TermKind.CATEGORY, selection.category)
    if selection.tag is not None:
        yield _has_term(TermKind.TAG, selection.tag)
    if selection.byline is not None:
        yield Article.byline == selection.byline
    if selection.after is not None:
        yield Article.published_at >= selection.after
    if selection.before is not None:
        yield Article.published_at < selection.before
    if selection.q is not None and selection.q.strip():
        yield holds(selection.q)


def _has_term(kind: TermKind, name: str) -> ColumnElement[bool]:
    return exists().where(Term.article_id == Article.id, Term.kind == kind, Term.key == normal(name))


def _older(column: Any, moment: object, last_id: object) -> ColumnElement[bool]:  # noqa: ANN401 (any column of moments)
    return tuple_(column, Article.id) < (moment, last_id)


def terms_of(session: Session, article_ids: Iterable[int]) -> dict[int, list[Term]]:
    """The categories and tags of these articles, in their order: one statement."""
    rows = session.scalars(
        select(Term).where(Term.article_id.in_(list(article_ids))).order_by(Term.kind, Term.position)
    )
    terms: defaultdict[int, list[Term]] = defaultdict(list)
    for term in rows:
        terms[term.article_id].append(term)
    return terms


def names_in_use(kind: TermKind) -> list[dict[str, str | int]]:
    """The categories or tags of public articles, each as most articles spell it, with the number of its articles."""
    rows = db.session().execute(
        select(Term.key, Term.name, func.count())
        .join(Article, Article.id == Term.article_id)
        .where(Term.kind == kind, is_public())
        .group_by(Term.key, Term.name)
    )
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, name, count in rows:
        spellings[key][name] = count
    names = {key: min(found, key=lambda name: (-found[name], name)) for key, found in spellings.items()}
    return [{"name": names[key], "count": spellings[key].total()} for key in sorted(spellings)]


def visible_comments(session: Session, article_id: int) -> int:
    return session.scalar(select(Discussion.approved).where(Discussion.article_id == article_id)) or 0


_LIVE_SECTION = prepared.Prepared(
    lambda: select(Section.id, Section.reply_count).where(
        Section.article_id == bindparam("article_id"),
        Section.anchor == bindparam("anchor"),
        Section.retired_at.is_(None),
    )
)


def live_section(session: Session, article_id: int, anchor: str) -> prepared.Row | None:
    """The id and the reply count of the section with this anchor."""
    return _LIVE_SECTION.first(session, article_id=article_id, anchor=anchor)


_LIVE_SECTIONS = prepared.Prepared(
    lambda: (
        select(
            Section.id,
            Section.parent_id,
            Section.anchor,
            Section.level,
            Section.heading,
            Section.html,
            Section.reply_count,
        )
        .where(Section.article_id == bindparam("article_id"), Section.retired_at.is_(None))
        .order_by(Section.position)
    )
)


def sections_shown(session: Session, article_id: int) -> list[prepared.Row]:
    """An article's sections as readers see them, in the order of its text."""
    return _LIVE_SECTIONS.all(session, article_id=article_id)


def live_sections(session: Session, article_id: int) -> Sequence[Section]:
    """An article's sections in the order of its text."""
    return session.scalars(
        select(Section).where(Section.article_id == article_id, Section.retired_at.is_(None)).order_by(Section.position)
    ).all()


def successor_of(session: Session, article_id: int, anchor: str) -> str | None:
    """The anchor of the live section where a retired one's text is now; None where only the article is left.

    Raises NotFound for an anchor that this article never had.
    """
    rows = session.execute(
        select(Section.id, Section.anchor, Section.retired_at, Section.moved_to_id)
        .where(Section.article_id == article_id)
        .order_by(Section.retired_at, Section.id)
    ).all()
    latest = {row.anchor: row.id for row in rows if row.retired_at is not None}
    if anchor not in latest:
        raise NotFound
    by_id = {row.id: row for row in rows}
    here: int | None = latest[anchor]
    while here is not None:
        row = by_id.pop(here, None)  # what has been passed is not passed again
        if row is None or row.retired_at is None:
            return row.anchor if row else None
        here = row.moved_to_id
    return None
