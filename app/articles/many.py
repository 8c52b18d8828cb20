"""How do thousands of articles get in at once, each as if an editor had written it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from app.articles import search
from app.articles.acts import act_on, note_down_all
from app.articles.manuscript import Manuscript
from app.articles.models import Article, Discussion, Revision, Section, Term
from app.articles.outline import Outline
from app.articles.revisions import revision_row
from app.articles.sections import section_rows
from app.articles.store import status_at
from app.articles.writing import (
    blank_row,
    body_columns,
    discussion_columns,
    new_outline,
    plain_columns,
    searched,
    term_rows,
)
from app.ground.bulk import insert_many, next_ids
from app.permissions import Actor


@dataclass(frozen=True, slots=True)
class Added:
    """A new article; `sections` are the ids of its sections, in the order of the text."""

    id: int
    manuscript: Manuscript
    outline: Outline
    sections: Sequence[int]


def add_articles(session: Session, actor: Actor, manuscripts: Sequence[Manuscript], *, note: str) -> list[Added]:
    """Store new articles as `actions.add_article` does, but table by table.

    No article has or had their slugs (`addresses.in_use`). Raises IntegrityError where one has.
    """
    added = _numbered(session, manuscripts)
    insert_many(session, Article, [_row(each, actor) for each in added])
    insert_many(session, Discussion, [{"article_id": each.id} for each in added])
    insert_many(
        session, Section, [row for each in added for row in section_rows(each.id, each.outline.sections, each.sections)]
    )
    insert_many(session, Term, [row for each in added for row in term_rows(each.id, each.manuscript)])
    insert_many(session, Revision, [revision_row(each.id, 1, each.manuscript, actor, note=note) for each in added])
    search.remember_new(session, {each.id: searched(each.manuscript, each.outline.html) for each in added})
    note_down_all(
        session,
        {
            each.id: act_on(actor, "article_created", article_id=each.id, slug=each.manuscript.slug, before=None,
                            after=status_at(each.manuscript.published_at), reason=note, details={"revision": 1})
            for each in added
        },
    )  # fmt: skip
    return added


def _numbered(session: Session, manuscripts: Sequence[Manuscript]) -> list[Added]:
    outlines = [new_outline(manuscript) for manuscript in manuscripts]
    ids = next_ids(session, Article, count=len(manuscripts))
    section_ids = iter(next_ids(session, Section, count=sum(len(outline.sections) for outline in outlines)))
    return [
        Added(article_id, manuscript, outline, list(islice(section_ids, len(outline.sections))))
        for article_id, manuscript, outline in zip(ids, manuscripts, outlines, strict=True)
    ]


def _row(added: Added, actor: Actor) -> Mapping[str, Any]:
    manuscript = added.manuscript
    return {
        **blank_row(manuscript, actor),
        **plain_columns(manuscript),
        **discussion_columns(manuscript.switch),
        **body_columns(manuscript, added.outline),
        "id": added.id,
        "status": status_at(manuscript.published_at),
    }
