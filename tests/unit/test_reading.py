"""Are words counted as the reader of each script would count them?"""

import pytest

from app.articles.reading import amount_of


@pytest.mark.parametrize(
    ("text", "words", "minutes"),
    [
        ("", 0, 0),
        (" \n ", 0, 0),
        ("... – !", 0, 0),
        ("One.", 1, 1),
        ("It's a well-known 3.5 % rise", 5, 1),
        ("sea—land, and/or both", 5, 1),
        ("어시장은 새벽 네 시에 열린다", 5, 1),
        ("हिन्दी में लिखा", 3, 1),
        ("窑火烧了三天。", 6, 1),
        ("青い瓶をコップに", 8, 1),
        ("iPhone 很贵", 3, 1),
        ("ภาษาไทย", 2, 1),
        ("word " * 238, 238, 1),
        ("word " * 239, 239, 2),
        ("河" * 500, 500, 1),
        ("河" * 501, 501, 2),
        ("河" * 250 + "word " * 119, 369, 1),
    ],
)
def test_words_and_minutes(text: str, words: int, minutes: int) -> None:
    assert amount_of(text) == (words, minutes)
