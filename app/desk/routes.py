"""Which URLs are these pages at?"""

from pathlib import Path

from flask import Blueprint, Flask

from app.ground import assets

routes = Blueprint("desk", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    assets.add(app, "desk", Path(__file__).parent / "static")
    app.register_blueprint(routes)
