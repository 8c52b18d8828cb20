"""A page of another site embeds a thread."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Headers
from tests.contract import ContractClient

Reply = Callable[..., Any]


def fragment(client: Any, slug: str, query: str = "", **headers: str) -> Any:  # noqa: ANN401 (werkzeug's test client and response)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(f"/embed/articles/{slug}{query}", headers=sent)


class TestTheEntry:
    def test_leads_to_modules_and_styles_that_are_there_for_every_site(self, client: ContractClient) -> None:
        entry = client.get("/embed.js")
        assert entry.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert entry.headers["Access-Control-Allow-Origin"] == "*"
        found = re.findall(r'"(/assets/[^"]+)"', entry.text)
        assert {path.rsplit("/", 1)[1] for path in found} == {
            "elements.js", "thread.js", "tokens.css", "thread.css", "embed.css",
        }  # fmt: skip
        for path in found:
            asset = client.get(path)
            assert asset.status_code == 200
            assert asset.headers["Access-Control-Allow-Origin"] == "*"
            assert "immutable" in asset.headers["Cache-Control"]

    def test_is_asked_for_each_time_and_is_mostly_what_one_has(self, client: ContractClient) -> None:
        entry = client.get("/embed.js")
        assert entry.headers["Cache-Control"] == "no-cache"
        again = client.get("/embed.js", headers={"If-None-Match": entry.headers["ETag"]})
        assert again.status_code == 304

    def test_knows_what_to_say_in_each_language_while_there_is_no_thread(self, client: ContractClient) -> None:
        entry = client.get("/embed.js").text
        for words in ("Try again", "Noch einmal versuchen", "Réessayer"):
            assert words in entry.encode().decode("unicode_escape") or words in entry


class TestTheFragment:
    def test_is_the_discussion_alone(
        self, client: ContractClient, slug: str, reply: Reply, as_moderator: Headers
    ) -> None:
        reply(headers=as_moderator, content="A thought of ours.")
        answer = fragment(client, slug)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.text.lstrip().startswith("<section")
        assert "A thought of ours." in answer.text
        assert 'name="author_email"' in answer.text
        assert "<html" not in answer.text

    def test_has_no_address_that_another_site_would_take_for_its_own(
        self, client: ContractClient, slug: str, reply: Reply, as_moderator: Headers
    ) -> None:
        first = reply(headers=as_moderator, section="first-things").json["comment"]["id"]
        reply(headers=as_moderator, content="Another.", parent_id=first)
        addresses = re.findall(r'(?:href|src|action|data-api)="([^"]*)"', fragment(client, slug, "?reply_to=1").text)
        assert addresses
        assert [each for each in addresses if not each.startswith(("http://", "https://", "#"))] == []

    @pytest.mark.parametrize(("asked", "heading"), [("de-AT,de", "Schreibe einen Kommentar"), ("ko", "답글 남기기")])
    def test_speaks_the_language_that_is_asked_for(
        self, client: ContractClient, slug: str, asked: str, heading: str
    ) -> None:
        answer = fragment(client, slug, Accept_Language=asked)
        assert heading in answer.text
        assert answer.headers["Content-Language"] == asked[:2]
        assert "Accept-Language" in answer.headers["Vary"]

    def test_is_drawn_anew_when_somebody_has_replied(
        self, client: ContractClient, slug: str, reply: Reply, as_moderator: Headers
    ) -> None:
        before = fragment(client, slug)
        assert fragment(client, slug, If_None_Match=before.headers["ETag"]).status_code == 304
        reply(headers=as_moderator, content="Something new.")
        after = fragment(client, slug, If_None_Match=before.headers["ETag"])
        assert after.status_code == 200
        assert "Something new." in after.text

    def test_shows_the_part_of_the_thread_that_is_asked_for(
        self, client: ContractClient, slug: str, reply: Reply, as_moderator: Headers
    ) -> None:
        reply(headers=as_moderator, content="About the first.", section="first-things")
        reply(headers=as_moderator, content="About the second.", section="second-thoughts")
        shown = fragment(client, slug, "?section=first-things").text
        assert "About the first." in shown
        assert "About the second." not in shown

    def test_is_found_by_no_search_engine(self, client: ContractClient, slug: str) -> None:
        assert fragment(client, slug).headers["X-Robots-Tag"] == "noindex"

    def test_of_an_article_that_is_not_there_is_not_there(self, client: ContractClient) -> None:
        assert fragment(client, "nothing").status_code == 404

    def test_may_be_read_by_a_page_of_any_site_where_some_may_post(
        self, another_app: Callable[..., Flask], slug: str
    ) -> None:
        client = another_app(CORS_ORIGINS="https://news.example").test_client()
        answer = fragment(client, slug, Origin="https://blog.example")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
