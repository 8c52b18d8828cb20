"""How does a form of the desk meet the rules of the API, and how does it come back where it breaks one?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from urllib.parse import urlencode

from flask import request
from werkzeug.exceptions import HTTPException

from app.ground.errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    PreconditionFailed,
    PreconditionRequired,
    Problem,
)
from app.moderation.selection import PLAIN_FIELDS

# What somebody can mend in the form that they just sent; every other problem has a page of its own.
MENDABLE = (Conflict, Forbidden, InvalidRequest, PreconditionFailed, PreconditionRequired)
# By which comments are looked for, as far as it may stand in an address.
FILTERS = ("status", *PLAIN_FIELDS)
_DAYS = ("after", "before")
_OF_ONE_PAGE = {"cursor", "done", "said"}
_WRITTEN = ("title", "standfirst", "body", "content", "note", "pattern")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with the input of this name."""

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a form comes back: a sentence, what is wrong with which input, and who was first where somebody was."""

    code: str
    message: str
    problems: Sequence[Wrong] = ()
    by: str | None = None
    at: datetime | None = None

    @property
    def errors(self) -> Mapping[str, str]:
        """By input, for the words beside it."""
        return {name: " ".join(each.message for each in self.problems if each.field == name) for name in self._names()}

    def _names(self) -> set[str]:
        return {each.field for each in self.problems}


def refusal_of(problem: Problem) -> Refusal:
    errors = cast(Sequence[Mapping[str, str]], problem.more.get("errors", ()))
    at = cast(str | None, problem.more.get("changed_at"))
    return Refusal(
        code=problem.code,
        message=problem.detail,
        problems=[Wrong(_input_of(error["field"]), error["message"]) for error in errors],
        by=cast(str | None, problem.more.get("changed_by")),
        at=datetime.fromisoformat(at) if at else None,
    )


def _input_of(field: str) -> str:
    """The input that a problem is about: one name of several, such as `tags.2`, stands in one input with the others."""
    return ".".join(part for part in field.split(".") if not part.isdigit())


def sent(*names: str) -> dict[str, str]:
    """The inputs of the posted form that hold something."""
    return {name: value for name in names if (value := request.form.get(name, "")).strip()}


def words_typed() -> dict[str, str]:
    """What was written in the posted form, to be given back where it could not be taken."""
    try:
        return sent(*_WRITTEN)
    except HTTPException:  # a body that is too large was not read
        return {}


def asked(*names: str) -> dict[str, str]:
    """The filters behind the question mark that ask for something."""
    return {name: value for name in names if (value := request.args.get(name, "")).strip()}


def number(value: str) -> int | str:
    """A number as JSON would have it; what is none is left for the schema to refuse."""
    digits = value.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else value


def moments_in(filters: Mapping[str, str]) -> dict[str, str]:
    """The filters, with their days as the moments that the API asks for."""
    return {**filters} | {name: _day(filters[name]) for name in _DAYS if name in filters}


def _day(value: str) -> str:
    """A day, as a browser's calendar gives it, as the moment with which it begins (in UTC)."""
    try:
        return f"{date.fromisoformat(value).isoformat()}T00:00:00Z"
    except ValueError:
        return value


def further(path: str, cursor: str | None) -> str | None:
    """The address of a list's next page, with the same filters."""
    if cursor is None:
        return None
    query = [(name, value) for name, value in request.args.items(multi=True) if name not in _OF_ONE_PAGE]
    return f"{path}?{urlencode([*query, ('cursor', cursor)])}"


def goes_on_from(version: int, refusal: Refusal | None) -> int:
    """The version that a form names when it is drawn again.

    What somebody saved meanwhile must be shown before it counts as seen.
    """
    if refusal is None or refusal.code == PreconditionFailed.code:
        return version
    return version_sent(version)


def version_sent(otherwise: int) -> int:
    """The version that the posted form names."""
    typed = request.form.get("if_match", "").strip('"').removeprefix("v")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else otherwise
