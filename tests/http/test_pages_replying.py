"""A reader leaves a reply by the page's own form, without any script."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.comments.models import Comment
from app.ground import clock
from app.ground.db import db
from app.limits import limiter
from tests.conftest import READER, Headers
from tests.contract import ContractClient
from tests.http.test_pages_thread import settle
from tests.reading import GERMAN, attributes, form_of, one, read, texts

Reply = Callable[..., Any]


def stored(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Comment)) or 0


@pytest.fixture
def send(client: ContractClient, slug: str) -> Callable[..., Any]:
    """Open the article, type into its form and send it: `send(content="…")`."""

    def type_and_send(query: str = "", headers: Headers | None = None, **typed: Any) -> Any:  # noqa: ANN401 (werkzeug's test response)
        page = read(client.get(f"/articles/{slug}{query}", headers=headers))
        place = str(one(page, "form[data-rj-form]")["action"]).partition("#")[0]
        return client.post(place, data=form_of(page, **(READER | typed)), headers=headers)

    return type_and_send


Send = Callable[..., Any]


class TestWhatBecomesOfIt:
    def test_a_held_comment_is_shown_to_its_author_with_the_reason(self, client: ContractClient, send: Send) -> None:
        answer = send(content="A *thought*.")
        assert answer.status_code == 303
        place = answer.headers["Location"]
        assert place.startswith("/receipts/")
        seen = client.get(place)
        page = read(seen)
        assert texts(page, ".notice p") == [
            "Thank you! A first comment is looked at before it appears.",
            "It is waiting and only you can see it.",
        ]
        assert texts(page, ".rj-text em") == ["thought"]
        assert (seen.headers["Cache-Control"], seen.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert one(page, "meta[name=robots]")["content"] == "noindex"
        assert "ada@example.org" not in seen.text

    def test_an_approved_comment_is_shown_in_its_place(self, app: Flask, client: ContractClient, send: Send) -> None:
        settle(app, hold_first_comment=False)
        answer = send()
        place, _, fragment = answer.headers["Location"].partition("#")
        assert answer.status_code == 303
        assert texts(read(client.get(place)), f"#{fragment} .rj-text") == ["A thought."]

    def test_the_receipt_follows_it_to_its_place(
        self, client: ContractClient, send: Send, as_moderator: Headers
    ) -> None:
        receipt = send().headers["Location"]
        comment_id = receipt.removeprefix("/receipts/").partition("-")[0]
        url = f"/api/v1/moderation/comments/{comment_id}/approve"
        assert client.post(url, headers=as_moderator | {"If-Match": "*"}).status_code == 200
        page = read(client.get(receipt))
        assert texts(page, ".notice p") == ["It is published."]
        place, again = attributes(page, ".pages a", "href")[1:]
        assert texts(read(client.get(place)), f"#comment-{comment_id} .rj-text") == ["A thought."]

        known = client.get(again)
        assert (known.headers["Cache-Control"], known.headers["Referrer-Policy"]) == ("no-store", "same-origin")
        assert form_of(read(known))["author_name"] == READER["author_name"]

    def test_who_comes_back_by_a_receipt_is_not_held_again(
        self, client: ContractClient, slug: str, send: Send, as_moderator: Headers
    ) -> None:
        receipt = send().headers["Location"]
        comment_id = receipt.removeprefix("/receipts/").partition("-")[0]
        url = f"/api/v1/moderation/comments/{comment_id}/approve"
        client.post(url, headers=as_moderator | {"If-Match": "*"})
        again = attributes(read(client.get(receipt)), ".pages a", "href")[-1].partition("#")[0]
        refused = read(send(again.removeprefix(f"/articles/{slug}"), content=""), 422)
        assert form_of(refused)["receipt"] == receipt.removeprefix("/receipts/")
        answering = next(link for link in attributes(refused, "a", "href") if "reply_to=" in link)
        place = send(answering.partition("#")[0].removeprefix(f"/articles/{slug}"), content="More.").headers["Location"]
        assert not place.startswith("/receipts/")
        assert texts(read(client.get(place)), f"#comment-{comment_id} > ol .rj-text") == ["More."]

    @pytest.mark.parametrize("receipt", ["none", "1-AAAAAAAAAAAAAAAAAAAAAA-k1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
    def test_a_receipt_that_opens_nothing_changes_nothing(
        self, client: ContractClient, slug: str, receipt: str
    ) -> None:
        answer = client.get(f"/articles/{slug}?receipt={receipt}")
        assert form_of(read(answer))["author_name"] == ""
        assert f"receipt={receipt}" not in answer.text

    def test_what_a_rule_trashed_is_told_like_what_a_rule_held(
        self, app: Flask, client: ContractClient, send: Send, as_admin: Headers
    ) -> None:
        word = {"pattern": "forbidden", "kind": "disallowed"}
        assert client.post("/api/v1/moderation/words", json=word, headers=as_admin).status_code == 201
        settle(app, hold_first_comment=False, link_limit=1)
        held, trashed = send(content="http://a.example"), send(content="forbidden")
        told = [texts(read(client.get(each.headers["Location"])), ".notice p") for each in (held, trashed)]
        assert told[0] == told[1]

    def test_a_receipt_that_is_none_is_not_found(self, client: ContractClient) -> None:
        read(client.get("/receipts/1-nonsense"), 404)

    def test_it_answers_the_comment_and_is_about_the_section_that_was_chosen(
        self, app: Flask, client: ContractClient, slug: str, send: Send, reply: Reply, as_moderator: Headers
    ) -> None:
        settle(app, hold_first_comment=False)
        parent = reply(headers=as_moderator).json["comment"]["id"]
        send(f"?reply_to={parent}", content="An answer.")
        send("?about=first-things", content="About that.")
        page = read(client.get(f"/articles/{slug}"))
        assert texts(page, f"#comment-{parent} > ol .rj-text") == ["An answer."]
        assert texts(read(client.get(f"/articles/{slug}?section=first-things")), ".rj-comment .rj-text") == [
            "About that."
        ]


class TestRefusals:
    def test_everything_wrong_is_told_at_once_and_leads_to_its_field(self, send: Send) -> None:
        answer = send(content=" ", author_name="", author_email="ada@ada", author_website="javascript:alert(1)")
        page = read(answer, 422)
        links = page.select("#rj-errors:not([hidden]) a")
        assert [str(link["href"]) for link in links] == [
            "#rj-content", "#rj-author_name", "#rj-author_email", "#rj-author_website",
        ]  # fmt: skip
        for link in links:
            name = str(link["href"]).removeprefix("#")
            field = one(page, f"#{name}[aria-invalid=true]")
            assert f"{name}-error" in str(field["aria-describedby"]).split()
            assert texts(page, f"#{name}-error:not([hidden])") == [link.get_text()]
        assert one(page, "#rj-errors")["tabindex"] == "-1"

    def test_every_word_is_still_there(self, send: Send) -> None:
        typed = {
            "content": "\n  First line\n<b>\"&' second</b> </textarea>", "author_name": 'A "b" <c>',
            "author_email": "wrong", "author_website": "https://ada.example/?a=1&b=2", "receipt": "1-x-y",
        }  # fmt: skip
        page = read(send(**typed), 422)
        assert {name: form_of(page)[name] for name in typed} == typed

    def test_the_form_still_answers_the_same_and_is_about_the_same(
        self, send: Send, reply: Reply, as_moderator: Headers
    ) -> None:
        parent = reply(headers=as_moderator).json["comment"]["id"]
        page = read(send(f"?reply_to={parent}&about=first-things", author_name=""), 422)
        assert texts(page, "#respond-title") == ["Leave a Reply to test moderator"]
        assert (form_of(page)["parent_id"], form_of(page)["section"]) == (str(parent), "first-things")

    def test_it_is_in_the_reader_s_language(self, send: Send) -> None:
        page = read(send(headers=GERMAN, author_name=""), 422)
        assert texts(page, "#rj-errors li") == ["Bitte gib deinen Namen an."]

    def test_what_was_said_already_is_shown_where_it_is(self, app: Flask, send: Send) -> None:
        settle(app, hold_first_comment=False)
        send()
        page = read(send(author_website="https://ada.example"), 409)
        assert texts(page, "#rj-errors li") == ["You have already said that here. See it there"]

    def test_who_is_too_fast_is_told_how_long_to_wait(self, send: Send, configure: Callable[..., None]) -> None:
        configure(flood_seconds=15)
        send()
        answer = send(content="Another thought.")
        page = read(answer, 429)
        assert 1 <= int(answer.headers["Retry-After"]) <= 15
        assert texts(page, "#rj-errors li")[0].startswith("That was quick.")
        assert form_of(page)["content"] == "Another thought."

    def test_who_tries_too_often_keeps_everything_on_a_page_that_costs_little_and_sends_it_again(
        self,
        app: Flask,
        client: ContractClient,
        slug: str,
        send: Send,
        configure: Callable[..., None],
        statements: Callable[..., Any],
    ) -> None:
        configure(limit_attempts="1 per minute")
        limiter.reset()
        send(author_name="")
        with statements() as asked:
            page = read(send(content="\nKept.", receipt="1-x-y"), 429)
        assert page.select(f"a[href='/articles/{slug}']") != []
        assert asked == []
        limiter.reset()

        kept = {str(tag["name"]): str(tag.get("value", tag.text)) for tag in page.select("form.kept [name]")}
        assert kept["content"].strip() == "Kept."
        assert {**kept, "content": "Kept."}.items() >= (READER | {"content": "Kept.", "receipt": "1-x-y"}).items()
        assert "action" not in one(page, "form.kept").attrs
        assert client.post(f"/articles/{slug}", data=kept).status_code == 303
        assert stored(app) == 1

    def test_a_limit_on_an_article_that_is_not_there_is_a_page_too(
        self, client: ContractClient, configure: Callable[..., None]
    ) -> None:
        configure(limit_attempts="1 per minute")
        limiter.reset()
        statuses = [client.post("/articles/nowhere", data=READER).status_code for _ in range(2)]
        limiter.reset()
        assert statuses == [404, 429]

    def test_a_discussion_that_closed_meanwhile_gives_the_words_back(
        self, client: ContractClient, slug: str, as_moderator: Headers
    ) -> None:
        client.post(f"/api/v1/moderation/articles/{slug}/close", headers=as_moderator)
        page = read(client.post(f"/articles/{slug}", data=READER | {"content": "Too late."}), 403)
        assert texts(page, ".rj-closed") == ["Comments are closed for this article."]
        assert texts(page, "textarea[readonly]") == ["Too late."]

    def test_a_form_from_another_site_is_not_taken(self, app: Flask, client: ContractClient, slug: str) -> None:
        answer = client.post(f"/articles/{slug}", data=READER, headers={"Origin": "https://evil.example"})
        assert texts(read(answer, 403), "#rj-errors li")[0].startswith("This form came from another site")
        assert stored(app) == 0

    def test_a_form_drawn_again_is_for_its_sender_alone(self, another_app: Callable[..., Flask], slug: str) -> None:
        shared = another_app(CORS_ORIGINS="loopback").test_client()
        assert shared.get(f"/articles/{slug}").headers["Access-Control-Allow-Origin"] == "*"
        answer = shared.post(f"/articles/{slug}", data=READER | {"author_name": ""})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (422, "no-store")
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Surrogate-Key" not in answer.headers

    def test_what_is_no_form_is_refused_on_a_page(self, client: ContractClient, slug: str) -> None:
        read(client.post(f"/articles/{slug}", json=READER), 415)

    def test_what_is_too_large_is_refused_on_a_page(self, client: ContractClient, slug: str) -> None:
        read(client.post(f"/articles/{slug}", data=READER | {"content": "x" * 1_100_000}), 413)

    def test_a_reply_to_an_article_that_is_not_there_is_not_found(self, client: ContractClient) -> None:
        assert texts(read(client.post("/articles/nowhere", data=READER), 404), "textarea") == [READER["content"]]


class TestSendingTwice:
    def test_a_double_click_leads_twice_to_the_one_comment(self, app: Flask, send: Send) -> None:
        places = [send().headers["Location"] for _ in range(2)]
        assert places[0].startswith("/receipts/")
        assert (len(set(places)), stored(app)) == (1, 1)

    def test_so_does_a_form_that_was_drawn_again(
        self, app: Flask, client: ContractClient, slug: str, send: Send
    ) -> None:
        typed = form_of(read(send(author_name=""), 422), author_name="Ada")
        places = {client.post(f"/articles/{slug}", data=typed).headers["Location"] for _ in range(2)}
        assert (len(places), stored(app)) == (1, 1)

    def test_another_text_in_the_same_form_is_another_comment(self, app: Flask, send: Send) -> None:
        places = {send(content=content).headers["Location"] for content in ("One thing.", "Another thing.")}
        assert (len(places), stored(app)) == (2, 2)

    def test_an_address_is_not_found_out_by_sending_the_same_again(self, app: Flask, send: Send) -> None:
        places = [send(author_email=each).headers["Location"] for each in ("ada@example.org", "eve@example.org")]
        assert (len(set(places)), stored(app)) == (1, 1)
        later = datetime.now(UTC) + timedelta(minutes=2)
        clock.use(lambda: later)
        guesses = [send(author_email=each) for each in ("ada@example.org", "eve@example.org")]
        assert [texts(read(each, 409), "#rj-errors li") for each in guesses] == [
            ["You have already said that here."]
        ] * 2

    def test_the_same_form_from_elsewhere_gets_nobody_else_s_receipt(self, app: Flask, slug: str, send: Send) -> None:
        send()
        elsewhere = app.test_client()
        answer = elsewhere.post(f"/articles/{slug}", data=form_of(read(elsewhere.get(f"/articles/{slug}"))) | READER,
                                environ_base={"REMOTE_ADDR": "192.0.2.7"})  # fmt: skip
        assert texts(read(answer, 409), "#rj-errors li") == ["You have already said that here."]


class TestPagesForWhatWentWrong:
    def test_a_browser_gets_a_page_for_an_address_that_nobody_has(self, client: ContractClient) -> None:
        answer = client.get("/nowhere", headers={"Accept": "text/html,*/*;q=0.8"} | GERMAN)
        assert texts(read(answer, 404), "h1") == ["Hier ist nichts"]
        assert answer.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere", "/api/v1/articles/nowhere"])
    def test_a_program_gets_a_problem(self, client: ContractClient, path: str) -> None:
        assert client.get(path).json["code"] == "not_found"

    def test_the_api_answers_a_browser_too_as_it_always_does(self, client: ContractClient) -> None:
        answer = client.get("/api/v1/articles/nowhere", headers={"Accept": "text/html"})
        assert answer.content_type == "application/problem+json"

    def test_the_wrong_method_is_told_with_the_right_ones(self, client: ContractClient) -> None:
        answer = client.post("/categories", headers={"Accept": "text/html"})
        assert texts(read(answer, 405), "h1") == ["That did not work"]
        assert "GET" in answer.headers["Allow"]

    def test_a_crash_gives_the_words_back(
        self, app: Flask, client: ContractClient, slug: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def crash(*_: object) -> None:
            raise RuntimeError

        monkeypatch.setattr("app.comments.actions.leave_reply", crash)
        page = read(client.post(f"/articles/{slug}", data=READER), 500)
        assert texts(page, "textarea") == [READER["content"]]
        assert attributes(page, ".pages a", "href")[0] == f"/articles/{slug}"
