"""Where is the API described for people, with requests that can be tried?

The description is the OpenAPI document; Swagger UI draws it. Its files come from an installed package and go out from
here like our own: nothing is asked of another host.
"""

from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Flask, Response

from app import limits
from app.ground import assets
from app.ground.html import LOOSE_POLICY, page
from app.ground.openapi import PREFIX
from app.ground.ready import depends_on

_TOPIC = "reference"  # nothing changes it: it is of this version of the program
_SERVED = ("swagger-ui-bundle.js", "swagger-ui.css")

routes = Blueprint("reference", __name__)


@routes.get("/api/docs")
@limits.reading
def show_reference() -> Response:
    """Every route, with its parameters, schemas and examples."""
    depends_on(_TOPIC)
    drawn = page("pages/reference.html", language="en", document=f"{PREFIX}/openapi.json")
    drawn.headers["Content-Security-Policy"] = LOOSE_POLICY  # Swagger UI makes pages from texts
    return drawn


def init_app(app: Flask) -> None:
    assets.add(app, "swagger-ui", Path(str(files("flask_swagger_ui") / "dist")), only=_SERVED)
    app.register_blueprint(routes)
