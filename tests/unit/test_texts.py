"""Does every reader find every text in a language they read?"""

import string
import time

import pytest

from app.articles.rules import ClosedReason
from app.comments import rules, verdict
from app.comments.form import FIELDS
from app.comments.texts import DEFAULT_LANGUAGE, LANGUAGES, TEXTS, language_for, text

LIKE_ENGLISH = {("label.author_name", "de"), ("label.author_website", "de")}


def placeholders(template: str) -> list[str]:
    return sorted(name or "" for _, name, _, _ in string.Formatter().parse(template) if name is not None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", TEXTS)
def test_every_text_exists_in_every_language_with_the_same_placeholders(key: str, language: str) -> None:
    template = text(key, language)
    assert template.strip() == template != ""
    assert placeholders(template) == placeholders(text(key, DEFAULT_LANGUAGE))


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != DEFAULT_LANGUAGE])
@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_translated(key: str, language: str) -> None:
    assert (text(key, language) == text(key, DEFAULT_LANGUAGE)) is ((key, language) in LIKE_ENGLISH)


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("error", {*rules.Code, "parent_not_available", "section_not_available"}),
        ("closed", set(ClosedReason)),
        ("reason", set(verdict.SafeReason)),
        ("refusal", {"duplicate_comment", "too_fast", "too_many"}),
        ("label", {field.name for field in FIELDS}),
        ("form", {"heading", "heading_to", "cancel", "button"}),
        ("note", {"email", "required"}),
    ],
)
def test_there_is_a_text_for_every_code_and_none_for_nothing(prefix: str, names: set[str]) -> None:
    assert {key for key in TEXTS if key.startswith(f"{prefix}.")} == {f"{prefix}.{name}" for name in names}


def test_values_are_put_into_a_text() -> None:
    assert text("error.too_long", "en", limit=245, actual=300) == "This is too long: 300 characters, where 245 fit."
    assert text("error.too_long", "ko", limit=245, actual=300).count("245") == 1


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("DE", "de"),
        ("de-CH-1996", "de"),
        ("ko-Kore-KR", "ko"),
        ("fr-CA, en;q=0.5", "fr"),
        ("en;q=0.5, fr-CA", "fr"),
        ("ja, ko;q=0.3", "ko"),
        ("ja", "en"),
        ("de;q=0.7, fr;q=0.9, en;q=0.8", "fr"),
        ("de;q=0.8, fr;q=0.8", "de"),
        ("fr;q=0.8, de;q=0.8", "fr"),
        ("de;q=0, fr;q=0.001", "fr"),
        ("de;q=0", "en"),
        ("de;q=0.000", "en"),
        ("*, ko;q=0.2", "ko"),
        ("*", "en"),
        ("de ; q=0.5 , ko;Q=0.6", "ko"),
        ("de;q=1.000, ko;q=1", "de"),
        (" , ,de", "de"),
        ("de;q=1.1, ko;q=0.1", "ko"),
        ("de;q=0.1234, ko;q=0.1", "ko"),
        ("de;q=-1, ko;q=0.1", "ko"),
        ("de;q=nan, ko;q=0.1", "ko"),
        ("de;q, ko;q=0.1", "ko"),
        ("de_DE, ko;q=0.1", "ko"),
        ("de;level=1, ko;q=0.1", "ko"),
        ("german, ko;q=0.1", "ko"),
        ("de\x00, ko;q=0.1", "ko"),
        ("\u0131n, d\u00e9, ko;q=0.1", "ko"),
        ("de;q=0.\u0665, ko;q=0.1", "ko"),
        ("x-de, ko;q=0.1", "ko"),
        ("__class__, ko;q=0.1", "ko"),
    ],
)
def test_the_language_is_the_one_a_reader_likes_best(header: str | None, language: str) -> None:
    assert language_for(header) == language


@pytest.mark.parametrize(
    "header",
    [
        ", ".join(f"x{number}" for number in range(10_000)) + ", de",
        "ja;q=0.1," * 10_000 + "de",
        "," * 100_000,
        "de" + "-abcdefgh" * 10_000 + "!",
        " " * 50_000 + "!",
        "de" + " " * 50_000 + "!",
        "de;" + " " * 50_000 + "!",
        "de;q=0." + "0" * 50_000,
    ],
)
def test_a_hostile_header_is_answered_in_english_and_at_once(header: str) -> None:
    start = time.process_time()
    assert language_for(header) == "en"
    assert time.process_time() - start < 0.2
