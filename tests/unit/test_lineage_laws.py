"""What holds for the anchors of any article, whatever was written and whatever was there before?"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.articles.outline import KnownSection, Outline, read_outline
from app.ground.markup import render_article
from tests.harbour import anchors_of, known_from

HEADINGS = ["Notes", "notes!", "Notes 2", "The tide", "the-tide", "🌊", "바다", "notes-2", "section", "ß", "SS"]
WORDS = ["tide", "net", "lamp", "rope", "bread", "gull", "바다에서", "河", "水", "море", "بحر", "a", "I", "42"]


@dataclass(frozen=True)
class Piece:
    level: int
    heading: str
    wish: str
    text: str

    def html(self) -> str:
        wish = f' id="{escape(self.wish)}"' if self.wish else ""
        return f"<h{self.level}{wish}>{escape(self.heading)}</h{self.level}><p>{escape(self.text)}</p>"


pieces = st.builds(
    Piece,
    st.integers(1, 6),
    st.one_of(st.sampled_from(HEADINGS), st.text(max_size=12)),
    st.one_of(st.just(""), st.just(""), st.sampled_from(["notes", "sea", "Sea", "notes-2", "section"])),
    st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
)
articles = st.lists(pieces, max_size=8)


def outline_of(
    written: Sequence[Piece], known: Sequence[KnownSection] = (), retired: Sequence[KnownSection] = ()
) -> Outline:
    html = "".join(piece.html() for piece in written)
    return read_outline(render_article(html, format="html"), known, retired)


@given(articles, articles, articles)
@settings(max_examples=60, deadline=None)
def test_anchors_are_unique_and_every_known_one_leads_somewhere(
    first: list[Piece], second: list[Piece], third: list[Piece]
) -> None:
    before, earlier = outline_of(first), outline_of(third)
    after = outline_of(second, known_from(before), known_from(earlier))
    anchors = anchors_of(after)
    assert len(set(anchors)) == len(anchors)
    assert all(anchors)
    assert set(after.gone).isdisjoint(anchors)
    assert set(after.gone.values()) <= {*anchors, None}
    assert set(anchors_of(before)) <= {*anchors, *after.gone}


@given(articles, articles)
@settings(max_examples=60, deadline=None)
def test_no_known_section_continues_in_two(first: list[Piece], second: list[Piece]) -> None:
    after = outline_of(second, known_from(outline_of(first)))
    continued = [section.known_as for section in after.sections if section.known_as is not None]
    assert len(set(continued)) == len(continued)


@given(articles, articles)
@settings(max_examples=60, deadline=None)
def test_reading_an_article_again_changes_no_anchor(first: list[Piece], second: list[Piece]) -> None:
    once = outline_of(second, known_from(outline_of(first)))
    again = outline_of(second, known_from(once))
    assert anchors_of(again) == anchors_of(once)
    assert not again.gone


@given(
    st.lists(
        st.tuples(
            st.integers(1, 6), st.sampled_from(HEADINGS), st.lists(st.sampled_from(WORDS), min_size=1, max_size=12)
        ),
        max_size=8,
        unique_by=lambda it: (it[1].strip("!").casefold(), " ".join(it[2]).casefold()),
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_sections_in_another_order_keep_their_anchors(drawn: list[tuple[int, str, list[str]]], chance: Random) -> None:
    written = [Piece(level, heading, "", " ".join(words)) for level, heading, words in drawn]
    before = outline_of(written)
    anchor_of = {(each.heading, each.text): each.anchor for each in before.sections}
    chance.shuffle(written)
    after = outline_of(written, known_from(before))
    assert {(each.heading, each.text): each.anchor for each in after.sections} == anchor_of
