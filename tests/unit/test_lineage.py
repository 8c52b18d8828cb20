"""Does a section keep its anchor through everything an editor does to an article that loses none?"""

import pytest

from tests.harbour import (
    BEFORE,
    BREAD,
    FERRY,
    LAMP,
    MARKET,
    NETS,
    POTTERY,
    RIVER,
    ROPE,
    TIDE,
    Case,
    anchors_of,
    article,
    found_after,
    known_from,
    outline_of,
)

CASES = [
    Case(
        did="nothing",
        before=BEFORE,
        after=BEFORE,
        anchors=["the-tide", "old-nets", "the-lamp"],
    ),
    Case(
        did="re-worded a heading a little",
        before=BEFORE,
        after=article(("## The tides", TIDE), ("## Old nets", NETS), ("## The lamp", LAMP)),
        anchors=["the-tide", "old-nets", "the-lamp"],
    ),
    Case(
        did="re-worded a heading entirely",
        before=BEFORE,
        after=article(("## The tide", TIDE), ("## Strawberry guards", NETS), ("## The lamp", LAMP)),
        anchors=["the-tide", "old-nets", "the-lamp"],
    ),
    Case(
        did="re-worded every heading",
        before=BEFORE,
        after=article(("## Water", TIDE), ("## Strawberries", NETS), ("## Glass", LAMP)),
        anchors=["the-tide", "old-nets", "the-lamp"],
    ),
    Case(
        did="re-worded a heading and edited its text",
        before=BEFORE,
        after=article(
            ("## The tide", TIDE),
            ("## Strawberry guards", NETS.replace("thrown away", "ever wasted") + " It works."),
            ("## The lamp", LAMP),
        ),
        anchors=["the-tide", "old-nets", "the-lamp"],
    ),
    Case(
        did="rewrote a text under its heading",
        before=BEFORE,
        after=article(("## The tide", TIDE), ("## Old nets", BREAD), ("## The lamp", LAMP)),
        anchors=["the-tide", "old-nets", "the-lamp"],
    ),
    Case(
        did="rewrote a text and re-worded its heading a little",
        before=BEFORE,
        after=article(("## The tide", TIDE), ("## The old nets", BREAD), ("## The lamp", LAMP)),
        anchors=["the-tide", "old-nets", "the-lamp"],
    ),
    Case(
        did="moved the last section to the front",
        before=BEFORE,
        after=article(("## The lamp", LAMP), ("## The tide", TIDE), ("## Old nets", NETS)),
        anchors=["the-lamp", "the-tide", "old-nets"],
    ),
    Case(
        did="moved a section and re-worded its heading",
        before=BEFORE,
        after=article(("## Glass", LAMP), ("## The tide", TIDE), ("## Old nets", NETS)),
        anchors=["the-lamp", "the-tide", "old-nets"],
    ),
    Case(
        did="moved a section to another level and under another one",
        before=BEFORE,
        after=article(("## The tide", TIDE), ("### The lamp", LAMP), ("## Old nets", NETS)),
        anchors=["the-tide", "the-lamp", "old-nets"],
    ),
    Case(
        did="re-levelled and re-worded",
        before=BEFORE,
        after=article(("# Water", TIDE), ("###### Strawberries", NETS), ("### The lamp", LAMP)),
        anchors=["the-tide", "old-nets", "the-lamp"],
    ),
    Case(
        did="swapped two headings: each is still its text",
        before=BEFORE,
        after=article(("## Old nets", TIDE), ("## The tide", NETS), ("## The lamp", LAMP)),
        anchors=["the-tide", "old-nets", "the-lamp"],
    ),
    Case(
        did="split a section: the part under the old heading keeps the anchor, however short",
        before=article(("## The tide", f"{TIDE} {NETS} {LAMP}")),
        after=article(("## The tide", TIDE), ("## Mending and cleaning", f"{NETS} {LAMP}")),
        anchors=["the-tide", "mending-and-cleaning"],
    ),
    Case(
        did="split a section under two new headings: the larger part keeps the anchor",
        before=article(("## By the sea", f"{TIDE} {NETS} {LAMP}")),
        after=article(("## Water", TIDE), ("## Mending and cleaning", f"{NETS} {LAMP}")),
        anchors=["water", "by-the-sea"],
    ),
    Case(
        did="put a new heading right after the old one",
        before=article(("## The tide", TIDE)),
        after=article(("## The tide", ""), ("### In detail", TIDE)),
        anchors=["the-tide", "in-detail"],
    ),
    Case(
        did="added a section between two",
        before=BEFORE,
        after=article(("## The tide", TIDE), ("## Bread", BREAD), ("## Old nets", NETS), ("## The lamp", LAMP)),
        anchors=["the-tide", "bread", "old-nets", "the-lamp"],
    ),
    Case(
        did="added a section with the name of one that is re-worded",
        before=BEFORE,
        after=article(("## Water", TIDE), ("## Old nets", NETS), ("## The lamp", LAMP), ("## The tide!", BREAD)),
        anchors=["the-tide", "old-nets", "the-lamp", "the-tide-2"],
    ),
    Case(
        did="copied a section: the first keeps the anchor",
        before=article(("## The tide", TIDE)),
        after=article(("## The tide", TIDE), ("## The tide", TIDE)),
        anchors=["the-tide", "the-tide-2"],
    ),
    Case(
        did="changed the places of twins, which their texts tell apart",
        before=article(("## Notes", TIDE), ("## Notes", NETS), ("## Notes", LAMP)),
        after=article(("## Notes", LAMP), ("## Notes", TIDE), ("## Notes", NETS)),
        anchors=["notes-3", "notes", "notes-2"],
    ),
    Case(
        did="rewrote the texts of twins: the first is the first",
        before=article(("## Notes", TIDE), ("## Notes", NETS)),
        after=article(("## Notes", BREAD), ("## Notes", ROPE)),
        anchors=["notes", "notes-2"],
    ),
    Case(
        did="rewrote the texts of twins, and put another section in front",
        before=article(("## Notes", TIDE), ("## Notes", NETS)),
        after=article(("## Rope", ROPE), ("## Notes", BREAD), ("## Notes", LAMP)),
        anchors=["rope", "notes", "notes-2"],
    ),
    Case(
        did="rewrote the texts of twins, with two words of the second left in the first",
        before=article(("## Notes", TIDE), ("## Notes", NETS)),
        after=article(("## Notes", f"{BREAD} They are cut."), ("## Notes", ROPE)),
        anchors=["notes", "notes-2"],
    ),
    Case(
        did="put another section in front of twins without a text",
        before=article(("## Notes", ""), ("## Notes", "")),
        after=article(("## Bread", BREAD), ("## Notes", ""), ("## Notes", "")),
        anchors=["bread", "notes", "notes-2"],
    ),
    Case(
        did="changed the places of parents, and rewrote their twins' texts",
        before=article(("## Boats", TIDE), ("### Price", "Ten."), ("## Nets", NETS), ("### Price", "Two.")),
        after=article(("## Nets", NETS), ("### Price", "Now three."), ("## Boats", TIDE), ("### Price", "Now twelve.")),
        anchors=["nets", "price-2", "boats", "price"],
    ),
    Case(
        did="changed the places of parents, whose twins have no text",
        before=article(("## Boats", TIDE), ("### Price", ""), ("## Nets", NETS), ("### Price", "")),
        after=article(("## Nets", NETS), ("### Price", ""), ("## Boats", TIDE), ("### Price", "")),
        anchors=["nets", "price-2", "boats", "price"],
    ),
    Case(
        did="renumbered the steps",
        before=article(("## Step 1", TIDE), ("## Step 2", NETS), ("## Step 3", LAMP)),
        after=article(("## Step 1", BREAD), ("## Step 2", TIDE), ("## Step 3", NETS), ("## Step 4", LAMP)),
        anchors=["step-1-2", "step-1", "step-2", "step-3"],
    ),
    Case(
        did="changed only letters' case, stops and spaces",
        before=article(("## The tide", TIDE), ("## Old nets", NETS)),
        after=article(("## THE TIDE!", TIDE.upper()), ("## Old  nets…", NETS.replace(",", ";"))),
        anchors=["the-tide", "old-nets"],
    ),
    Case(
        did="re-worded Korean headings and changed a particle in the text",
        before=article(("## 새벽 어시장", MARKET), ("## 섬으로 가는 배", FERRY)),
        after=article(("## 안개와 학교", FERRY.replace("아이들은", "아이들도")), ("## 네 시의 풍경", MARKET)),
        anchors=["섬으로-가는-배", "새벽-어시장"],
    ),
    Case(
        did="re-worded Chinese headings and swapped the sections",
        before=article(("## 窑火", POTTERY), ("## 河边", RIVER)),
        after=article(("## 铜钱与瓷片", RIVER), ("## 青瓶", POTTERY)),
        anchors=["河边", "窑火"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.did)
def test_every_section_keeps_its_anchor_when_an_editor(case: Case) -> None:
    assert found_after(case) == (case.anchors, case.gone)


def test_three_hundred_twins_rewritten_are_still_told_by_their_order() -> None:
    before = outline_of(article(*[("## Notes", f"{NETS} {number}") for number in range(300)]))
    after = outline_of(article(*[("## Notes", f"{number} {BREAD}") for number in range(300)]), known_from(before))
    assert anchors_of(after) == anchors_of(before)
