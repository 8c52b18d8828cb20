"""Which URLs are these pages at?"""

from pathlib import Path

from flask import Blueprint, Flask

from app.ground import assets

routes = Blueprint("pages", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    assets.add(app, "pages", Path(__file__).parent / "static")
    app.register_blueprint(routes)
