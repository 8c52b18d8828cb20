"""Where does the next page of a list begin?"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar
from urllib.parse import quote, urlencode

import orjson
from flask import request

from app.ground.errors import FieldProblem, InvalidRequest

CursorPart = int | str | datetime
Row = TypeVar("Row")

LONGEST = 512
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 2**63 - 1


def encode(*parts: CursorPart) -> str:
    """An opaque cursor (URL-safe base64 of a JSON list) for the sort key of the last row shown."""
    plain = [_micros(part) if isinstance(part, datetime) else part for part in parts]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def decode(cursor: str, kinds: Sequence[type]) -> list[CursorPart]:
    """The parts behind a cursor, typed as `kinds` (int, str, datetime) say.

    Raises InvalidRequest (422, `cursor_invalid`) for anything that `encode` did not make.
    """
    try:
        if len(cursor) > LONGEST:
            raise ValueError("longer than any cursor")
        parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(parts, list) or len(parts) != len(kinds):
            raise ValueError("of another list")
        return [_typed(part, kind) for part, kind in zip(parts, kinds, strict=True)]
    except (ValueError, OverflowError, binascii.Error) as error:
        raise InvalidRequest(
            FieldProblem("cursor", "cursor_invalid", "This cursor was not made by this list.")
        ) from error


def _typed(part: object, kind: type) -> CursorPart:
    if kind is str and isinstance(part, str):
        return part
    if isinstance(part, bool) or not isinstance(part, int) or abs(part) > _LARGEST:
        raise ValueError("of another kind")
    return _moment(part) if kind is datetime else part


def _micros(moment: datetime) -> int:
    passed = moment - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def _moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and the cursor of those after them."""

    items: Sequence[Row]
    next: str | None

    @property
    def headers(self) -> dict[str, str]:
        return next_link(self.next)


def next_link(cursor: str | None) -> dict[str, str]:
    """`Link: rel="next"` with this request's own filters; nothing where nothing follows."""
    if cursor is None:
        return {}
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    return {"Link": f'<{quote(request.path)}?{urlencode([*query, ("cursor", cursor)])}>; rel="next"'}


def page_of(rows: Sequence[Row], *, limit: int, key: Callable[[Row], Sequence[CursorPart]]) -> Page[Row]:
    """The first `limit` of rows that were asked for with one more, so that it is known whether more follow."""
    shown = rows[:limit]
    return Page(shown, encode(*key(shown[-1])) if len(rows) > limit else None)
