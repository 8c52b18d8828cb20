"""Is recognising a section bounded in work, and does it weigh what it should?"""

from collections.abc import Iterator
from random import Random

import pytest

from app.articles import kinship
from app.articles.kinship import Sketch, continued, likeness, sketched
from app.articles.outline import KnownSection


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
        (("?", ""), ("?", ""), 1.0),
        (("?", ""), ("!", ""), 0.0),
    ],
)
def test_likeness_is_text_before_heading(one: tuple[str, str], other: tuple[str, str], expected: float) -> None:
    assert likeness(sketch(*one), sketch(*other)) == pytest.approx(expected)


def test_a_short_text_inside_a_long_one_is_not_the_same_as_the_long_one() -> None:
    long = "Once a year the whole village walks along the dyke to see whether the sea has taken any of it"
    assert likeness(sketch("A", "the sea"), sketch("B", long)) < kinship.ALIKE_ENOUGH


def _sections(count: int, seed: int) -> Iterator[KnownSection]:
    chance = Random(seed)
    words = [f"w{number}" for number in range(300)]
    for _ in range(count):
        heading = " ".join(chance.choices(words, k=3))
        yield KnownSection(anchor="", heading=heading, level=2, text=" ".join(chance.choices(words, k=20)))


def test_two_thousand_headings_are_compared_with_a_few_each(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def counted(old: Sketch, new: Sketch) -> float:
        nonlocal compared
        compared += 1
        return likeness(old, new)

    monkeypatch.setattr(kinship, "likeness", counted)
    continued(sketched(_sections(2_000, seed=1)), sketched(_sections(2_000, seed=2)))
    assert 2_000 < compared <= 2_000 * 4 * kinship._NEAREST
