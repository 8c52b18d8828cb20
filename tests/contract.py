"""Does the API only answer what its contract says?"""

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request

# What any route may answer: a method it has not, a preflight, a crash and a database that is away.
EVERYWHERE = {405, 503}


@cache
def documented(app: Flask) -> dict[tuple[str, str], set[int]]:
    """(path, method) of the OpenAPI document with the statuses it names."""
    spec = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    return {
        (path, method): {int(status) for status in operation["responses"] if status != "default"}
        for path, item in spec["paths"].items()
        for method, operation in item.items()
        if method in {"get", "post", "put", "patch", "delete"}
    }


def path_of(rule: Rule) -> str:
    """A route's path in the document's form."""
    return re.sub(r"<(?:[^:<>]*:)?([^<>]+)>", r"{\1}", rule.rule)


class ContractClient(FlaskClient):
    """A client that fails on an answer which the OpenAPI document does not name; its answers' JSON is Any."""

    if TYPE_CHECKING:
        # A test looks into JSON as it likes.
        get: Callable[..., Any]
        post: Callable[..., Any]
        put: Callable[..., Any]
        patch: Callable[..., Any]
        delete: Callable[..., Any]

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        check(self.application, response.request, response.status_code)
        return response


def check(app: Flask, request: Request, status: int) -> None:
    with app.test_request_context(request.path, method=request.method) as context:
        rule = context.request.url_rule
    if rule is None or not rule.rule.startswith("/api/v1/") or rule.endpoint.startswith("api-docs"):
        return
    method = "get" if request.method == "HEAD" else request.method.lower()
    if method == "options" or status in EVERYWHERE:
        return
    known = documented(app).get((path_of(rule), method), set())
    assert status in known, f"{method.upper()} {rule.rule} answered {status}; the contract knows {sorted(known)}"
