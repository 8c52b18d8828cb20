"""Can a moderator try a word, keep it, change it and take it back, in a browser without JavaScript?"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract import ContractClient

Headers = dict[str, str]
WORDS = "/desk/words"
API = "/api/v1/moderation/words"


def words(client: ContractClient, headers: Headers) -> list[dict[str, Any]]:
    return list(client.get(API, headers=headers).json["items"])


def add(client: ContractClient, headers: Headers, pattern: str, **fields: str) -> Any:  # noqa: ANN401 (a test's response)
    return client.post(WORDS, data={"kind": "moderation", "mode": "word", "pattern": pattern} | fields, headers=headers)


def test_a_word_that_is_added_is_on_the_list(client: ContractClient, as_moderator: Headers) -> None:
    answer = add(client, as_moderator, "casino")
    assert answer.status_code == 303
    assert "casino" in client.get(WORDS, headers=as_moderator).text
    assert [(each["pattern"], each["kind"]) for each in words(client, as_moderator)] == [("casino", "moderation")]


def test_the_same_form_sent_twice_adds_one_word(client: ContractClient, as_moderator: Headers) -> None:
    for _ in range(2):
        assert add(client, as_moderator, "casino", idempotency_key="once").status_code == 303
    assert len(words(client, as_moderator)) == 1


def test_a_word_that_is_there_already_comes_back_in_its_form(client: ContractClient, as_moderator: Headers) -> None:
    add(client, as_moderator, "casino")
    answer = add(client, as_moderator, "casino", kind="moderation")
    assert answer.status_code == 409
    assert 'value="casino"' in answer.text
    assert "This word is on the list already." in answer.text


@pytest.mark.parametrize("pattern", ["*", "x" * 201, ""])
def test_an_unusable_pattern_comes_back_with_what_is_wrong(
    client: ContractClient, as_moderator: Headers, pattern: str
) -> None:
    answer = add(client, as_moderator, pattern, kind="disallowed")
    assert answer.status_code == 422
    assert f'value="{pattern}"' in answer.text
    assert '<option value="disallowed" selected>' in answer.text
    assert 'href="#field-pattern"' in answer.text
    assert 'id="error-pattern"' in answer.text


def test_a_trial_stores_nothing_and_keeps_the_word_in_its_form(
    client: ContractClient, as_moderator: Headers, reply: Callable[..., Any]
) -> None:
    reply(content="The best casino in town")
    answer = client.post(f"{WORDS}/try", data={"kind": "moderation", "mode": "word", "pattern": "casino",
                                               "limit": "200"}, headers=as_moderator)  # fmt: skip
    assert answer.status_code == 200
    assert "It would have caught 1 of 1 comments" in answer.text
    assert "The best casino in town" in answer.text
    assert 'value="casino"' in answer.text
    assert words(client, as_moderator) == []


def test_a_trial_of_more_than_can_be_looked_at_is_refused(client: ContractClient, as_moderator: Headers) -> None:
    typed = {"mode": "word", "pattern": "casino", "limit": "100000"}
    assert client.post(f"{WORDS}/try", data=typed, headers=as_moderator).status_code == 422


def test_what_a_comment_says_is_text_in_the_trial(
    client: ContractClient, as_moderator: Headers, reply: Callable[..., Any]
) -> None:
    reply(content="casino `<script>alert(1)</script>`")
    answer = client.post(f"{WORDS}/try", data={"mode": "word", "pattern": "casino"}, headers=as_moderator)
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_an_address_is_sealed_until_somebody_asks(client: ContractClient, as_moderator: Headers) -> None:
    add(client, as_moderator, "spammer@example.org")
    page = client.get(WORDS, headers=as_moderator).text
    assert "spammer@example.org" not in page
    assert "an e-mail address" in page
    word_id = words(client, as_moderator)[0]["id"]
    assert "spammer@example.org" not in client.get(f"{WORDS}/{word_id}", headers=as_moderator).text
    assert "spammer@example.org" in client.post(f"{WORDS}/{word_id}/reveal", headers=as_moderator).text
    assert "word_revealed" in client.get("/api/v1/moderation/log", headers=as_moderator).text


def test_a_sealed_address_stays_when_only_its_list_is_changed(client: ContractClient, as_moderator: Headers) -> None:
    add(client, as_moderator, "spammer@example.org")
    word_id = words(client, as_moderator)[0]["id"]
    change = {"kind": "disallowed", "mode": "word", "pattern": "", "if_match": '"v1"'}
    assert client.post(f"{WORDS}/{word_id}", data=change, headers=as_moderator).status_code == 303
    (word,) = words(client, as_moderator)
    assert (word["kind"], word["target"]) == ("disallowed", "email")


def test_a_word_is_changed_and_taken_off(client: ContractClient, as_moderator: Headers) -> None:
    add(client, as_moderator, "casino")
    word_id = words(client, as_moderator)[0]["id"]
    form = {"kind": "moderation", "mode": "word", "pattern": "casino*", "if_match": '"v1"'}
    assert client.post(f"{WORDS}/{word_id}", data=form, headers=as_moderator).status_code == 303
    assert words(client, as_moderator)[0]["pattern"] == "casino*"
    assert client.post(f"{WORDS}/{word_id}/remove", data={"if_match": '"v2"'}, headers=as_moderator).status_code == 303
    assert words(client, as_moderator) == []


def test_who_comes_second_is_told_who_was_first_and_may_go_on(client: ContractClient, as_moderator: Headers,
                                                              as_admin: Headers) -> None:  # fmt: skip
    add(client, as_moderator, "casino")
    word_id = words(client, as_moderator)[0]["id"]
    form = {"kind": "moderation", "mode": "word", "pattern": "casinos", "if_match": '"v1"'}
    client.post(f"{WORDS}/{word_id}", data=form, headers=as_admin)
    late = client.post(f"{WORDS}/{word_id}", data=form | {"pattern": "roulette"}, headers=as_moderator)
    assert late.status_code == 412
    assert "test admin" in late.text
    assert 'value="roulette"' in late.text
    seen = re.search(r'name="if_match" value="&quot;(v\d+)&quot;"', late.text)
    assert seen is not None
    again = form | {"pattern": "roulette", "if_match": f'"{seen[1]}"'}
    assert client.post(f"{WORDS}/{word_id}", data=again, headers=as_moderator).status_code == 303


def test_a_whole_list_is_taken_over_and_each_bad_line_is_named(client: ContractClient, as_moderator: Headers) -> None:
    typed = {"kind": "disallowed", "mode": "substring", "list": "casino\r\n\r\nroulette\r\n" + "x" * 201}
    answer = client.post(f"{WORDS}/list", data=typed, headers=as_moderator)
    assert answer.status_code == 200
    assert "2 added, 0 known already" in answer.text
    assert "line 4: This pattern is too long." in answer.text
    assert {each["pattern"] for each in words(client, as_moderator)} == {"casino", "roulette"}


def test_a_long_list_has_pages_and_can_be_narrowed(client: ContractClient, as_moderator: Headers) -> None:
    text = "\n".join(f"word{number:03}" for number in range(101))
    client.post(f"{WORDS}/list", data={"kind": "disallowed", "mode": "word", "list": text}, headers=as_moderator)
    first = client.get(f"{WORDS}?kind=disallowed", headers=as_moderator).text
    assert "word099" in first
    assert "word100" not in first
    further = re.search(r'rel="next" href="([^"]+)"', first)
    assert further is not None
    second = client.get(further[1].replace("&amp;", "&"), headers=as_moderator).text
    assert "word100" in second
    assert "word000" not in client.get(f"{WORDS}?kind=moderation", headers=as_moderator).text
