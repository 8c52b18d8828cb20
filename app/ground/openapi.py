"""Of what are routes made, so that the contract of the API can be drawn from the code that keeps it?"""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import orjson
from flask import Request, Response, current_app, request
from flask.json.provider import JSONProvider
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, INCLUDE, RAISE, Schema, ValidationError, fields, validate
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import Headers
from werkzeug.exceptions import NotFound as NoSuchPath
from werkzeug.routing import BaseConverter, IntegerConverter

from app.ground.errors import (
    MEDIA_TYPE,
    BadRequest,
    FieldProblem,
    InvalidRequest,
    UnsupportedMediaType,
    field_problems,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LARGEST_ID = 2**63 - 1
PREFIX = "/api/v1"
ENTITY = f"int(min=1, max={LARGEST_ID})"
View = TypeVar("View", bound=Callable[..., Any])


class OrjsonProvider(JSONProvider):
    """JSON by orjson: RFC 8259, UTF-8, no NaN, no lone surrogates, bounded nesting."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Any:
        body = orjson.dumps(self._prepare_response_obj(args, kwargs))
        return JsonAnswer(body, mimetype="application/json")


class JsonAnswer(Response):
    """An answer whose headers can go out as they are. Werkzeug would copy each, in case that one of them cannot."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        has_its_body = self.status_code not in {204, 304}
        if has_its_body and all(value.isascii() for _, value in self.headers):
            return self.headers
        return super().get_wsgi_headers(environ)


class PathText(BaseConverter):
    """A part of a path as a database can be asked for it: without NUL."""

    regex = "[^/\\x00]+"
    part_isolating = True


class PathNumber(IntegerConverter):
    """A number in a path, in ASCII digits. One out of bounds is no path at all: 404, not 405 as Werkzeug has it."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if not (self.min or 0) <= number <= LARGEST_ID:
            raise NoSuchPath
        return number


class Body(Schema):
    """What is sent to the API: a field that it does not know is an error."""

    class Meta:
        unknown = RAISE


class Query(Schema):
    """What stands behind the question mark: parameters that it does not know mean nothing."""

    class Meta:
        unknown = EXCLUDE


def loaded(schema: Schema, typed: Mapping[str, Any]) -> Any:
    """What was typed into a page, held to the rules of the API. Raises InvalidRequest."""
    try:
        return schema.load(typed)
    except ValidationError as error:
        raise InvalidRequest(*field_problems(error.messages)) from None


class PageQuery(Query):
    """Where in a list to read."""

    limit = fields.Integer(
        load_default=20, validate=validate.Range(1, 100), metadata={"description": "How many items at the most."}
    )
    cursor = fields.String(
        load_default=None, validate=validate.Length(max=512), metadata={"description": "`next` of the page before."}
    )


class Text(fields.String):
    """A string that every database can keep: no NUL, no lone surrogates."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            problem = FieldProblem(attr or "", "text_invalid", "It holds characters that cannot be kept (NUL).")
            raise ValidationError(cast(Any, [problem]))
        return text


class TrueOrFalse(fields.Boolean):
    """true or false, and nothing that only reads like it: Python takes 1 for True."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class EntityId(fields.Integer):
    """The id of a row: 1 to 2^63 - 1."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(1, LARGEST_ID), **options)


class FieldProblemSchema(Schema):
    """One thing wrong with one field."""

    field = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    limit = fields.Integer()
    actual = fields.Integer(metadata={"description": "A length or a count, never what was typed."})


class ProblemSchema(Schema):
    """A refusal (RFC 9457); some codes tell more in members of their own."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "Stable: programs may rely on it."})
    errors = fields.List(fields.Nested(FieldProblemSchema))


PROBLEM = "Problem"  # by its name in the contract: a schema would be copied for every refusal of every route


def _itself(schema: Schema, _memory: object) -> Schema:
    return schema


# Each decorator of a route copies, deeply, what those before it said. A schema says the same in every copy.
Schema.__deepcopy__ = _itself  # type: ignore[attr-defined]  # `copy` looks for it, Schema has none


class _Parser(FlaskParser):
    """Reads bodies as the conventions say: another media type is 415, broken JSON 400, no body is an empty one."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        if not req.get_data(cache=True):
            return {}
        if not req.is_json:
            raise UnsupportedMediaType("Send application/json.")
        return _read_json(req)


def _read_json(req: Request) -> Any:
    try:
        return orjson.loads(req.get_data(cache=True))
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: line {error.lineno}, column {error.colno}.") from None


def posted_fields() -> Mapping[str, Any]:
    """The fields of a posted form or JSON object, as they came.

    Raises UnsupportedMediaType (415) for any other media type, BadRequest (400) for JSON that cannot be read.
    """
    if request.mimetype == "application/x-www-form-urlencoded":
        return request.form.to_dict()
    if not request.is_json:
        raise UnsupportedMediaType("Send application/json or application/x-www-form-urlencoded.")
    body = _read_json(request)
    if not isinstance(body, dict):
        raise BadRequest("The body is JSON, and no object.")
    return body


IF_MATCH: dict[str, object] = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
    "example": "*",
    "description": "The ETag of the version that was seen, or `*` for any.",
}
IDEMPOTENCY_KEY: dict[str, object] = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "The same key with the same request answers the same for 24 hours, and does it once.",
}
# Of a demo article, so that what the API reference shows can be tried where the demo is.
_IN_PATHS: dict[str, str | int] = {
    "slug": "shared-clean-room", "anchor": "a-laboratory-that-never-closes", "comment_id": 1, "operation_id": 1,
}  # fmt: skip
_COMMON = {503: "The database is busy or away. Try again after Retry-After.", 500: "Something broke."}


