"""HOW AN ARTICLE FALLS INTO SECTIONS: what stands under which heading?

A section begins at a heading on the article's top level. A heading in a quotation, a list or a table is part
of the text, and so is one that says nothing. Sections nest by their levels, whatever levels are skipped. By
which anchor a section is found, and why it keeps it, `lineage` tells.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

from app.articles.anchors import anchor_wished
from app.articles.lineage import KnownSection, Lineage, trace
from app.articles.reading import amount_of
from app.ground.markup import is_blank
from app.ground.tags import HEADINGS, Kind, Tag, tags, text_of

__all__ = ["Figure", "KnownSection", "Outline", "Section", "read_outline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`level` is the heading's own, 1 to 6; `parent` and `position` count the article's sections from 0.

    `html` and `text` are what stands under the heading, without it and without subsections. `known_as` is the
    anchor of the known section that this one continues: nearly always its own.
    """

    anchor: str
    heading: str
    level: int
    html: str
    text: str
    parent: int | None
    position: int
    known_as: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    src: str | None
    alt: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """An article in its parts. `html` is the whole, each section's heading with its anchor as id; `lead` is
    the HTML before the first section.

    `gone` tells, for each known anchor that leads to no section any more, the anchor of the section where its
    text went, or None for the article itself.
    """

    html: str
    lead: str
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    words: int
    reading_minutes: int
    gone: Mapping[str, str | None]


def read_outline(html: str, known: Sequence[KnownSection] = (), retired: Sequence[KnownSection] = ()) -> Outline:
    """The outline of an article whose HTML `markup` rendered.

    `known` are the sections of the version before, in document order. `retired` are those that went earlier,
    the latest first: when a text of theirs is back, because an editor went back to an old version, so is its
    anchor.
    """
    lead, parts = _cut(html)
    lineage = trace(parts, lead=text_of(lead), known=known, retired=retired)
    amount = amount_of(text_of(html))
    return Outline(
        html=lead + "".join(part.with_id(anchor) for part, anchor in zip(parts, lineage.anchors, strict=True)),
        lead=lead.strip(),
        sections=tuple(_sections(parts, lineage)),
        figures=tuple(_figures(html)),
        words=amount.words,
        reading_minutes=amount.minutes,
        gone=MappingProxyType(lineage.gone),
    )


_ID = re.compile(r' id="[^"]*"')
_HEADING_WITH_ID = re.compile(r'(<h[1-6](?: [^>]*?)?) id="[^"]*"')
_CAPTION = re.compile(r"<figcaption(?: [^>]*)?>(.*?)</figcaption>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A heading and what follows, up to the next; `inner` is the heading's HTML, `attributes` go with its tag."""

    level: int
    heading: str
    attributes: str
    wish: str  # the id its author gave it
    inner: str
    body: str
    text: str

    def with_id(self, anchor: str) -> str:
        name = f"h{self.level}"
        return f'<{name} id="{escape(anchor)}"{self.attributes}>{self.inner}</{name}>{self.body}'


def _cut(html: str) -> tuple[str, list[_Part]]:
    """What stands before the first section, and the sections. No id is left but theirs."""
    headings = list(_top_headings(html))
    ends = [opening.start for opening, _ in headings] + [len(html)]
    lead, *bodies = [
        _HEADING_WITH_ID.sub(r"\1", html[start:end])
        for start, end in zip([0, *(closing.end for _, closing in headings)], ends, strict=True)
    ]
    return lead, [_part(html, *tags, body) for tags, body in zip(headings, bodies, strict=True)]


def _top_headings(html: str) -> Iterator[tuple[Tag, Tag]]:
    """The opening and the closing tag of each heading that begins a section."""
    opening: Tag | None = None
    depth = 0
    for tag in tags(html):
        if tag.kind is Kind.OPENING:
            if depth == 0 and tag.name in HEADINGS:
                opening = tag
            depth += 1
        elif tag.kind is Kind.CLOSING:
            depth -= 1
            if depth == 0 and opening and not is_blank(escape(_heading_text(html[opening.end : tag.start]))):
                yield opening, tag
            opening = opening if depth else None


def _part(html: str, opening: Tag, closing: Tag, body: str) -> _Part:
    inner = html[opening.end : closing.start]
    return _Part(
        level=int(opening.name[1]),
        heading=_heading_text(inner),
        attributes=_ID.sub("", opening.written),
        wish=anchor_wished(opening.attributes.get("id", "")),
        inner=inner,
        body=body,
        text=text_of(body),
    )


def _heading_text(inner: str) -> str:
    """In one line; of a heading that is only an image, what the image says."""
    text = text_of(inner) or " ".join(tag.attributes.get("alt", "") for tag in tags(inner) if tag.name == "img")
    return " ".join(text.split())


def _sections(parts: Sequence[_Part], lineage: Lineage) -> Iterator[Section]:
    above: list[int] = []
    for place, part in enumerate(parts):
        above = [outer for outer in above if parts[outer].level < part.level]
        yield Section(
            anchor=lineage.anchors[place],
            heading=part.heading,
            level=part.level,
            html=part.body.strip(),
            text=part.text,
            parent=above[-1] if above else None,
            position=place,
            known_as=lineage.known_as[place],
        )
        above.append(place)


def _figures(html: str) -> Iterator[Figure]:
    """Each figure with its first image and its caption, and each image that stands in none."""
    start: int | None = None
    image: Tag | None = None
    for tag in tags(html):
        if tag.name == "img" and start is None:
            yield _figure(tag, "")
        elif tag.name == "img":
            image = image or tag
        elif tag.name == "figure" and tag.kind is Kind.OPENING:
            start = tag.end
        elif tag.name == "figure" and start is not None:
            yield _figure(image, html[start : tag.start])
            start = image = None


def _figure(image: Tag | None, inner: str) -> Figure:
    attributes = image.attributes if image else {}
    caption = _CAPTION.search(inner)
    return Figure(
        src=attributes.get("src"),
        alt=attributes.get("alt", ""),
        caption=text_of(caption[1]) if caption else "",
    )
