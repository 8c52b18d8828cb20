"""A developer reads the API reference and tries what it shows."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest

from tests.commanding import Run, told
from tests.conftest import Headers
from tests.contract import ContractClient
from tests.schema.rows import on_sqlite

DOCUMENT = "/api/v1/openapi.json"
# What a frontend and a moderator begin with.
SHOWN = {
    ("/api/v1/articles/{slug}/comments", "post", "request"),
    ("/api/v1/articles/{slug}/comments", "post", "201"),
    ("/api/v1/articles/{slug}/comments", "post", "202"),
    ("/api/v1/articles/{slug}/comments", "get", "200"),
    ("/api/v1/articles/{slug}/comments/preview", "post", "request"),
    ("/api/v1/articles/{slug}/reply-form", "get", "200"),
    ("/api/v1/moderation/queue", "get", "200"),
    ("/api/v1/moderation/comments/{comment_id}/approve", "post", "request"),
    ("/api/v1/moderation/comments/{comment_id}/approve", "post", "200"),
    ("/api/v1/moderation/operations", "post", "request"),
    ("/api/v1/moderation/operations", "post", "200"),
}
Place = tuple[str, str, str]


@pytest.fixture
def document(client: ContractClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get(DOCUMENT).json
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield (
                    path,
                    method,
                    operation | {"parameters": [*item.get("parameters", []), *operation.get("parameters", [])]},
                )


def examples(document: dict[str, Any]) -> dict[Place, list[dict[str, Any]]]:
    """Every example of a body, with the schema that it stands beside."""
    found: dict[Place, list[dict[str, Any]]] = {}
    for path, method, operation in operations(document):
        bodies = {"request": operation.get("requestBody", {})} | operation["responses"]
        for name, body in bodies.items():
            shown = [content for content in body.get("content", {}).values() if "example" in content]
            if shown:
                found[(path, method, name)] = shown
    return found


def closed(document: dict[str, Any]) -> dict[str, Any]:
    """The schemas, none of which lets a member in that it does not name."""
    components: dict[str, Any] = copy.deepcopy(document["components"])
    for schema in components["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return components


class TestPage:
    def test_everything_it_is_made_of_comes_from_here(self, client: ContractClient) -> None:
        page = client.get("/api/docs")
        assert (page.status_code, page.mimetype) == (200, "text/html")
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert len(named) >= 5
        for url in named:
            assert url.startswith("/"), url
            assert client.get(url).status_code == 200, url

    def test_it_has_no_script_or_style_of_its_own(self, client: ContractClient) -> None:
        page = client.get("/api/docs").text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script[^>]*>[^<]", page)

    def test_it_is_answered_once_to_who_has_it(self, client: ContractClient) -> None:
        known = {"If-None-Match": client.get("/api/docs").headers["ETag"]}
        assert client.get("/api/docs", headers=known).status_code == 304


@on_sqlite
class TestExamples:
    def test_what_people_begin_with_has_examples(self, document: dict[str, Any]) -> None:
        assert SHOWN - examples(document).keys() == set()

    def test_every_example_is_one_of_its_schema(self, document: dict[str, Any]) -> None:
        components = closed(document)
        for place, contents in examples(document).items():
            for content in contents:
                validator = jsonschema.Draft202012Validator(content["schema"] | {"components": components})
                assert [error.message for error in validator.iter_errors(content["example"])] == [], place

    def test_a_part_of_a_path_that_can_be_shown_is(self, document: dict[str, Any]) -> None:
        without = {
            parameter["name"]
            for _, _, operation in operations(document)
            for parameter in operation["parameters"]
            if parameter["in"] == "path" and "example" not in parameter
        }
        # Of a token, a revision, a word or an account nobody knows what there is.
        assert without <= {"token", "number", "word_id", "moderator_id", "token_id"}


@on_sqlite
class TestTrying:
    """Where the demo is, as after `make run`, the examples do what they say."""

    @pytest.fixture(autouse=True)
    def demo(self, run: Run) -> None:
        told(run("demo"))

    def test_every_read_that_the_examples_reach_answers(
        self, client: ContractClient, document: dict[str, Any], as_admin: Headers
    ) -> None:
        tried = 0
        for path, method, operation in operations(document):
            needed = [each for each in operation["parameters"] if each.get("required")]
            if method != "get" or any("example" not in each for each in needed):
                continue
            url = path.format(**{each["name"]: each["example"] for each in needed if each["in"] == "path"})
            tried += 1
            assert client.get(url, headers=as_admin).status_code == 200, url
        assert tried > 20

    def test_the_reply_is_held_and_approved(
        self, client: ContractClient, document: dict[str, Any], as_moderator: Headers, try_it: Callable[..., Any]
    ) -> None:
        posted = try_it("/api/v1/articles/{slug}/comments")
        assert (posted.status_code, posted.json["comment"]["section"]["anchor"]) == (
            202,
            "a-laboratory-that-never-closes",
        )
        approved = try_it(
            "/api/v1/moderation/comments/{comment_id}/approve", comment_id=posted.json["comment"]["id"], **as_moderator
        )
        assert approved.json["comment"]["status"] == "approved"

    def test_the_operation_approves_what_the_queue_shows(
        self, client: ContractClient, as_moderator: Headers, try_it: Callable[..., Any]
    ) -> None:
        assert 25 in {each["id"] for each in client.get("/api/v1/moderation/queue", headers=as_moderator).json["items"]}
        answer = try_it("/api/v1/moderation/operations", **as_moderator)
        assert answer.json["results"] == [{"id": 25, "status": "approved"}]

    @pytest.fixture
    def try_it(self, client: ContractClient, document: dict[str, Any]) -> Callable[..., Any]:
        """Post the example of a route: `try_it("/api/…/{comment_id}/approve", comment_id=7, Authorization="…")`."""

        def post(path: str, comment_id: int | None = None, **headers: str) -> Any:  # noqa: ANN401 (werkzeug's test response)
            body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]
            url = path.format(slug="shared-clean-room", comment_id=comment_id)
            return client.post(url, json=body, headers=headers | {"If-Match": "*"})

        return post
