"""What becomes of the ids that an author writes, and of sections that went and come back?"""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tests.harbour import (
    BEFORE,
    BREAD,
    LAMP,
    NETS,
    ROPE,
    TIDE,
    Case,
    anchors_of,
    article,
    found_after,
    known_from,
    outline_of,
)

WISHES = [
    Case(
        did="an anchor that is free",
        before=BEFORE,
        after=article(("## The tide", TIDE), ("## Old nets {#mending}", NETS), ("## The lamp", LAMP)),
        anchors=["the-tide", "mending", "the-lamp"],
        gone={"old-nets": "mending"},
    ),
    Case(
        did="the anchor that the section had, over another heading and another text",
        before=article(("## The tide {#sea}", TIDE), ("## Old nets", NETS)),
        after=article(("## Loaves {#sea}", BREAD), ("## Old nets", NETS)),
        anchors=["sea", "old-nets"],
    ),
    Case(
        did="the anchor that the section had, where most of the text went elsewhere",
        before=article(("## The tide {#sea}", f"{TIDE} {NETS} {LAMP}")),
        after=article(("## Ebb {#sea}", TIDE), ("## Nets and lamps", f"{NETS} {LAMP}")),
        anchors=["sea", "nets-and-lamps"],
    ),
    Case(
        did="the anchor of a section that still stands elsewhere",
        before=BEFORE,
        after=article(("## Loaves {#old-nets}", BREAD), ("## Old nets", NETS)),
        anchors=["old-nets-2", "old-nets"],
        gone={"the-tide": None, "the-lamp": None},
    ),
    Case(
        did="the same anchor twice: the first has it",
        before="",
        after=article(("## The tide {#sea}", TIDE), ("## Old nets {#sea}", NETS)),
        anchors=["sea", "sea-2"],
    ),
    Case(
        did="no anchor any more: the section keeps the one it had",
        before=article(("## The tide {#sea}", TIDE)),
        after=article(("## The tide", TIDE)),
        anchors=["sea"],
    ),
    Case(
        did="an anchor in capitals with strokes in it",
        before="",
        after=article(("## The tide {#Sea/Tide?}", TIDE)),
        anchors=["Sea-Tide"],
    ),
]


@pytest.mark.parametrize("case", WISHES, ids=lambda case: case.did)
def test_an_author_may_wish_for(case: Case) -> None:
    assert found_after(case) == (case.anchors, case.gone)


def test_a_section_that_got_another_anchor_tells_which_one_it_had() -> None:
    after = outline_of(article(("## Mending {#mending}", NETS), ("## Bread", BREAD)), known_from(outline_of(BEFORE)))
    assert [section.known_as for section in after.sections] == ["old-nets", None]


@dataclass(frozen=True, kw_only=True)
class Return:
    """What is in the new version, of sections that went long ago, and the anchors it has then."""

    brought: str
    after: str
    anchors: Sequence[str]
    known_as: Sequence[str | None]


RETIRED = article(("## The tide {#ebb-and-flow}", f"{TIDE} {ROPE}"), ("## Summary", LAMP))

RETURNS = [
    Return(
        brought="an old section as it was",
        after=article(("## Old nets", NETS), ("## The tide", f"{TIDE} {ROPE}")),
        anchors=["old-nets", "ebb-and-flow"],
        known_as=["old-nets", "ebb-and-flow"],
    ),
    Return(
        brought="an old text under another heading",
        after=article(("## Old nets", NETS), ("## The tides of May", f"{TIDE} {ROPE}")),
        anchors=["old-nets", "ebb-and-flow"],
        known_as=["old-nets", "ebb-and-flow"],
    ),
    Return(
        brought="only an old heading",
        after=article(("## Old nets", NETS), ("## Summary", BREAD)),
        anchors=["old-nets", "summary"],
        known_as=["old-nets", None],
    ),
    Return(
        brought="an old text where a live section goes on",
        after=article(("## Old nets", f"{TIDE} {ROPE}")),
        anchors=["old-nets"],
        known_as=["old-nets"],
    ),
    Return(
        brought="a wish for an old anchor",
        after=article(("## Old nets", NETS), ("## Loaves {#ebb-and-flow}", BREAD)),
        anchors=["old-nets", "ebb-and-flow"],
        known_as=["old-nets", "ebb-and-flow"],
    ),
]


@pytest.mark.parametrize("case", RETURNS, ids=lambda case: case.brought)
def test_a_retired_anchor_comes_back_with_its_text_alone_when_an_editor_brought(case: Return) -> None:
    live = known_from(outline_of(article(("## Old nets", NETS))))
    after = outline_of(case.after, live, known_from(outline_of(RETIRED)))
    assert anchors_of(after) == case.anchors
    assert [section.known_as for section in after.sections] == case.known_as


def test_a_live_anchor_wins_over_the_same_anchor_retired() -> None:
    live, retired = (known_from(outline_of(article(("## Notes", text)))) for text in (NETS, TIDE))
    after = outline_of(article(("## Notes", TIDE), ("## Notes", NETS)), live, retired)
    assert anchors_of(after) == ["notes-2", "notes"]
