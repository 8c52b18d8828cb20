"""Which URLs are the desk's pages at?"""

from pathlib import Path

from flask import Blueprint, Flask

from app.desk import moments
from app.ground import assets

routes = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates")


def init_app(app: Flask) -> None:
    assets.add(app, "desk", Path(__file__).parent / "static")
    app.jinja_env.filters |= {"desk_ago": moments.ago, "desk_moment": moments.in_full}
    app.register_blueprint(routes)
