from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.articles.slugs import LONGEST, is_slug, slug_of, with_numbers


@pytest.mark.parametrize(
    "slug", ["a", "rain-and-wind", "2026", "release-1.2", "größe", "東京", "한국-봄", "हिन्दी", "a_b~c", "x" * LONGEST]
)
def test_letters_of_any_script_make_a_slug(slug: str) -> None:
    assert is_slug(slug)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "---",
        "Rain",
        "a b",
        "a/b",
        "a?b",
        "a#b",
        "a%2fb",
        "a\\b",
        "a\nb",
        "a\n",
        "a\x00b",
        "a\u202eb",
        "a\u200bb",
        "\u3164",
        "cafe\u0301",
        "🎉",
        "x" * (LONGEST + 1),
    ],
)
def test_what_a_url_would_not_carry_whole_is_no_slug(text: str) -> None:
    assert not is_slug(text)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Rain, and More Rain!", "rain-and-more-rain"),
        ("It's raining", "its-raining"),
        ("Größe", "größe"),
        ("東京の春", "東京の春"),
        ("!!!", "article"),
        ("\u3164", "article"),
    ],
)
def test_a_title_becomes_a_slug_in_its_own_script(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@given(st.text())
def test_every_title_has_a_slug(title: str) -> None:
    assert is_slug(slug_of(title))


@given(st.integers(2, 10_000))
def test_a_numbered_slug_is_a_slug_however_long_the_first_was(number: int) -> None:
    assert is_slug(next(islice(with_numbers("x" * LONGEST), number, None)))


def test_the_second_article_of_a_title_is_number_two() -> None:
    assert list(islice(with_numbers("rain"), 3)) == ["rain", "rain-2", "rain-3"]
