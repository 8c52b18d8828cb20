"""The pages' own words are whole in every language."""

import re
from datetime import UTC, datetime

import pytest

from app.comments.texts import LANGUAGES, TEXTS
from app.pages.words import PHRASES, Words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", PHRASES)
def test_every_phrase_has_the_same_placeholders_in_every_language(key: str, language: str) -> None:
    template = getattr(PHRASES[key], language)
    assert template.strip()
    assert set(re.findall(r"{\w+}", template)) == set(re.findall(r"{\w+}", PHRASES[key].en))


def test_no_phrase_hides_one_of_the_reply_form() -> None:
    assert not PHRASES.keys() & TEXTS.keys()


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 0, "No replies yet"),
        ("en", 1, "1 reply"),
        ("en", 1234, "1,234 replies"),
        ("de", 1234, "1.234 Kommentare"),
        ("fr", 1, "1 commentaire"),
        ("fr", 1_000_000, "1\u202f000\u202f000 commentaires"),
        ("ko", 1, "댓글 1개"),
    ],
)
def test_things_are_counted_as_the_language_counts(language: str, number: int, said: str) -> None:
    assert Words(language).count("replies", number) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "May 20, 2031"), ("de", "20. Mai 2031"), ("fr", "20 mai 2031"), ("ko", "2031년 5월 20일")],
)
def test_a_day_is_written_as_the_language_writes_it(language: str, said: str) -> None:
    assert Words(language).date(datetime(2031, 5, 20, 12, tzinfo=UTC)) == said
