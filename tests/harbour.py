"""A small harbour to write about, and what an editor may do to the article about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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


def found_after(case: Case) -> tuple[list[str], dict[str, str | None]]:
    """The anchors of the new version, and where the old ones lead that it has not."""
    after = outline_of(case.after, known_from(outline_of(case.before)))
    return anchors_of(after), dict(after.gone)
