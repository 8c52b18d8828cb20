"""On which pages does staff log in and out?"""

from flask import Blueprint, Response, request

from app import limits
from app.accounts import actions
from app.accounts.door import current_actor, let_in, show_out
from app.accounts.schemas import LogInSchema
from app.config import current as settings_of_process
from app.desk.forms import Refusal, refusal_of
from app.desk.frame import HOME, back_to, desk_page, is_ours, sayings
from app.ground.errors import Forbidden, InvalidRequest, Unauthorized
from app.ground.openapi import loaded
from app.ground.origins import is_cross_site_post
from app.permissions import Role

routes = Blueprint("entering", __name__)
LOG_IN = "/desk/log-in"
sayings(
    {
        "logged_out": "You are logged out.",
        "not_done": "That was not done, for the page was older than your log-in. Please do it again.",
        "password_due": "Your password is a one-time one. Please choose your own under your name above.",
    }
)


@routes.get(LOG_IN)
def show_log_in() -> Response:
    if current_actor().role is not Role.GUEST:
        return back_to(_wanted(), said="not_done" if "unsent" in request.args else None)
    return _asked()


@routes.post(LOG_IN)
@limits.logins
@limits.login
def log_in() -> Response:
    """Log in this browser, and lead to the page that was asked for."""
    if is_cross_site_post((settings_of_process().site_url,)):
        raise Forbidden("Log in on the page of the desk itself.")
    typed = {name: request.form.get(name, "") for name in ("login", "password")}
    try:
        account = loaded(LogInSchema(), typed)
        moderator, cookie = actions.log_in(account["login"], account["password"])
    except InvalidRequest:
        return _asked(Refusal(code="required", message="Please say who you are, and your password."), status=422)
    except Unauthorized as refusal:
        return _asked(refusal_of(refusal), status=401)
    response = back_to(_wanted(), said="password_due" if moderator.password_change_due else None)
    let_in(response, moderator, cookie)
    return response


@routes.post("/desk/log-out")
def log_out() -> Response:
    """Log out this browser; a page that is older than the log-in cannot."""
    actor = current_actor()
    if actor.session_id is None:
        return back_to(LOG_IN)
    actions.log_out(actor)
    response = back_to(LOG_IN, said="logged_out")
    show_out(response)
    return response


def _asked(refusal: Refusal | None = None, *, status: int = 200) -> Response:
    return desk_page(
        "desk/log-in.html",
        status=status,
        wanted=_wanted(),
        login=request.form.get("login", ""),
        refusal=refusal,
        is_unsent="unsent" in request.args,
    )


def _wanted() -> str:
    typed = request.values.get("next", "")
    return typed if is_ours(typed) and not typed.startswith(LOG_IN) else HOME
