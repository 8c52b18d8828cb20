"""What do readers see of an article, and what do its editors see?"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from app import config
from app.articles.models import Article, ArticleFormat, Term, TermKind
from app.articles.opening import opening_of
from app.articles.outline import Outline
from app.articles.store import Counted, sections_shown, status_now, terms_of, visible_comments
from app.ground.prepared import Row
from app.site.settings import DiscussionSettings, discussion_settings

Shown = dict[str, Any]


def url_of(article: Article) -> str:
    """Where people read it: on its own site, or where the frontend shows articles."""
    if article.external_url is not None:
        return article.external_url
    template = config.current().article_url_template
    return template.replace("{slug}", quote(article.slug, safe="")).replace("{id}", str(article.id))


def summaries(session: Session, rows: Sequence[Counted]) -> list[Shown]:
    """Articles as a list shows them: two statements, however many there are."""
    settings = discussion_settings(session)
    terms = terms_of(session, [article.id for article, _ in rows])
    return [_summary(article, terms.get(article.id, []), settings, count=count) for article, count in rows]


def whole(session: Session, article: Article) -> Shown:
    """An article with everything that a page needs: four statements."""
    settings = discussion_settings(session)
    terms = terms_of(session, [article.id]).get(article.id, [])
    summary = _summary(article, terms, settings, count=visible_comments(session, article.id))
    return summary | {
        "html": article.html,
        "lead": article.lead,
        "sections": tree_of(sections_shown(session, article.id)),
        "figures": article.figures,
    }


def briefs(session: Session, rows: Sequence[Counted]) -> list[Shown]:
    """Articles in the editors' list: one statement, however many there are."""
    terms = terms_of(session, [article.id for article, _ in rows])
    return [_brief_of(article, terms.get(article.id, []), count=count) for article, count in rows]


def edited(session: Session, article: Article) -> Shown:
    """An article as its editors see it."""
    terms = terms_of(session, [article.id]).get(article.id, [])
    brief = _brief_of(article, terms, count=visible_comments(session, article.id))
    return brief | {"format": ArticleFormat(article.format), "body": article.source}


def names_of(terms: Iterable[Term]) -> dict[str, list[str]]:
    """The categories and the tags by name."""
    names: dict[str, list[str]] = {"categories": [], "tags": []}
    for term in terms:
        names["categories" if term.kind == TermKind.CATEGORY else "tags"].append(term.name)
    return names


def tree_of(sections: Sequence[Row]) -> list[Shown]:
    """Sections in the order of the text as they stand in each other."""
    nodes = {section.id: _node(section) for section in sections}
    roots: list[Shown] = []
    for section in sections:
        siblings = nodes[section.parent_id]["sections"] if section.parent_id is not None else roots
        siblings.append(nodes[section.id])
    return roots


def outlined(outline: Outline) -> Shown:
    """A text that is not stored, as a preview shows it."""
    nodes: list[Shown] = [
        {"anchor": each.anchor, "level": each.level, "heading": each.heading, "html": each.html}
        for each in outline.sections
    ]
    roots: list[Shown] = []
    for node, each in zip(nodes, outline.sections, strict=True):
        node |= {"reply_count": 0, "sections": []}
        (roots if each.parent is None else nodes[each.parent]["sections"]).append(node)
    return {
        "html": outline.html,
        "lead": outline.lead,
        "sections": roots,
        "figures": outline.figures,
        "words": outline.words,
        "reading_minutes": outline.reading_minutes,
    }


def placed(sections: Sequence[Row], section: Row) -> Shown:
    """One section with those before, after, around and in it."""
    position = next(number for number, each in enumerate(sections) if each.id == section.id)
    by_id = {each.id: each for each in sections}
    node = _node(section)
    node["sections"] = [_node(each) for each in sections if each.parent_id == section.id]
    return node | {
        "previous": _brief(sections[position - 1] if position else None),
        "next": _brief(sections[position + 1] if position + 1 < len(sections) else None),
        "parent": _brief(by_id.get(section.parent_id) if section.parent_id is not None else None),
    }


def _brief_of(article: Article, terms: Iterable[Term], *, count: int) -> Shown:
    copied = (
        "slug title standfirst byline language external_url published_at words reading_minutes created_at created_by"
        " created_by_name updated_at updated_by_name version"
    ).split()
    return {name: getattr(article, name) for name in copied} | {
        **names_of(terms),
        "status": status_now(article),
        "discussion": {"switch": article.discussion_switch, "close_after_days": article.close_after_days},
        "comments": count,
        "url": url_of(article),
    }


def _summary(article: Article, terms: Iterable[Term], settings: DiscussionSettings, *, count: int) -> Shown:
    return {
        "slug": article.slug,
        "title": article.title,
        "standfirst": article.standfirst,
        "byline": article.byline,
        **names_of(terms),
        "language": article.language,
        "published_at": article.published_at,
        "updated_at": article.updated_at,
        "words": article.words,
        "reading_minutes": article.reading_minutes,
        "url": url_of(article),
        "external": article.external_url is not None,
        "discussion": _discussion(article, settings, count=count),
    }


def _discussion(article: Article, settings: DiscussionSettings, *, count: int) -> Mapping[str, object]:
    opening = opening_of(article, settings)
    return {
        "open": opening.open,
        "reason": opening.reason,
        "since": opening.since,
        "closes_at": opening.closes_at,
        "count": count,
    }


def closings(shown: Iterable[Shown]) -> list[datetime]:
    """When the open discussions among these articles will have grown too old."""
    discussions = (each["discussion"] for each in shown)
    return [each["closes_at"] for each in discussions if each["open"] and each["closes_at"] is not None]


def _node(section: Row) -> Shown:
    return {
        "anchor": section.anchor,
        "level": section.level,
        "heading": section.heading,
        "html": section.html,
        "reply_count": section.reply_count,
        "sections": [],
    }


def _brief(section: Row | None) -> Shown | None:
    return {"anchor": section.anchor, "heading": section.heading} if section else None
