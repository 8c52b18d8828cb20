"""By which anchor is each section of an article found, and what became of those that the version before had?

A section keeps its anchor for as long as it can be recognised (`kinship`). An author's own id comes before
that, unless it is the anchor of a section that still stands elsewhere. A new section is named after its
heading, and never like a section that the version before had.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.articles.anchors import NAMELESS, FreeAnchors, slug_of
from app.articles.kinship import ALIKE_ENOUGH_TO_RETURN, Headed, Sketch, continued, heirs, sketched


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSection:
    """A section as it was before; `text` is its own, without its subsections."""

    anchor: str
    heading: str
    level: int
    text: str


class Written(Headed, Protocol):
    """A section of the new version; `wish` is the id that its author gave it, or empty."""

    @property
    def wish(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """`anchors` and `known_as` go with the sections, one by one; `gone` as in `outline.Outline`."""

    anchors: Sequence[str]
    known_as: Sequence[str | None]
    gone: Mapping[str, str | None]


def trace(
    sections: Sequence[Written],
    *,
    lead: str,
    known: Sequence[KnownSection],
    retired: Sequence[KnownSection],
) -> Lineage:
    """Both versions' sections are given in document order; `lead` is the text before the first of the new ones."""
    before, now = sketched(known), sketched(sections)
    live = continued(before, now, marked=_marked(known, sections))
    former = {place: known[old] for place, old in live.items()} | _returned(retired, sections, now, live)
    anchors = _anchors(sections, former, known)
    standing = frozenset(anchors)
    beginning = KnownSection(anchor="", heading="", level=1, text=lead)
    leads_to = _whereabouts(
        before,
        {old: anchors[place] for place, old in live.items()},
        places=[*now, *sketched([beginning])],
        names=[*anchors, None],
    )
    gone = {known[old].anchor: name for old, name in leads_to.items()}
    return Lineage(
        anchors=anchors,
        known_as=[former[place].anchor if place in former else None for place in range(len(sections))],
        gone={anchor: name for anchor, name in gone.items() if anchor not in standing},
    )


def _marked(known: Sequence[KnownSection], sections: Sequence[Written]) -> Iterator[tuple[int, int]]:
    """Where an author's id says which section this is."""
    places = {section.anchor: place for place, section in enumerate(known)}
    return ((places[section.wish], place) for place, section in enumerate(sections) if section.wish in places)


def _returned(
    retired: Sequence[KnownSection],
    sections: Sequence[Written],
    sketches: Sequence[Sketch],
    live: Mapping[int, int],
) -> dict[int, KnownSection]:
    """Which of the sections that the version before did not have were there earlier."""
    places = [place for place in range(len(sections)) if place not in live]
    back = continued(
        sketched(retired),
        [sketches[place] for place in places],
        marked=_marked(retired, [sections[place] for place in places]),
        enough=ALIKE_ENOUGH_TO_RETURN,
    )
    return {places[place]: retired[before] for place, before in back.items()}


def _anchors(
    sections: Sequence[Written], former: Mapping[int, KnownSection], known: Sequence[KnownSection]
) -> list[str]:
    holder: dict[str, int] = {}
    for place, was in former.items():
        holder.setdefault(was.anchor, place)
    anchors = _wishes_granted(sections, holder)
    for anchor, place in holder.items():
        anchors.setdefault(place, anchor)
    free = FreeAnchors({*anchors.values(), *(section.anchor for section in known)})
    for place, section in enumerate(sections):
        if place not in anchors:
            anchors[place] = free.take(section.wish or slug_of(section.heading) or NAMELESS)
    return [anchors[place] for place in range(len(sections))]


def _wishes_granted(sections: Sequence[Written], holder: Mapping[str, int]) -> dict[int, str]:
    """To the first who wishes for it, unless another section holds it."""
    first: dict[str, int] = {}
    for place, section in enumerate(sections):
        if section.wish and holder.get(section.wish, place) == place:
            first.setdefault(section.wish, place)
    return {place: wish for wish, place in first.items()}


def _whereabouts(
    before: Sequence[Sketch],
    live: Mapping[int, str],
    *,
    places: Sequence[Sketch],
    names: Sequence[str | None],
) -> dict[int, str | None]:
    """Where a link to each of the old sections leads now. One without a text follows its first subsection."""
    leads_to: dict[int, str | None] = {**live}
    lost = {old: sketch for old, sketch in enumerate(before) if old not in live}
    for old, heir in reversed(heirs(lost, places).items()):
        following = before[old + 1 : old + 2]
        if heir is not None:
            leads_to[old] = names[heir]
        elif lost[old].word_pairs or not following or len(following[0].above) <= len(lost[old].above):
            leads_to[old] = None
        else:
            leads_to[old] = leads_to[old + 1]
    return leads_to
