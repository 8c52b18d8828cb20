import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.articles.words import LONGEST_WORD, Sought, read_query, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Rain, and more rain.", ["rain", "and", "more", "rain"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("cafe\u0301 café", ["café", "café"]),
        ("e-mail don't", ["e", "mail", "don", "t"]),
        ("3.14 ½ x²", ["3", "14", "1", "2", "x2"]),
        ("snake_case", ["snake", "case"]),
        ("inter\u00adnational", ["international"]),
        ("東京2020年", ["東", "京", "2020", "年"]),
        ("ﾃｽﾄ", ["テ", "ス", "ト"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        ("한국은 봄이다", ["한국은", "봄이다"]),
        ("हिन्दी", ["हिन्दी"]),
        ("می\u200cخواهم", ["میخواهم"]),
        ("🎉 \x00 …", []),
        ("", []),
    ],
)
def test_a_text_falls_into_folded_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(st.text())
def test_a_word_holds_nothing_that_a_query_language_could_take_for_its_own(text: str) -> None:
    assert all(unicodedata.category(character)[0] in "LNM" for word in words_of(text) for character in word)


def test_a_word_is_cut_to_what_both_databases_keep() -> None:
    assert words_of("a" * 1000) == ["a" * LONGEST_WORD]


def as_prefix(*words: str) -> Sought:
    return Sought(words, open_ended=True)


def exactly(*words: str) -> Sought:
    return Sought(words, open_ended=False)


@pytest.mark.parametrize(
    ("query", "sought"),
    [
        ("rain win", (as_prefix("rain"), as_prefix("win"))),
        ('"rain and wind"', (exactly("rain", "and", "wind"),)),
        ('sun "rain and', (as_prefix("sun"), as_prefix("rain", "and"))),
        ("„Regen und Wind“", (exactly("regen", "und", "wind"),)),
        ('a"b c"d', (as_prefix("a"), exactly("b", "c"), as_prefix("d"))),
        ("e-mail", (as_prefix("e", "mail"),)),
        ("東京", (as_prefix("東", "京"),)),
        ("rain RAIN", (as_prefix("rain"),)),
        ("rain AND (wind) -snow* NEAR/2 col:x", (
            as_prefix("rain"), as_prefix("and"), as_prefix("wind"), as_prefix("snow"), as_prefix("near", "2"),
            as_prefix("col", "x"))),
        ('"" !? "…"', ()),
        ("", ()),
    ],
)  # fmt: skip
def test_a_query_asks_for_words_as_prefixes_and_for_quoted_phrases(query: str, sought: tuple[Sought, ...]) -> None:
    assert read_query(query) == sought
