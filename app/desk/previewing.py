"""What will a text look like once it is published, and what becomes of the replies to its sections?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.articles.models import Article, ArticleFormat
from app.articles.outline import Outline
from app.articles.store import sections_shown
from app.articles.writing import preview, preview_of_article
from app.ground.db import fresh_read

# The page has ids of its own: those of the text get this before them, and so do links to them.
PREFIX = "preview-"
_HEADING = re.compile(r'<h([1-6]) id="(.*?)</h\1>', re.DOTALL)
_TO_ID = re.compile(r'( href="#)')
_HIGHEST, _DEEPEST = 2, 6  # the title is above them, whatever levels the text has


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of the outline as it will be; `is_new` where no section before is the same one."""

    anchor: str
    text: str
    replies: int
    is_new: bool
    under: list["Heading"] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A section that will be gone though readers replied to it; `heir` is where its address will lead."""

    heading: str
    replies: int
    heir: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    html: str
    outline: Sequence[Heading]
    lost: Sequence[Lost]
    words: int
    minutes: int
    is_known: bool  # whether there is a version before, so that a section can be new


def preview_of(article: Article | None, body: str, format: ArticleFormat) -> Preview:  # noqa: A002 (the article's field)
    """As the API's preview; of an article that is there, with the anchors and replies that its sections keep."""
    outline = preview(body, format) if article is None else preview_of_article(fresh_read(), article, body, format)
    before = {} if article is None else {row.anchor: row for row in sections_shown(fresh_read(), article.id)}
    replies = {anchor: int(row.reply_count) for anchor, row in before.items()}
    return Preview(
        html=_TO_ID.sub(rf"\1{PREFIX}", _with_levels(outline)),
        outline=_tree(outline, replies),
        lost=[
            Lost(heading=before[anchor].heading, replies=replies[anchor], heir=_heading(outline, heir))
            for anchor, heir in outline.gone.items()
            if replies.get(anchor) and not any(section.known_as == anchor for section in outline.sections)
        ],
        words=outline.words,
        minutes=outline.reading_minutes,
        is_known=article is not None,
    )


def _with_levels(outline: Outline) -> str:
    """The text with its headings as the page has them: by their depth, and each under an id of the preview."""
    depths: list[int] = []
    for section in outline.sections:
        depths.append(0 if section.parent is None else depths[section.parent] + 1)
    levels = iter(min(_HIGHEST + depth, _DEEPEST) for depth in depths)

    def leveled(heading: re.Match[str]) -> str:
        level = next(levels)
        return f'<h{level} id="{PREFIX}{heading[2]}</h{level}>'

    return _HEADING.sub(leveled, outline.html)


def _tree(outline: Outline, replies: dict[str, int]) -> list[Heading]:
    headings = [
        Heading(
            anchor=section.anchor,
            text=section.heading,
            replies=replies.get(section.known_as or "", 0),
            is_new=section.known_as is None,
        )
        for section in outline.sections
    ]
    roots: list[Heading] = []
    for heading, section in zip(headings, outline.sections, strict=True):
        (roots if section.parent is None else headings[section.parent].under).append(heading)
    return roots


def _heading(outline: Outline, anchor: str | None) -> str | None:
    return next((section.heading for section in outline.sections if section.anchor == anchor), None)