_SAID = "_apidoc"  # where flask-smorest keeps it


def _said_on_the_view(decorator: Callable[[View], View]) -> Callable[[View], View]:
    """flask-smorest wraps a view once more for each thing said of it, and each request would pass through them all."""

    def document(view: View) -> View:
        vars(view)[_SAID] = vars(decorator(view))[_SAID]
        return view

    return document


class Routes(Blueprint):
    """A feature's routes, each with the schemas and refusals that the contract shows."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(self._prepare_headers_doc)

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: Any = None, *args: Any,
                     **options: Any) -> None:  # fmt: skip
        """Register a route; the contract shows with it what the plumbing may answer in its stead."""
        for status, description in _COMMON.items():
            view_func = self.alt_response(status, schema=PROBLEM, content_type=MEDIA_TYPE,
                                          description=description)(view_func)  # fmt: skip
        if "GET" in options.get("methods", ("GET",)) and not getattr(view_func, "is_kept_out_of_caches", False):
            view_func = self.alt_response(304, description="What If-None-Match names is what there is.")(view_func)
        if "<slug>" in rule:
            view_func = self.alt_response(308, description="It has another address now: see Location.")(view_func)
        options["parameters"] = options.get("parameters") or _examples_in(rule)
        super().add_url_rule(rule, endpoint, view_func, *args, **options)

    def _prepare_headers_doc(self, doc: dict[str, Any], doc_info: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Show the headers that a route reads: whatever may answer 428 wants an If-Match."""
        headers = [IF_MATCH] if {428, "428"} & doc["responses"].keys() else []
        if doc_info.get("manual_doc", {}).pop("is_repeatable", False):
            headers.append(IDEMPOTENCY_KEY)
        return doc | {"parameters": [*doc.get("parameters", []), *headers]} if headers else doc

    @staticmethod
    def doc(**words: Any) -> Callable[[View], View]:
        """flask-smorest's own, said on the view itself."""
        return _said_on_the_view(Blueprint.doc(**words))

    def alt_response(self, status_code: int | str, response: str | None = None, **words: Any) -> Callable[[View], View]:
        """flask-smorest's own, said on the view itself."""
        return _said_on_the_view(super().alt_response(status_code, response, **words))

    def arguments(self, schema: Any, **options: Any) -> Callable[[View], View]:
        """Read arguments by a schema, made once; a body of which nothing is required may be left out."""
        reader = schema()
        is_required = any(field.required for field in reader.fields.values())
        return super().arguments(reader, **{"required": is_required} | options)

    def repeatable(self, view: View) -> View:
        """Document that an Idempotency-Key makes a route safe to repeat."""
        return self.doc(is_repeatable=True)(view)

    def problems(self, *statuses: int) -> Callable[[View], View]:
        """Say which refusals a route has, beside those that every route has."""

        def document(view: View) -> View:
            for status in statuses:
                view = self.alt_response(status, schema=PROBLEM, content_type=MEDIA_TYPE)(view)
            return view

        return document

    def form(self, schema: type[Schema], *, example: dict[str, Any]) -> Callable[[View], View]:
        """Document a body that the view itself reads, as JSON or as a url-encoded form."""
        reference = {"schema": schema, "example": example}
        content = {"application/json": reference, "application/x-www-form-urlencoded": reference}
        return self.doc(requestBody={"required": True, "content": content})


def no_store(view: View) -> View:
    """Keep a personal or staff answer out of every cache."""

    @wraps(view)
    def kept_out(*args: Any, **kwargs: Any) -> Any:
        response = current_app.make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = "no-store"
        return response

    kept_out.is_kept_out_of_caches = True  # type: ignore[attr-defined]  # for the contract, which then shows no 304
    return cast(View, kept_out)


def _examples_in(rule: str) -> list[dict[str, object]]:
    """An example of each part of a path that there is one of."""
    named = [(name, value) for name, value in _IN_PATHS.items() if re.search(rf"[<:]{name}>", rule)]
    return [{"in": "path", "name": name, "required": True, "example": value} for name, value in named]


STAFF_ONLY: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]
