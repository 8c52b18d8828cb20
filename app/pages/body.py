"""How is an article's text laid out on its page: which headings, and what stands beside each?"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.articles.shown import Shown
from app.ground.tags import HEADINGS, Kind, tags
from app.pages.discussion import Links

_ID = re.compile(r' id="[^"]*"')
_TABLE = re.compile(r"<table(?=[ >])")
_ALIGNED = re.compile(r'(<t[dh](?: [^>]*?)?) align="(left|center|right)"')
_DEEPEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section: `level` is what it is on the page, where the title is 1; `inner` is the heading's HTML."""

    anchor: str
    level: int
    attributes: str
    inner: str
    heading: str
    html: str
    reply_count: int
    section_href: str
    about_href: str


def lead_and_parts(article: Shown, links: Links) -> tuple[str, list[Part]]:
    """What stands before the first heading, and the sections in their order, from `articles.shown.whole`."""
    html = article["html"]
    known = {section["anchor"]: (section, depth) for section, depth in _flat(article["sections"], 0)}
    headings = [heading for heading in _headings(html) if heading.anchor in known]
    ends = [*(heading.start for heading in headings[1:]), len(html)]
    lead = html[: headings[0].start] if headings else html
    parts = []
    for heading, end in zip(headings, ends, strict=True) if headings else ():
        section, depth = known[heading.anchor]
        part = Part(
            anchor=heading.anchor,
            level=min(depth + 2, _DEEPEST),
            attributes=heading.attributes,
            inner=html[heading.inner : heading.inner_end],
            heading=section["heading"],
            html=_laid_out(html[heading.end : end]),
            reply_count=section["reply_count"],
            section_href=links.to("comments", section=heading.anchor),
            about_href=links.to("respond", about=heading.anchor),
        )
        parts.append(part)
    return _laid_out(lead), parts


@dataclass(frozen=True, slots=True)
class _Heading:
    anchor: str
    attributes: str
    start: int
    inner: int
    inner_end: int
    end: int


def _headings(html: str) -> Iterator[_Heading]:
    """The headings that have an id: those that begin a section."""
    opening = None
    for tag in tags(html):
        if tag.name not in HEADINGS:
            continue
        if tag.kind is Kind.OPENING:
            opening = tag
        elif opening is not None:
            anchor = opening.attributes.get("id")
            if anchor:
                attributes = _ID.sub("", opening.written)
                yield _Heading(anchor, attributes, opening.start, opening.end, tag.start, tag.end)
            opening = None


def _flat(sections: Sequence[Shown], depth: int) -> Iterable[tuple[Shown, int]]:
    for section in sections:
        yield section, depth
        yield from _flat(section["sections"], depth + 1)


def _laid_out(html: str) -> str:
    """What may be wider than a phone scrolls by itself, with the keyboard too; columns are aligned by a style."""
    html = _ALIGNED.sub(r'\1 class="\2"', html)
    html = html.replace("<pre>", '<pre tabindex="0">')
    return _TABLE.sub('<div class="wide" tabindex="0"><table', html).replace("</table>", "</table></div>")
