"""What should catch a moderator's eye is marked where it stands, and nothing of the text is lost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.desk.marking import LOOKED_THROUGH, MOST_MARKS, Mark, marked, readable

WORDS = [("casino", "word"), ("free *", "word"), ("보험", "word"), ("über", "substring")]


def words(text: str, *patterns: tuple[str, str]) -> list[str]:
    return [piece.text for piece in marked(text, patterns=readable(patterns)) if piece.mark is Mark.WORD]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (("casino", "word"), "A Casino, a casinO; no casinos.", ["Casino", "casinO"]),
        (("casino", "substring"), "no casinos", ["casino"]),
        (("casino", "word"), "cas\u200bi\u00adno", ["cas\u200bi\u00adno"]),
        (("straße", "word"), "Die STRASSE und die Straße", ["STRASSE", "Straße"]),
        (("café", "word"), "cafe\u0301 und café", ["cafe\u0301", "café"]),
        (("buy now", "word"), "Buy \n\t now!", ["Buy \n\t now"]),
        (("v*gra", "word"), "viagra v-i-a-gra v gra", ["viagra", "v-i-a-gra"]),
        (("보험", "word"), "자동차보험료", ["보험"]),
        (("ﬁne", "word"), "fine ﬁne", ["fine", "ﬁne"]),
        (("a", "word"), "", []),
    ],
)
def test_a_word_is_marked_as_it_was_typed(pattern: tuple[str, str], text: str, found: list[str]) -> None:
    assert words(text, pattern) == found


def test_a_pattern_that_cannot_be_used_any_more_marks_nothing() -> None:
    assert words("anything", ("*", "word"), ("", "word")) == []


@pytest.mark.parametrize(
    ("text", "html", "found"),
    [
        ("Go to http://a.example/b?c=d.", "", ["http://a.example/b?c=d."]),
        ("[x](https://a.example)", '<a href="https://a.example">x</a>', ["https://a.example)"]),
        ("www.a.example", '<a rel="nofollow" href="http://www.a.example">www.a.example</a>', ["www.a.example"]),
        ("a & b", '<a href="https://x.example/?a&amp;b">a</a>', []),
    ],
)
def test_what_becomes_a_link_is_marked(text: str, html: str, found: list[str]) -> None:
    pieces = marked(text, patterns=(), html=html)
    assert [piece.text for piece in pieces if piece.mark is Mark.LINK] == found


def test_a_word_within_a_link_is_part_of_the_link() -> None:
    pieces = marked("https://casino.example is", patterns=readable([("casino", "word")]))
    assert [(piece.text, piece.mark) for piece in pieces] == [("https://casino.example", Mark.LINK), (" is", None)]


@given(st.text(max_size=200), st.text(max_size=40))
def test_the_pieces_together_are_the_text(text: str, more: str) -> None:
    whole = f"{text} casino {more} https://a.example/{more} 보험"
    html = f'<a href="{more}">x</a>'
    pieces = marked(whole, patterns=readable(WORDS), html=html)
    assert "".join(piece.text for piece in pieces) == whole
    assert any(piece.mark for piece in pieces)


def test_marks_have_a_number_and_a_long_text_an_end_to_being_looked_through() -> None:
    text = "casino " * 10_000
    pieces = marked(text, patterns=readable([("casino", "word")]))
    assert sum(1 for piece in pieces if piece.mark) == MOST_MARKS
    late = "x " * LOOKED_THROUGH + "casino"
    assert len(marked(late, patterns=readable([("casino", "word")]))) == 1


@pytest.mark.parametrize("text", ["a" * 65_000, "a " * 32_000, "ab" * 32_000, "https://a" * 7_000])
def test_no_text_takes_long_to_look_through(text: str) -> None:
    patterns = readable([("a*a*a*b", "word"), ("a*b*a*x", "word"), ("a", "substring")])
    began = time.perf_counter()
    marked(text, patterns=patterns, html='<a href="https://b.example">x</a>' * 2_000)
    assert time.perf_counter() - began < 1
