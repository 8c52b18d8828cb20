"""How do the sections of a new version meet the rows of the version before?

A section keeps its row, and with it its replies, for as long as the outline recognises it, whatever becomes of its
heading, its place and even its anchor. An anchor that no section has any more is kept by a retired row, which knows
where the text went: the section's own, or a signpost where the section lives on under another anchor.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.articles import outline
from app.articles.models import Section
from app.articles.outline import KnownSection, Outline, read_outline
from app.articles.store import live_sections
from app.ground import clock
from app.ground.markup import text_of

# More than anybody goes back to; it bounds what each write of a long-lived article has to look through.
MOST_RETIRED = 500
SIGNPOST = ""  # in place of a heading, for what only shows the way is no section that could come back

Rows = Mapping[str, Section]


def outline_of(session: Session, article_id: int, html: str) -> Outline:
    """The outline that an article has with this HTML; `settle_sections` need not find it out again."""
    live, retired = _sections_before(session, article_id)
    return _outline(html, _known(live), _known(retired))


def first_outline(html: str) -> Outline:
    """The outline of a new article with this HTML."""
    return _outline(html, (), ())


def section_rows(article_id: int, sections: Sequence[outline.Section], ids: Sequence[int]) -> list[dict[str, Any]]:
    """What is stored of a new article's sections, under these ids."""
    return [
        {
            "id": ids[section.position],
            "article_id": article_id,
            "anchor": section.anchor,
            "heading": section.heading,
            "level": section.level,
            "position": section.position,
            "html": section.html,
            "parent_id": None if section.parent is None else ids[section.parent],
        }
        for section in sections
    ]


def settle_sections(session: Session, article_id: int, html: str) -> Outline:
    """Bring the rows of an article's sections up to its new HTML, and give its outline."""
    live, retired = _sections_before(session, article_id)
    new = _outline(html, _known(live), _known(retired))
    former = {**retired, **live}
    kept = {section.position: former[section.known_as] for section in new.sections if section.known_as is not None}
    staying = {row.id for row in kept.values()}
    gone = {anchor: row for anchor, row in live.items() if row.id not in staying}
    _retire(session, gone)
    placed = _place(session, article_id, new.sections, kept)
    for anchor, successor in new.gone.items():
        row = gone.get(anchor) or _signpost(article_id, anchor)
        row.moved_to_id = placed[successor].id if successor is not None else None
        session.add(row)
    session.flush()
    return new


@lru_cache(maxsize=4)
def _outline(html: str, known: tuple[KnownSection, ...], retired: tuple[KnownSection, ...]) -> Outline:
    return read_outline(html, known, retired)


def _known(rows: Rows) -> tuple[KnownSection, ...]:
    return tuple(
        KnownSection(anchor=row.anchor, heading=row.heading, level=row.level, text=text_of(row.html))
        for row in rows.values()
    )


def _sections_before(session: Session, article_id: int) -> tuple[Rows, Rows]:
    """Those that live, in the order of the text, and those that were retired, by their anchors."""
    live = {row.anchor: row for row in live_sections(session, article_id)}
    return live, _retired_sections(session, article_id, but=live)


def _retired_sections(session: Session, article_id: int, *, but: Rows) -> Rows:
    """One for each anchor that went with its section and is not back, the latest first."""
    found = session.scalars(
        select(Section)
        .where(Section.article_id == article_id, Section.retired_at.is_not(None), Section.heading != SIGNPOST)
        .order_by(Section.retired_at.desc(), Section.id.desc())
        .limit(MOST_RETIRED)
    )
    latest: dict[str, Section] = {}
    for row in found:
        if row.anchor not in but:
            latest.setdefault(row.anchor, row)
    return latest


def _retire(session: Session, gone: Rows) -> None:
    """Free the anchors before another section takes one: no two live ones may have the same, not even for a moment."""
    for row in gone.values():
        row.retired_at, row.parent_id = clock.now(), None
    session.flush()


def _place(session: Session, article_id: int, sections: Sequence[outline.Section], kept: Mapping[int, Section]) -> Rows:
    """Write the sections into their rows, old and new; the rows by anchor."""
    placed: dict[str, Section] = {}
    for section in sections:
        row = kept.get(section.position) or Section(article_id=article_id)
        row.anchor, row.heading, row.level = section.anchor, section.heading, section.level
        row.html, row.position = section.html, section.position
        row.retired_at = row.moved_to_id = None
        placed[section.anchor] = row
    session.add_all(placed.values())
    session.flush()
    in_order = list(placed.values())
    for section, row in zip(sections, in_order, strict=True):
        row.parent_id = in_order[section.parent].id if section.parent is not None else None
    return placed


def _signpost(article_id: int, anchor: str) -> Section:
    """A row for an anchor whose section lives on under another."""
    return Section(
        article_id=article_id, anchor=anchor, heading=SIGNPOST, level=1, html="", position=0, retired_at=clock.now()
    )
