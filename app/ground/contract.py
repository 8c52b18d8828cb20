"""How is the contract of the API drawn, an OpenAPI 3.1 document?"""

from http import HTTPStatus
from threading import RLock
from typing import Any, ClassVar, cast

from apispec import APISpec
from flask import Flask
from flask_smorest import Api
from marshmallow import fields, validate

from app.ground.errors import MEDIA_TYPE
from app.ground.openapi import PREFIX, PROBLEM, OrjsonProvider, PathNumber, PathText, ProblemSchema, Routes

_ABOUT = "Articles with their section headings as data, replies under the Leave a Reply rules, and moderation."
_SECURITY = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "rejoinder_session",
                "description": "From POST /session; unsafe methods need its X-CSRF-Token as well."},
}  # fmt: skip


def _pattern(_converter: object, field: fields.Field[Any], **_options: object) -> dict[str, str]:
    r"""A text's pattern as JSON Schema means it, which finds it anywhere and knows no `\Z`."""
    found = next((each for each in field.validators if isinstance(each, validate.Regexp)), None)
    return {"pattern": "^" + str(found.regex.pattern).removeprefix("^").replace(r"\Z", "$")} if found else {}


class Contract(Api):
    """The API with its OpenAPI 3.1 document."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME: ClassVar[str | None] = None

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._undrawn: list[Routes] = []
        self._drawing = RLock()
        super().__init__(app)

    def open(self, routes: Routes) -> None:
        """Register routes, as `register_blueprint` does; they are drawn when somebody first looks at the document.

        Drawing takes longer than everything else at the start.
        """
        self.app.extensions["flask-smorest"]["blp_name_to_api"][routes.name] = self
        self.app.register_blueprint(routes)
        self._undrawn.append(routes)

    @property
    def spec(self) -> APISpec:
        """The document, with all routes in it."""
        with self._drawing:
            while self._undrawn:
                routes = self._undrawn.pop(0)
                cast(Any, routes).register_views_in_doc(self, self.app, self._spec, name=routes.name, parameters=None)
                self._spec.tag({"name": routes.name, "description": cast(Any, routes).description})
        return self._spec

    @spec.setter
    def spec(self, spec: APISpec) -> None:
        self._spec = spec

    def _register_error_handlers(self) -> None:
        """Errors are rendered in one place, which is not here."""

    def _register_responses(self) -> None:
        """Every refusal is a problem, whichever decorator speaks of it."""
        for status in HTTPStatus:
            content = {MEDIA_TYPE: {"schema": PROBLEM}}
            self.spec.components.response(status.name, {"description": status.phrase, "content": content}, lazy=True)


def init_app(app: Flask, *, title: str, version: str) -> Contract:
    app.json = OrjsonProvider(app)
    app.url_map.converters |= {"default": PathText, "string": PathText, "int": PathNumber}
    app.config["API_SPEC_OPTIONS"] = {"components": {"securitySchemes": _SECURITY}, "info": {"description": _ABOUT}}
    app.config |= {
        "API_TITLE": title,
        "API_VERSION": version,
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": PREFIX,
        "OPENAPI_JSON_PATH": "openapi.json",
        "ETAG_DISABLED": True,
    }
    contract = Contract(app)
    contract.spec.components.schema(PROBLEM, schema=ProblemSchema)
    contract.ma_plugin.converter.add_attribute_function(_pattern)  # type: ignore[union-attr]  # it was made
    contract.register_converter(PathText, lambda _converter: {"type": "string", "minLength": 1})
    return contract
