"""A cursor says where a page begins, and nothing else passes for one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ground.cursors import decode, encode, page_of
from app.ground.errors import InvalidRequest


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1)), st.integers(-(2**63) + 1, 2**63 - 1), st.text(max_size=20)
)
def test_what_is_encoded_is_decoded(moment: datetime, number: int, text: str) -> None:
    parts = (moment.replace(tzinfo=UTC), number, text)
    assert tuple(decode(encode(*parts), (datetime, int, str))) == parts


@pytest.mark.parametrize(
    "cursor", ["", "x", "=", "ä", "W10", "e30", "bnVsbA", "WzEsMl0", "WzEuNV0", "W3RydWVd", "WzFlMzAwXQ", "a" * 513]
)
def test_what_no_list_made_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        decode(cursor, (int,))


@pytest.mark.parametrize("parts", [("x",), (2**63,)])
def test_a_part_of_another_kind_is_refused(parts: tuple[object, ...]) -> None:
    import base64

    import orjson

    cursor = base64.urlsafe_b64encode(orjson.dumps(list(parts))).decode()
    with pytest.raises(InvalidRequest):
        decode(cursor, (int,))


def test_a_moment_that_no_calendar_has_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        decode(encode(2**62), (datetime,))


@given(st.text(max_size=80))
def test_nothing_that_is_typed_breaks_it(cursor: str) -> None:
    try:
        decode(cursor, (datetime, int))
    except InvalidRequest:
        return


@pytest.mark.parametrize(
    ("rows", "shown", "more"), [([], [], False), ([1, 2], [1, 2], False), ([1, 2, 3], [1, 2], True)]
)
def test_a_page_has_a_cursor_only_if_something_follows(rows: list[int], shown: list[int], more: bool) -> None:
    page = page_of(rows, limit=2, key=lambda row: (row,))
    assert page.items == shown
    assert (page.next is not None) is more
