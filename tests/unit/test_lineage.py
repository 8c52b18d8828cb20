"""Does a section keep its anchor through everything an editor does to it, and lead an old link to its text?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from app.articles.outline import KnownSection, Outline, read_outline
from app.ground.markup import render_article

TIDE = "Twice a day the harbour falls dry, and the gulls walk where the boats were lying an hour before."
NETS = "Old nets are not thrown away. They are cut, knotted anew and hung over strawberries against the blackbirds."
LAMP = "Nobody has lit the lamp since the pilots got their own screens, yet somebody still cleans its glass every May."
BREAD = "The baker sells out before six, because the night shift of the cannery walks past his door on the way home."
ROPE = "A rope that has been wet and dried a hundred times is stiff enough to stand upright on the quay by itself."
MARKET = "어시장은 새벽 네 시에 열리고, 해가 뜨기 전에 벌써 마지막 상자가 팔려 나간다."
FERRY = "연락선은 안개가 짙은 날에는 뜨지 않으며, 섬 아이들은 그런 날 학교에 가지 않는다."
POTTERY = "窑火烧了三天三夜，开窑的时候全村人都围过来看那只青色的瓶子。"
RIVER = "河水退去以后，孩子们在泥里找到了许多旧时的铜钱和碎瓷片。"
STEPPE = "Весной степь зацветает за одну неделю, и пастухи уходят с отарами далеко на север, к озёрам."
WELL = "كان أهل القرية يجتمعون كل مساء حول البئر القديمة ليتبادلوا أخبار القوافل العابرة."


def outline_of(markdown: str, known: Sequence[KnownSection] = (), retired: Sequence[KnownSection] = ()) -> Outline:
    return read_outline(render_article(markdown, format="markdown"), known, retired)


def known_from(outline: Outline) -> list[KnownSection]:
    return [
        KnownSection(anchor=each.anchor, heading=each.heading, level=each.level, text=each.text)
        for each in outline.sections
    ]


def anchors_of(outline: Outline) -> list[str]:
    return [section.anchor for section in outline.sections]


def article(*sections: tuple[str, str]) -> str:
    return "\n\n".join(f"{heading}\n\n{text}" for heading, text in sections)


@dataclass(frozen=True, kw_only=True)
class Case:
    """What an editor did, and where the sections of the new version and the old anchors are found after it."""

    did: str
    before: str
    after: str
    anchors: Sequence[str]
    gone: Mapping[str, str | None] = field(default_factory=dict)


BEFORE = article(("## The tide", TIDE), ("## Old nets", NETS), ("## The lamp", LAMP))

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
        did="merged two sections under the first one's heading",
        before=BEFORE,
        after=article(("## The tide", f"{TIDE}\n\n{NETS}"), ("## The lamp", LAMP)),
        anchors=["the-tide", "the-lamp"],
        gone={"old-nets": "the-tide"},
    ),
    Case(
        did="merged two sections under the second one's heading",
        before=BEFORE,
        after=article(("## Old nets", f"{TIDE}\n\n{NETS}"), ("## The lamp", LAMP)),
        anchors=["old-nets", "the-lamp"],
        gone={"the-tide": "old-nets"},
    ),
    Case(
        did="merged all under a new heading: the larger text keeps its anchor",
        before=article(("## The tide", TIDE), ("## Old nets", f"{NETS} {ROPE}")),
        after=article(("## Harbour life", f"{TIDE} {NETS} {ROPE}")),
        anchors=["old-nets"],
        gone={"the-tide": "old-nets"},
    ),
    Case(
        did="took a heading away, so that its text stands before the first section",
        before=BEFORE,
        after=f"{TIDE}\n\n" + article(("## Old nets", NETS), ("## The lamp", LAMP)),
        anchors=["old-nets", "the-lamp"],
        gone={"the-tide": None},
    ),
    Case(
        did="took a section away",
        before=BEFORE,
        after=article(("## The tide", TIDE), ("## The lamp", LAMP)),
        anchors=["the-tide", "the-lamp"],
        gone={"old-nets": None},
    ),
    Case(
        did="took everything away",
        before=BEFORE,
        after="",
        anchors=[],
        gone={"the-tide": None, "old-nets": None, "the-lamp": None},
    ),
    Case(
        did="replaced one section by another",
        before=BEFORE,
        after=article(("## The tide", TIDE), ("## Bread at five", BREAD), ("## The lamp", LAMP)),
        anchors=["the-tide", "bread-at-five", "the-lamp"],
        gone={"old-nets": None},
    ),
    Case(
        did="took a heading without a text away: its link follows the first subsection",
        before=article(("## Harbour", ""), ("### The tide", TIDE), ("### Old nets", NETS)),
        after=article(("## The tide", TIDE), ("## Old nets", NETS)),
        anchors=["the-tide", "old-nets"],
        gone={"harbour": "the-tide"},
    ),
    Case(
        did="took away a heading without a text and all below it",
        before=article(("## Harbour", ""), ("### The tide", TIDE), ("## Old nets", NETS)),
        after=article(("## Old nets", NETS)),
        anchors=["old-nets"],
        gone={"harbour": None, "the-tide": None},
    ),
    Case(
        did="took away a heading without a text, before a section that was not under it",
        before=article(("## Harbour", ""), ("## Old nets", NETS)),
        after=article(("## Old nets", NETS)),
        anchors=["old-nets"],
        gone={"harbour": None},
    ),
    Case(
        did="took away a heading and its text, and kept what was under it",
        before=article(("## Harbour", ROPE), ("### The tide", TIDE)),
        after=article(("## The tide", TIDE)),
        anchors=["the-tide"],
        gone={"harbour": None},
    ),
    Case(
        did="moved a text before the first section, and half of it into another one",
        before=article(("## The tide", f"{TIDE} {BREAD}"), ("## Old nets", NETS)),
        after=f"{TIDE} {BREAD}\n\n" + article(("## Old nets", f"{NETS} {TIDE}")),
        anchors=["old-nets"],
        gone={"the-tide": None},
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
        did="took the first of three twins away",
        before=article(("## Notes", TIDE), ("## Notes", NETS), ("## Notes", LAMP)),
        after=article(("## Notes", NETS), ("## Notes", LAMP)),
        anchors=["notes-2", "notes-3"],
        gone={"notes": None},
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
    Case(
        did="merged a Russian and an Arabic section",
        before=article(("## Степь весной", STEPPE), ("## البئر", WELL)),
        after=article(("## Степь весной", f"{STEPPE}\n\n{WELL}")),
        anchors=["степь-весной"],
        gone={"البئر": "степь-весной"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.did)
def test_sections_keep_their_anchors_when_an_editor(case: Case) -> None:
    after = outline_of(case.after, known_from(outline_of(case.before)))
    assert (anchors_of(after), dict(after.gone)) == (case.anchors, case.gone)


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
    after = outline_of(case.after, known_from(outline_of(case.before)))
    assert (anchors_of(after), dict(after.gone)) == (case.anchors, case.gone)


def test_a_new_section_is_not_named_like_one_that_goes_at_the_same_time() -> None:
    known = [
        KnownSection(anchor="the-tide", heading="Water", level=2, text=TIDE),
        KnownSection(anchor="old-nets", heading="Old nets", level=2, text=NETS),
    ]
    after = outline_of(article(("## The tide", BREAD), ("## Old nets", f"{NETS} {TIDE}")), known)
    assert (anchors_of(after), dict(after.gone)) == (["the-tide-2", "old-nets"], {"the-tide": "old-nets"})


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
    assert [section.anchor for section in after.sections] == case.anchors
    assert [section.known_as for section in after.sections] == case.known_as


def test_a_live_anchor_wins_over_the_same_anchor_retired() -> None:
    live = [KnownSection(anchor="notes", heading="Notes", level=2, text=NETS)]
    retired = [KnownSection(anchor="notes", heading="Notes", level=2, text=TIDE)]
    after = outline_of(article(("## Notes", TIDE), ("## Notes", NETS)), live, retired)
    assert anchors_of(after) == ["notes-2", "notes"]


def test_three_hundred_twins_rewritten_are_still_told_by_their_order() -> None:
    before = outline_of(article(*[("## Notes", f"{NETS} {number}") for number in range(300)]))
    after = outline_of(article(*[("## Notes", f"{number} {BREAD}") for number in range(300)]), known_from(before))
    assert anchors_of(after) == anchors_of(before)
