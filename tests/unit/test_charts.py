"""Do the marks of a chart stand where the figures say?"""

from datetime import date

import pytest

from app.desk.charts import HEIGHT, days_chart, nice_top, shares, spoken, waits_chart

KINDS = ("approved", "pending")
MONDAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("most", "top"), [(0, 2), (1, 2), (2, 2), (3, 4), (5, 10), (10, 10), (11, 20), (21, 40), (41, 100), (101, 200)]
)
def test_the_axis_ends_at_a_round_even_number(most: int, top: int) -> None:
    assert nice_top(most) == top


def test_a_day_on_which_nothing_came_has_a_place_too() -> None:
    chart = days_chart([{"day": "2026-11-18", "approved": 1}], kinds=KINDS, first=MONDAY, last=date(2026, 11, 19))
    assert [(column.day.day, column.total) for column in chart.columns] == [(16, 0), (17, 0), (18, 1), (19, 0)]
    assert [column.x for column in chart.columns] == [0, 10, 20, 30]
    assert chart.width == 40


def test_kinds_stand_on_each_other_and_fill_the_column_to_its_total() -> None:
    counted = [{"day": MONDAY.isoformat(), "approved": 3, "pending": 1}]
    (column,) = days_chart(counted, kinds=KINDS, first=MONDAY, last=MONDAY).columns
    assert [(part.kind, part.y, part.height) for part in column.segments] == [
        ("approved", HEIGHT / 4, HEIGHT * 3 / 4),
        ("pending", 0, HEIGHT / 4),
    ]


def test_a_kind_that_did_not_come_has_no_mark() -> None:
    counted = [{"day": MONDAY.isoformat(), "approved": 0, "pending": 2}]
    (column,) = days_chart(counted, kinds=KINDS, first=MONDAY, last=MONDAY).columns
    assert [part.kind for part in column.segments] == ["pending"]


def test_no_days_at_all_make_an_empty_chart() -> None:
    assert days_chart([], kinds=KINDS, first=MONDAY, last=date(2026, 11, 15)).columns == []


def test_lengths_of_time_stand_by_their_orders_of_magnitude() -> None:
    chart = waits_chart([("median", 3_600), ("slowest", 86_400), ("none", None)])
    assert [chart.ticks[0], chart.ticks[-1]] == [(0, "1 minute"), (100, "1 day")]
    assert [wait.x for wait in chart.waits] == [pytest.approx(56.3, abs=0.1), 100, None]


@pytest.mark.parametrize(("seconds", "x"), [(0, 0), (59, 0), (60, 0), (10 * 365 * 86_400, 100)])
def test_what_is_off_the_axis_stands_at_its_end(seconds: float, x: float) -> None:
    assert waits_chart([("one", seconds)]).waits[0].x == x


def test_an_axis_has_two_ticks_at_the_least() -> None:
    assert [name for _, name in waits_chart([("one", None)]).ticks] == ["1 minute", "1 hour"]


def test_shares_are_of_the_largest() -> None:
    assert shares([4, 1, 0]) == [100, 25, 0]
    assert shares([0]) == [0]
    assert shares([]) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (-3, "0 seconds"),
        (1, "1 second"),
        (61, "1 minute 1 second"),
        (3_600, "1 hour"),
        (3_605, "1 hour"),
        (187_200, "2 days 4 hours"),
        (86_400 + 59, "1 day"),
    ],
)
def test_a_length_of_time_is_told_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert spoken(seconds) == words
