"""Which URLs are these pages at?"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from flask import Blueprint, Flask, Response, render_template, request

from app import limits
from app.comments.texts import LANGUAGES
from app.config import current as settings_of_process
from app.ground import assets
from app.ground.db import db
from app.ground.ready import depends_on
from app.pages.asked import asked_in
from app.pages.discussion import Frame, discussion_of
from app.pages.frame import language_of_reader, page
from app.pages.words import Words

_TOPIC = "embed"  # nothing changes it: it is of this version of the program

routes = Blueprint("embed", __name__, template_folder="templates")


@routes.get("/embed.js")
def show_entry() -> Response:
    """What another site's page loads: the one address that stays, and leads to those of this version."""
    depends_on(_TOPIC)
    body = render_template("embed/entry.js", words=_words_without_a_thread())
    response = Response(body, content_type="text/javascript; charset=utf-8")
    # Scripts of a module are asked for as data are: without this no other site could load it.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _words_without_a_thread() -> Mapping[str, Mapping[str, str]]:
    """What is said, in each language, while there is no thread that brings its words along."""
    return {
        language: {name: Words(language)(f"script.{name}") for name in ("failed", "retry")} for language in LANGUAGES
    }


@routes.get("/embed/articles/<slug>")
@limits.reading
def show_thread(slug: str) -> Response:
    """The discussion of an article alone, as a part of a page of another site."""
    language = language_of_reader()
    frame = Frame(base=settings_of_process().site_url)
    discussion = discussion_of(
        db.session(), slug, replace(asked_in(request.args), receipt=None), language=language, frame=frame
    )
    depends_on(discussion.topic, until=[discussion.closes_at])
    response = page("pages/discussion.html", language=language, discussion=discussion)
    # The article's own page is what is to be found.
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def init_app(app: Flask) -> None:
    assets.add(app, "embed", Path(__file__).parent / "static")
    app.register_blueprint(routes)
