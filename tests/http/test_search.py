import random
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.articles import search
from app.articles.models import Article
from app.articles.words import Sought, read_query, words_of
from app.ground.db import db, transaction

Headers = dict[str, str]
Publish = Callable[..., str]

RAIN = {"title": "Rain over the harbour", "body": "It rained for forty days; the ferries stayed.\n\n## After\n\nSun."}
WIND = {"title": "Wind", "body": "The harbour master's e-mail says: no ferry today.", "byline": "Mina Okafor"}
TOKYO = {"title": "東京の春", "body": "東京都の桜は三月に咲く。", "tags": ["旅行"]}
SEOUL = {"title": "서울의 봄", "body": "한국은 사월이 아름답다.", "categories": ["Journeys"]}
BANGKOK = {"title": "กรุงเทพ", "body": "สวัสดีชาวโลก"}


@pytest.fixture
def five(an_article: Publish) -> None:
    for article in (RAIN, WIND, TOKYO, SEOUL, BANGKOK):
        an_article(**article)


FOUND = {
    "harbour": ["Wind", "Rain over the harbour"],
    "HARBOUR ferr": ["Wind", "Rain over the harbour"],
    "ferries": ["Rain over the harbour"],
    "ferries wind": [],
    '"ferry"': ["Wind"],
    '"harbour master"': ["Wind"],
    '"master harbour"': [],
    '"harbour mast"': [],
    '"harbour mast': ["Wind"],
    "“forty days” sun": ["Rain over the harbour"],
    "e-mail": ["Wind"],
    "email": [],
    "after": ["Rain over the harbour"],
    "okafor": ["Wind"],
    "journeys": ["서울의 봄"],
    "東京": ["東京の春"],
    "京都": ["東京の春"],
    "都京": [],
    "旅行": ["東京の春"],
    "한국": ["서울의 봄"],
    "국은": [],
    "สวัสดี": ["กรุงเทพ"],
    "h2": [],
    "p": [],
}


@pytest.mark.usefixtures("five")
def test_all_words_are_found_as_prefixes_and_phrases_in_order(client: FlaskClient) -> None:
    def titles(query: str) -> list[str]:
        return [item["title"] for item in client.get("/api/v1/articles", query_string={"q": query}).get_json()["items"]]

    assert {query: titles(query) for query in FOUND} == FOUND


@pytest.mark.usefixtures("five")
def test_no_phrase_begins_in_the_title_and_ends_in_the_text(client: FlaskClient) -> None:
    assert client.get("/api/v1/articles", query_string={"q": '"harbour it"'}).get_json()["items"] == []


@pytest.mark.usefixtures("slug")
@pytest.mark.parametrize("query", ["", " "])
def test_an_empty_search_box_filters_nothing(client: FlaskClient, query: str) -> None:
    assert len(client.get("/api/v1/articles", query_string={"q": query}).get_json()["items"]) == 1


@pytest.mark.parametrize("query", ['"', '""', "!?", "…", "\\", "🎉"])
def test_a_query_without_a_word_is_refused(client: FlaskClient, query: str) -> None:
    answer = client.get("/api/v1/articles", query_string={"q": query})
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "q_empty")


FOREIGN = [
    "a'b",
    'a"b',
    "a\\b",
    "a\\'b",
    "a'); DROP TABLE article; --",
    "a:* | b & !c <-> (d",
    "a* OR NEAR(b c, 2) -d ^e {words}: f + g",
    "a%b_c",
    "$1 :name %s ?",
    "NOT",
    "AND",
    "\ue000 a",
    "x" * 200,
    " ".join("x" * 100),
    "ﷺ" * 200,
    '"' + "東" * 198 + '"',
]


@pytest.mark.usefixtures("slug")
def test_no_query_is_taken_for_the_database_s_own_language(client: FlaskClient) -> None:
    statuses = {query: client.get("/api/v1/articles", query_string={"q": query}).status_code for query in FOREIGN}
    assert statuses == dict.fromkeys(FOREIGN, 200)


@pytest.mark.parametrize(("query", "code"), [("x" * 201, "too_long"), ("a\x00b", "text_invalid")])
def test_a_query_has_bounds(client: FlaskClient, query: str, code: str) -> None:
    answer = client.get("/api/v1/articles", query_string={"q": query})
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, code)


def test_what_was_found_comes_in_the_order_of_the_list_and_by_pages(client: FlaskClient, an_article: Publish) -> None:
    slugs = [an_article(title=f"Rain {number}", body="rain " * number) for number in range(1, 6)]
    first = client.get("/api/v1/articles?q=rain&limit=3").get_json()
    second = client.get(f"/api/v1/articles?q=rain&limit=3&cursor={first['next']}").get_json()
    assert [item["slug"] for item in first["items"] + second["items"]] == slugs[::-1]


def test_a_changed_text_is_found_by_its_new_words_only(
    client: FlaskClient, as_editor: Headers, an_article: Publish
) -> None:
    slug = an_article(body="Old words.")
    client.patch(f"/api/v1/editing/articles/{slug}", json={"body": "New ones."}, headers=as_editor | {"If-Match": "*"})
    assert [len(client.get(f"/api/v1/articles?q={word}").get_json()["items"]) for word in ("old", "new")] == [0, 1]


def test_a_phrase_is_found_at_the_end_of_a_long_text(client: FlaskClient, an_article: Publish) -> None:
    an_article(title="Long", body=f"{'the same ' * 9_000} very end")
    for query, found in (('"same very end"', 1), ('"very the"', 0), ('"the same the"', 1)):
        assert len(client.get("/api/v1/articles", query_string={"q": query}).get_json()["items"]) == found


@pytest.mark.parametrize("body", ["x" * 300_000, " ".join(f"{'İ' * 120}{n:04}" for n in range(4_200)), "東" * 300_000])
def test_a_text_that_no_index_has_room_for_is_kept_all_the_same(
    client: FlaskClient, an_article: Publish, body: str
) -> None:
    an_article(title="Vast", body=body)
    assert len(client.get("/api/v1/articles", query_string={"q": "vast " + body[:5]}).get_json()["items"]) == 1


def finds(sought: Sought, words: list[str]) -> bool:
    """What is meant, written once more and as simply as can be."""
    length = len(sought.words)
    for start in range(len(words) - length + 1):
        *whole, last = words[start : start + length]
        *wanted, beginning = sought.words
        if whole == wanted and (last.startswith(beginning) if sought.open_ended else last == beginning):
            return True
    return False


def test_both_databases_find_what_is_meant(app: Flask, an_article: Publish) -> None:
    chance = random.Random(20)
    syllables = ["ra", "in", "東", "京", "é", "봄", "ไ"]
    texts: dict[int, str] = {}
    slugs = [an_article(title=f"T{number}") for number in range(25)]
    with app.app_context():
        with transaction() as session:
            for slug in slugs:
                article_id = session.scalars(select(Article.id).where(Article.slug == slug)).one()
                words = ["".join(chance.choices(syllables, k=chance.randint(1, 2))) for _ in range(8)]
                texts[article_id] = " ".join(words)
                search.remember(session, article_id, [texts[article_id]])
        for _ in range(300):
            query = " ".join("".join(chance.choices(syllables, k=chance.randint(1, 2))) for _ in range(2))
            query = chance.choice([query, f'"{query}"', f'"{query}', query.replace(" ", "-")])
            found = set(db.session.scalars(select(Article.id).where(search.holds(query))))
            assert found == {
                article_id
                for article_id, text in texts.items()
                if all(finds(each, words_of(text)) for each in read_query(query))
            }, query
