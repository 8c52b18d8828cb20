"""Is recognising a section bounded in work, and does it weigh what it should?"""

from collections.abc import Iterator, Sequence
from itertools import permutations
from random import Random
from string import ascii_lowercase

import pytest

from app.articles import kinship
from app.articles.kinship import Sketch, continued, likeness, sketched
from app.articles.outline import KnownSection
from tests.work import calls_of

WORDS = [f"{one}{other}" for one in ("ti", "ne", "la", "ro", "bre", "gu") for other in ascii_lowercase]


def sketch(heading: str, text: str) -> Sketch:
    return sketched([KnownSection(anchor="", heading=heading, level=2, text=text)])[0]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("The tide", "In and out it goes, day by day"), ("The tide", "In and out it goes, day by day"), 1.0),
        (("The tide", "In and out it goes, day by day"), ("THE TIDE", "in and out it goes day by day"), 1.0),
        (("The tide", "In and out it goes, day by day"), ("Bread", "In and out it goes, day by day"), 0.6),
        (("The tide", "In and out it goes, day by day"), ("The tide", "Loaves, rolls and cakes before six"), 0.4),
        (("The tide", "In and out it goes, day by day"), ("Bread", "Loaves, rolls and cakes before six"), 0.0),
        (("The tide", ""), ("The tide", "In and out it goes, day by day"), 1.0),
        (("The tide", ""), ("Bread", ""), 0.0),
        (("The tide", ""), ("The baker", ""), 0.0),
        (("?", ""), ("?", ""), 1.0),
        (("?", ""), ("!", ""), 0.0),
    ],
)
def test_likeness_is_text_before_heading(one: tuple[str, str], other: tuple[str, str], expected: float) -> None:
    assert likeness(sketch(*one), sketch(*other)) == pytest.approx(expected)


def test_a_short_text_inside_a_long_one_is_not_the_same_as_the_long_one() -> None:
    long = "Once a year the whole village walks along the dyke to see whether the sea has taken any of it"
    assert likeness(sketch("A", "the sea"), sketch("B", long)) < kinship.ALIKE_ENOUGH


def sections_of(*written: tuple[str, str]) -> list[Sketch]:
    return sketched(KnownSection(anchor="", heading=heading, level=2, text=text) for heading, text in written)


def texts(count: int, seed: int) -> list[str]:
    chance = Random(seed)
    return [" ".join(chance.choices(WORDS, k=12)) for _ in range(count)]


@pytest.mark.parametrize(
    ("old", "new", "of_old"),
    [
        pytest.param(
            [("".join(letters), "Soon.") for letters in permutations("abcde")],
            [("".join(letters), "Soon.") for letters in reversed(list(permutations("abcde")))],
            range(119, -1, -1),
            id="the same heading and text",
        ),
        pytest.param(
            [(f"Alpha {number}", text) for number, text in enumerate(texts(20, seed=1))],
            [(f"Omega {number}", text) for number, text in enumerate(reversed(texts(20, seed=1)))],
            range(19, -1, -1),
            id="the same text",
        ),
        pytest.param(
            list(zip(texts(20, seed=2), texts(20, seed=3), strict=True)),
            list(zip([f"{it} too" for it in reversed(texts(20, seed=2))], texts(20, seed=4), strict=True)),
            range(19, -1, -1),
            id="nearly the same heading",
        ),
        pytest.param(
            [("Notes", text) for text in texts(14, seed=5)],
            [(f"{number}", "") for number in range(20)] + [("Notes", text) for text in texts(14, seed=6)],
            [*[None] * 20, *range(14)],
            id="one of many twins",
        ),
        pytest.param(
            [(letter * 4, "The same words as in all the others.") for letter in ascii_lowercase[:13]],
            [(letter * 4, "The same words as in all the others.") for letter in ascii_lowercase[13:]],
            range(13),
            id="where many are alike, the same place",
        ),
    ],
)
def test_a_section_is_found_far_from_where_it_was_by(
    old: list[tuple[str, str]], new: list[tuple[str, str]], of_old: Sequence[int | None]
) -> None:
    found = continued(sections_of(*old), sections_of(*new))
    assert [found.get(place) for place in range(len(new))] == list(of_old)


def test_the_same_words_are_found_under_another_heading_and_in_another_order() -> None:
    notes = [
        KnownSection(anchor="", heading="Notes", level=2, text=" ".join(letters)) for letters in permutations("abcde")
    ]
    archive = KnownSection(anchor="", heading="Archive", level=1, text="")
    found = continued(sketched(notes), sketched([archive, *reversed(notes)]))
    assert found == {new: len(notes) - new for new in range(1, len(notes) + 1)}


def _sections(count: int, seed: int) -> Iterator[KnownSection]:
    chance = Random(seed)
    for _ in range(count):
        heading = " ".join(chance.choices(WORDS, k=3))
        yield KnownSection(anchor="", heading=heading, level=2, text=" ".join(chance.choices(WORDS, k=20)))


def test_comparing_a_thousand_sections_is_bounded_work() -> None:
    old, new = sketched(_sections(1_000, seed=1)), sketched(_sections(1_000, seed=2))
    assert calls_of(lambda: continued(old, new)) < 1_500_000
