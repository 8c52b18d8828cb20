"""What does somebody see in a browser in place of what was refused?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from app.comments.schemas import read_reply
from app.comments.texts import text
from app.ground.errors import MEDIA_TYPE, FieldProblem, Moved, Problem, TooManyRequests, drawn_again
from app.pages.article import article_page
from app.pages.asked import asked_in
from app.pages.discussion import OUR_PAGES
from app.pages.frame import language_of_reader, page
from app.pages.respond import Typed
from app.pages.words import Words

POSTED = "pages.leave_reply"
_PROGRAMS = ("/api", "/health", "/metrics", "/assets", "/avatars", "/desk", "/embed")
_KEYS = {404: "not_found", 410: "not_found", 413: "too_large", 429: "slower", 500: "broken", 503: "busy"}
# What a reader can mend in the form, or has to be told beside it.
_OF_THE_FORM = frozenset({403, 409, 422, 429})
_IN_OWN_WORDS = {"cross_site_form": "refused.cross_site"}


@dataclass(frozen=True, slots=True)
class _Problem:
    """A problem as it was told (RFC 9457)."""

    told: Mapping[str, Any]

    @property
    def status(self) -> int:
        return int(self.told["status"])

    @property
    def fields(self) -> list[FieldProblem]:
        return [FieldProblem(**each) for each in self.told.get("errors", ())]


def init_app(app: Flask) -> None:
    app.after_request(_draw)


def _draw(response: Response) -> Response:
    """Draw a problem for people; what programs ask for stays as it is."""
    if response.mimetype != MEDIA_TYPE or not _is_for_people():
        return response
    drawn = drawn_again(response, _drawn)
    drawn.headers["Cache-Control"] = "no-store"
    return drawn


def _drawn(told: Mapping[str, Any]) -> Response:
    problem = _Problem(told)
    return (_form_again(problem) if _is_about_the_form(problem) else None) or _page_of(problem)


def _is_for_people() -> bool:
    """Whether our own page was asked for, or by a browser something that nobody has."""
    if request.blueprint == "pages":
        return True
    if request.blueprint is not None or request.path.startswith(_PROGRAMS):
        return False
    return request.accept_mimetypes.best_match([MEDIA_TYPE, "text/html"]) == "text/html"


def _is_about_the_form(problem: _Problem) -> bool:
    """Whether the form is drawn again. Not where somebody sends too much: a whole page is what that would cost."""
    is_over_the_limit = problem.told["code"] == TooManyRequests.code
    return request.endpoint == POSTED and problem.status in _OF_THE_FORM and not is_over_the_limit and bool(_posted())


def _posted() -> dict[str, str]:
    try:
        return request.form.to_dict()
    except HTTPException:  # a body that is too large cannot be read now either
        return {}


def _form_again(problem: _Problem) -> Response | None:
    """The same page with everything that was typed, and why it was refused; None where there is no article."""
    language, posted = language_of_reader(), _posted()
    reply = read_reply(posted, language=language)
    typed = Typed(
        fields=posted,
        problems=problem.fields,
        message=_message(problem, Words(language)),
        link=problem.told.get("permalink"),
    )
    try:
        asked = replace(asked_in(request.args), reply_to=reply.parent_id, about=reply.section)
        return article_page(_slug(), asked, language=language, typed=typed, status=problem.status)
    except (Problem, Moved):  # a limit is asked before anybody looks whether there is one
        return None


def _message(problem: _Problem, say: Words) -> str | None:
    """What is wrong with the whole; of single fields, each says it itself."""
    if problem.fields:
        return None
    own = _IN_OWN_WORDS.get(problem.told["code"])
    return say(own) if own else str(problem.told["detail"])


def _page_of(problem: _Problem) -> Response:
    language = language_of_reader()
    say = Words(language)
    key = f"refused.{_KEYS.get(problem.status, 'other')}"
    is_posted = request.endpoint == POSTED
    may_be_sent_again = is_posted and problem.status >= TooManyRequests.status
    posted = _posted() if is_posted else {}
    words = posted.pop("content", "")
    return page(
        "pages/refused.html",
        status=problem.status,
        language=language,
        number=problem.status,
        heading=say(key),
        explanation=say(f"{key}.text"),
        words=words,
        again=posted if may_be_sent_again else {},
        send=text("form.button", language),
        back=OUR_PAGES.article(_slug()) if may_be_sent_again else None,
    )


def _slug() -> str:
    return str((request.view_args or {})["slug"])
