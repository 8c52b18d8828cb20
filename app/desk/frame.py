"""What does every page of the desk share: who may enter, what stands around it, and where a form leads back to?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from secrets import token_urlsafe
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Response, g, redirect, request
from werkzeug.exceptions import HTTPException

from app.accounts.door import COOKIE, csrf_token, current_actor, limited_to
from app.desk.done import Done, done_by
from app.desk.forms import words_typed
from app.ground import html
from app.permissions import GUEST, Actor, Permission, Role, may

LANGUAGE = "en"
HOME = "/desk/queue"
_DONE, _SAID = "done", "said"  # parameters that tell the next page what was just done
View = TypeVar("View", bound=Callable[..., Any])

# The order in which they stand on every page. (label, path, who may)
PLACES: tuple[tuple[str, str, Permission], ...] = (
    ("Queue", HOME, Permission.MODERATE),
    ("Comments", "/desk/comments", Permission.MODERATE),
    ("Articles", "/desk/articles", Permission.MODERATE),
    ("Log", "/desk/log", Permission.MODERATE),
    ("Words", "/desk/words", Permission.MANAGE_WORDS),
    ("Settings", "/desk/settings", Permission.CHANGE_SETTINGS),
    ("People", "/desk/people", Permission.MANAGE_MODERATORS),
    ("Figures", "/desk/figures", Permission.MODERATE),
)

_SAYINGS: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the navigation."""

    label: str
    path: str
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around a page; `here` is its own address, for forms that lead back to it."""

    actor: Actor
    csrf_token: str
    places: tuple[Place, ...]
    here: str
    said: str | None
    done: Done | None

    def may(self, permission: str) -> bool:
        """By the permission's name, for templates."""
        return may(self.actor, Permission(permission))

    @staticmethod
    def new_key() -> str:
        """An idempotency key for one form."""
        return token_urlsafe(12)


def open_to(permission: Permission) -> Callable[[View], View]:
    """Open a page to staff with this permission, under the limit of staff; guests are led to the log-in."""

    def guard(view: View) -> View:
        limited = limited_to(permission)(view)

        @wraps(view)
        def led(*args: object, **kwargs: object) -> object:
            return _to_log_in() if current_actor().role is Role.GUEST else limited(*args, **kwargs)

        return cast(View, led)

    return guard


def desk_page(template: str, *, status: int = 200, **shown: object) -> Response:
    """A page that extends `desk/frame.html`."""
    actor = current_actor()
    frame = _frame(actor, _what_was_done(actor))
    return html.page(template, status=status, language=LANGUAGE, frame=frame, **shown)


def sayings(by_code: Mapping[str, str]) -> None:
    """Sentences that `back_to(…, said=code)` puts above the next page."""
    _SAYINGS.update(by_code)


def back_to(path: str, *, said: str | None = None, done: int | None = None) -> Response:
    """Where a posted form leads (303), saying what was done: by a code of `sayings`, or an operation's id."""
    told = {name: str(value) for name, value in ((_SAID, said), (_DONE, done)) if value is not None}
    return cast(Response, redirect(_without_news(path, told), 303))


def asked_back(otherwise: str = HOME) -> str:
    """The page that the form or link says it comes from, if that is one of ours."""
    try:
        typed = request.values.get("back", "")
    except HTTPException:  # a body that is too large was not read
        return otherwise
    return typed if is_ours(typed) else otherwise


def is_ours(path: str) -> bool:
    """Whether this is the path of a page of the desk, and nothing that a browser takes for another site's."""
    if not path.startswith("/desk/") or "\\" in path or not path.isprintable():
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc


def bare_page(template: str, *, status: int, **shown: object) -> Response:
    """A page that asks the database for nothing: what is told may be that there is none."""
    frame = _frame(g.get("actor", GUEST), None)
    return html.page(template, status=status, language=LANGUAGE, frame=frame, **shown)


def _frame(actor: Actor, done: Done | None) -> Frame:
    return Frame(
        actor=actor,
        csrf_token=csrf_token(request.cookies.get(COOKIE, "")) if actor.session_id else "",
        places=tuple(
            Place(label, path, request.path == path or request.path.startswith(f"{path}/"))
            for label, path, permission in PLACES
            if may(actor, permission)
        ),
        here=_without_news(request.full_path if request.method == "GET" else asked_back(), {}),
        said=_SAYINGS.get(request.args.get(_SAID, "")),
        done=done,
    )


def _what_was_done(actor: Actor) -> Done | None:
    told = request.args.get(_DONE, "")
    return done_by(actor, int(told)) if told.isascii() and told.isdigit() and len(told) < 19 else None


def _to_log_in() -> Response:
    """A form that was sent cannot be sent again after the log-in; what was written in it is given back."""
    if request.method == "GET":
        query = {"next": _without_news(request.full_path, {})}
    else:
        query = {"next": asked_back(), "unsent": "1"}
    log_in, words = f"/desk/log-in?{urlencode(query)}", words_typed()
    if words:
        return bare_page("desk/unsent.html", status=401, log_in=log_in, words=words)
    return cast(Response, redirect(log_in, 303))


def _without_news(path: str, told: Mapping[str, str]) -> str:
    """A path without what an earlier form said, and with what this one says."""
    parts = urlsplit(path)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name not in (_DONE, _SAID)]
    query += told.items()
    return parts._replace(query=urlencode(query)).geturl()
