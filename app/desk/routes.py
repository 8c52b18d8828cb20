"""Which URLs are the desk's pages at?"""

from pathlib import Path

from flask import Blueprint, Flask, Response

from app.desk import (
    all_matching,
    articles,
    comment,
    comments,
    deciding,
    entering,
    figures,
    log,
    moments,
    people,
    problems,
    queue,
    settings,
    words,
    writing,
)
from app.desk.frame import HOME, back_to, open_to
from app.ground import assets
from app.ground.errors import NotFound
from app.permissions import Permission

routes = Blueprint("desk", __name__, template_folder="templates")
DECIDING = (queue, all_matching, comment, deciding, comments)
MANAGING = (articles, writing, words, settings, people)
LOOKING_ON = (log, figures)
for part in (entering, *DECIDING, *MANAGING, *LOOKING_ON):
    routes.register_blueprint(part.routes)


@routes.get("/desk")
@routes.get("/desk/")
def show_desk() -> Response:
    return back_to(HOME)


@routes.get("/desk/<path:_unknown>")
@open_to(Permission.MODERATE)
def show_nothing(_unknown: str) -> Response:
    """What has no page here; guests are not told so."""
    raise NotFound


@routes.after_request
def keep_to_staff(response: Response) -> Response:
    """Nothing of the desk is kept by a cache, and no other site hears what was looked for here."""
    shown = problems.as_page(response)
    shown.headers["Cache-Control"] = "no-store"
    shown.headers["Referrer-Policy"] = "same-origin"
    return shown


def init_app(app: Flask) -> None:
    assets.add(app, "desk", Path(__file__).parent / "static")
    app.jinja_env.filters |= {"desk_ago": moments.ago, "desk_moment": moments.in_full}
    app.register_blueprint(routes)
