"""Where does an anchor lead whose section is no more, and what may take its name?"""

import pytest

from tests.harbour import (
    BEFORE,
    BREAD,
    LAMP,
    NETS,
    ROPE,
    STEPPE,
    TIDE,
    WELL,
    Case,
    anchors_of,
    article,
    found_after,
    known_from,
    outline_of,
)

CASES = [
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
        did="took the first of three twins away",
        before=article(("## Notes", TIDE), ("## Notes", NETS), ("## Notes", LAMP)),
        after=article(("## Notes", NETS), ("## Notes", LAMP)),
        anchors=["notes-2", "notes-3"],
        gone={"notes": None},
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
def test_an_old_anchor_leads_to_its_text_or_the_article_when_an_editor(case: Case) -> None:
    assert found_after(case) == (case.anchors, case.gone)


def test_a_new_section_is_not_named_like_one_that_goes_at_the_same_time() -> None:
    known = known_from(outline_of(article(("## Water {#the-tide}", TIDE), ("## Old nets", NETS))))
    after = outline_of(article(("## The tide", BREAD), ("## Old nets", f"{NETS} {TIDE}")), known)
    assert (anchors_of(after), dict(after.gone)) == (["the-tide-2", "old-nets"], {"the-tide": "old-nets"})
