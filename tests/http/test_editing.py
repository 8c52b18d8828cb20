from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.articles import publishing
from app.articles.acts import ArticleChanged
from app.articles.models import Article, ArticleStatus, Discussion, RetiredSlug, Revision, Section, Term
from app.articles.publishing import publish_due
from app.comments.models import Comment
from app.ground import clock, events
from app.ground.audit import AuditEntry
from app.ground.db import db
from tests.rows import a_comment

API = "/api/v1"
EDITING = f"{API}/editing/articles"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANY = {"If-Match": "*"}
RAIN = {"title": "Rain", "body": "It rained.\n\n## Then\n\nSun."}

Headers = dict[str, str]
Answer = Any  # werkzeug's test response, whose JSON is of any kind


class Desk:
    """What an editor does, in fewer words."""

    def __init__(self, client: FlaskClient, headers: Headers) -> None:
        self.client, self.headers = client, headers

    def write(self, **fields: object) -> Answer:
        return self.client.post(EDITING, json=RAIN | fields, headers=self.headers)

    def read(self, slug: str = "rain") -> Answer:
        return self.client.get(f"{EDITING}/{slug}", headers=self.headers)

    def change(self, slug: str = "rain", /, seen: str = "*", **fields: object) -> Answer:
        return self.client.patch(f"{EDITING}/{slug}", json=fields, headers=self.headers | {"If-Match": seen})

    def replace(self, slug: str = "rain", /, seen: str = "*", **fields: object) -> Answer:
        return self.client.put(f"{EDITING}/{slug}", json=fields, headers=self.headers | {"If-Match": seen})

    def act(self, act: str, slug: str = "rain", /, seen: str = "*", **fields: object) -> Answer:
        path, headers = f"{EDITING}/{slug}/{act}", self.headers | {"If-Match": seen}
        return self.client.post(path, json=fields, headers=headers)

    def delete(self, slug: str = "rain", query: str = "") -> Answer:
        return self.client.delete(f"{EDITING}/{slug}{query}", headers=self.headers | ANY)

    def revisions(self, slug: str = "rain", query: str = "") -> Answer:
        return self.client.get(f"{EDITING}/{slug}/revisions{query}", headers=self.headers)


@pytest.fixture
def desk(client: FlaskClient, as_editor: Headers) -> Desk:
    clock.use(lambda: NOON)
    return Desk(client, as_editor)


def codes(answer: Answer) -> list[tuple[str, str]]:
    return sorted((error["field"], error["code"]) for error in answer.get_json()["errors"])


# --- Who may ---------------------------------------------------------------------------------------------------------

ROUTES = [
    ("GET", ""),
    ("POST", ""),
    ("POST", "/preview"),
    ("GET", "/rain"),
    ("PUT", "/rain"),
    ("PATCH", "/rain"),
    ("DELETE", "/rain"),
    ("POST", "/rain/publish"),
    ("POST", "/rain/withdraw"),
    ("POST", "/rain/restore"),
    ("GET", "/rain/revisions"),
    ("GET", "/rain/revisions/1"),
    ("POST", "/rain/revisions/1/restore"),
]


def ask(client: FlaskClient, headers: Headers, routes: list[tuple[str, str]]) -> dict[tuple[str, str], Answer]:
    """What each of the routes answers."""
    return {
        (method, path): client.open(
            f"{EDITING}{path}", method=method, json=RAIN if method in {"PUT", "PATCH"} else {}, headers=headers
        )
        for method, path in routes
    }


def test_only_editors_enter(client: FlaskClient, as_moderator: Headers) -> None:
    for headers, status in (({}, 401), (as_moderator, 403)):
        assert {answer.status_code for answer in ask(client, headers, ROUTES).values()} == {status}


def test_what_is_not_there_is_not_found(client: FlaskClient, as_editor: Headers) -> None:
    answers = ask(client, as_editor | ANY, [route for route in ROUTES if "/rain" in route[1]])
    assert {answer.status_code for answer in answers.values()} == {404}


def test_a_write_says_what_it_has_seen(desk: Desk) -> None:
    desk.write()
    writes = [(method, path) for method, path in ROUTES if "/rain" in path and method != "GET"]
    unseen = ask(desk.client, desk.headers, writes)
    stale = ask(desk.client, desk.headers | {"If-Match": '"v9"'}, writes)
    assert {answer.status_code for answer in unseen.values()} == {428}
    assert {answer.status_code for answer in stale.values()} == {412}
    for answer in stale.values():
        told = answer.get_json()
        assert (told["changed_by"], told["changed_at"], told["version"]) == ("test editor", NOON.isoformat(), 1)
        assert answer.headers["ETag"] == '"v1"'


# --- Writing ---------------------------------------------------------------------------------------------------------


def test_a_new_article_is_a_draft_that_only_editors_see(desk: Desk) -> None:
    made = desk.write(categories=["News"], byline="Ada")
    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (201, f"{EDITING}/rain", '"v1"')
    assert made.get_json() == desk.read().get_json()
    article = made.get_json()
    assert article.pop("created_by").startswith("token:")
    assert article == {
        "slug": "rain",
        "status": "draft",
        "title": "Rain",
        "standfirst": None,
        "byline": "Ada",
        "categories": ["News"],
        "tags": [],
        "language": "en",
        "format": "markdown",
        "body": RAIN["body"],
        "external_url": None,
        "published_at": None,
        "discussion": {"switch": "inherit", "close_after_days": None},
        "comments": 0,
        "words": 4,
        "reading_minutes": 1,
        "url": "/articles/rain",
        "created_at": NOON.isoformat(),
        "created_by_name": "test editor",
        "updated_at": NOON.isoformat(),
        "updated_by_name": "test editor",
        "version": 1,
    }
    assert desk.client.get(f"{API}/articles/rain").status_code == 404


@pytest.mark.parametrize(
    ("published_at", "status", "public"),
    [(NOON - HOUR, "published", 200), (NOON, "published", 200), (NOON + HOUR, "scheduled", 404)],
)
def test_a_date_publishes_or_schedules(desk: Desk, published_at: datetime, status: str, public: int) -> None:
    made = desk.write(published_at=published_at.isoformat())
    assert made.get_json()["status"] == status
    assert desk.client.get(f"{API}/articles/rain").status_code == public


WRONG: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"title": None}, [("title", "null_not_allowed")]),
    ({"title": " "}, [("title", "too_short")]),
    ({"title": "\u200b"}, [("title", "too_short")]),
    ({"title": "x" * 301}, [("title", "too_long")]),
    ({"title": "a\x07b"}, [("title", "text_invalid")]),
    ({"title": "a\x00b"}, [("title", "text_invalid")]),
    ({"title": 3}, [("title", "wrong_type")]),
    ({"standfirst": "x" * 2_001}, [("standfirst", "too_long")]),
    ({"byline": "x" * 201}, [("byline", "too_long")]),
    ({"categories": ["x"] * 21}, [("categories", "too_long")]),
    ({"categories": "News"}, [("categories", "wrong_type")]),
    ({"tags": ["x" * 101]}, [("tags.0", "too_long")]),
    ({"tags": ["a", " "]}, [("tags.1", "too_short")]),
    ({"tags": [None]}, [("tags.0", "null_not_allowed")]),
    ({"language": "English, please"}, [("language", "wrong_type")]),
    ({"language": "en\n"}, [("language", "wrong_type")]),
    ({"format": "docx"}, [("format", "not_a_choice")]),
    ({"body": ""}, [("body", "body_required")]),
    ({"body": " \n"}, [("body", "body_required")]),
    ({"body": "a\x00"}, [("body", "text_invalid")]),
    ({"external_url": "https://example.org/"}, [("body", "body_not_allowed")]),
    ({"body": "", "external_url": "ftp://example.org/"}, [("external_url", "url_invalid")]),
    ({"body": "", "external_url": "https://ada:secret@example.org/"}, [("external_url", "url_invalid")]),
    ({"body": "", "external_url": "https:///x"}, [("external_url", "url_invalid")]),
    ({"body": "", "external_url": "https://example.org:99999/"}, [("external_url", "url_invalid")]),
    ({"body": "", "external_url": "https://[::1/"}, [("external_url", "url_invalid")]),
    ({"body": "", "external_url": "https://example.org/a b"}, [("external_url", "url_invalid")]),
    ({"slug": "Rain"}, [("slug", "slug_invalid")]),
    ({"slug": ".."}, [("slug", "slug_invalid")]),
    ({"slug": "a/b"}, [("slug", "slug_invalid")]),
    ({"published_at": "tomorrow"}, [("published_at", "wrong_type")]),
    ({"published_at": "2026-03-01T12:00:00"}, [("published_at", "wrong_type")]),
    ({"published_at": "0001-01-01T00:00:00+14:00"}, [("published_at", "wrong_type")]),
    ({"discussion": {"switch": "ajar"}}, [("discussion.switch", "not_a_choice")]),
    ({"discussion": {"close_after_days": 3.7}}, [("discussion.close_after_days", "wrong_type")]),
    ({"discussion": {"close_after_days": -1}}, [("discussion.close_after_days", "out_of_range")]),
    ({"note": "x" * 501}, [("note", "too_long")]),
    ({"colour": "red"}, [("colour", "unknown_field")]),
    (
        {"title": "", "slug": "", "tags": 1},
        [("slug", "slug_invalid"), ("tags", "wrong_type"), ("title", "too_short")],
    ),
]


def test_every_wrong_field_is_named(desk: Desk) -> None:
    answers = [(fields, desk.write(**fields)) for fields, _ in WRONG]
    assert {answer.status_code for _, answer in answers} == {422}
    assert [(fields, codes(answer)) for fields, answer in answers] == WRONG


def test_lines_and_names_are_tidied(desk: Desk) -> None:
    made = desk.write(title="  Rain \n again ", standfirst="", byline=" ", tags=["Sea", "sea ", " Moon"]).get_json()
    assert (made["title"], made["slug"], made["standfirst"], made["byline"]) == ("Rain again", "rain-again", None, None)
    assert made["tags"] == ["Sea", "Moon"]


def test_titles_may_repeat_and_slugs_may_not(desk: Desk) -> None:
    assert [desk.write().get_json()["slug"] for _ in range(3)] == ["rain", "rain-2", "rain-3"]
    taken = desk.write(slug="rain-2")
    assert (taken.status_code, taken.get_json()["code"]) == (409, "slug_taken")
    assert desk.change("rain", slug="rain-3").get_json()["code"] == "slug_taken"
    assert desk.read("rain").status_code == 200


def test_a_made_slug_leaves_earlier_links_alone_and_a_given_one_takes_them(desk: Desk) -> None:
    desk.write()
    desk.change("rain", slug="drizzle")
    assert desk.write().get_json()["slug"] == "rain-2"
    assert desk.write(slug="rain").get_json()["slug"] == "rain"


def test_two_at_once_get_two_slugs(app: Flask, desk: Desk) -> None:
    made: list[str] = []

    def write() -> None:
        answer = app.test_client().post(EDITING, json=RAIN, headers=desk.headers)
        made.append(answer.get_json()["slug"])

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == ["rain", "rain-2", "rain-3", "rain-4"]


def test_a_post_that_is_repeated_makes_one_article(desk: Desk) -> None:
    key = desk.headers | {"Idempotency-Key": "k"}
    first = desk.client.post(EDITING, json=RAIN, headers=key)
    again = desk.client.post(EDITING, json=RAIN, headers=key)
    other = desk.client.post(EDITING, json=RAIN | {"title": "Wind"}, headers=key)
    assert (first.status_code, again.status_code, first.get_json()) == (201, 201, again.get_json())
    assert first.headers["Location"] == again.headers["Location"]
    assert codes(other) == [("Idempotency-Key", "idempotency_key_reused")]
    desk.delete("rain", "?force=true")
    assert desk.client.post(EDITING, json=RAIN, headers=key).status_code == 404


def test_put_replaces_the_text_and_keeps_its_place_its_date_and_its_discussion(desk: Desk) -> None:
    desk.write(standfirst="S", byline="B", tags=["t"], language="de", slug="rain", published_at=NOON.isoformat())
    desk.change("rain", discussion={"switch": "closed", "close_after_days": 3})
    article = desk.replace("rain", title="Wind", format="html", body="<p>It blew.</p>").get_json()
    kept = {
        "slug": "rain",
        "status": "published",
        "published_at": NOON.isoformat(),
        "discussion": {"switch": "closed", "close_after_days": 3},
    }
    assert kept.items() <= article.items()
    assert (article["standfirst"], article["byline"], article["tags"], article["language"]) == (None, None, [], "en")
    assert (article["title"], article["body"], article["version"]) == ("Wind", "<p>It blew.</p>", 3)
    assert codes(desk.replace("rain", body="No title.")) == [("title", "required")]


def test_patch_changes_what_was_sent(desk: Desk) -> None:
    before = desk.write(standfirst="S", discussion={"close_after_days": 3}).get_json()
    clock.use(lambda: NOON + HOUR)
    changed = desk.change("rain", byline="B", discussion={"switch": "open"})
    different = {
        "byline": "B",
        "discussion": {"switch": "open", "close_after_days": 3},
        "version": 2,
        "updated_at": (NOON + HOUR).isoformat(),
    }
    assert changed.get_json() == before | different
    assert changed.headers["ETag"] == '"v2"'
    assert codes(desk.change("rain", external_url="https://example.org/")) == [("body", "body_not_allowed")]


def test_a_write_that_changes_nothing_leaves_no_trace(app: Flask, desk: Desk) -> None:
    made = desk.write(tags=["a", "b"])
    clock.use(lambda: NOON + HOUR)
    again = desk.replace("rain", **RAIN, tags=["a", "b"])
    assert (again.status_code, again.headers["ETag"], again.get_json()) == (200, '"v1"', made.get_json())
    assert len(desk.revisions().get_json()["items"]) == 1
    with app.app_context():
        assert (
            db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.object_type == "article"))
            == 1
        )


def test_what_readers_say_changes_no_etag(app: Flask, desk: Desk) -> None:
    made = desk.write(published_at=NOON.isoformat())
    with app.app_context():
        a_comment(db.session.scalars(select(Article.id)).one())
    now = desk.read()
    assert (now.headers["ETag"], now.get_json()["comments"]) == (made.headers["ETag"], 1)
    assert desk.client.get(f"{API}/articles/rain").get_json()["discussion"]["count"] == 1


def test_a_discussion_learns_that_its_article_has_changed(app: Flask, desk: Desk) -> None:
    desk.write()

    def version() -> int:
        with app.app_context():
            return db.session.scalars(select(Discussion.version)).one()

    begin = version()
    desk.change("rain", title="Drizzle")
    desk.act("publish")
    desk.act("withdraw")
    assert version() == begin + 3


def test_a_preview_stores_nothing(app: Flask, desk: Desk) -> None:
    body = '<p>Lead.</p><h2>A</h2><p>Text.<script>x</script></p><h3>B</h3><p><img src="/d.png" alt="c"></p>'
    source = {"format": "html", "body": body}
    shown = desk.client.post(f"{EDITING}/preview", json=source, headers=desk.headers).get_json()
    assert (shown["lead"], shown["words"], shown["reading_minutes"]) == ("<p>Lead.</p>", 4, 1)
    outer = shown["sections"][0]
    assert (outer["anchor"], outer["html"], outer["sections"][0]["anchor"]) == ("a", "<p>Text.</p>", "b")
    assert "<script" not in shown["html"]
    assert shown["figures"] == [{"src": "/d.png", "alt": "c", "caption": ""}]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Article)) == 0


# --- From when, until when -------------------------------------------------------------------------------------------

DRAFT: dict[str, object] = {}
PUBLISHED: dict[str, object] = {"published_at": (NOON - HOUR).isoformat()}
SCHEDULED: dict[str, object] = {"published_at": (NOON + HOUR).isoformat()}


@pytest.mark.parametrize(
    ("begin", "acts", "status", "published_at"),
    [
        (DRAFT, [("publish", {})], "published", NOON),
        (DRAFT, [("publish", SCHEDULED)], "scheduled", NOON + HOUR),
        (DRAFT, [("publish", PUBLISHED)], "published", NOON - HOUR),
        (SCHEDULED, [("publish", {})], "published", NOON),
        (PUBLISHED, [("publish", SCHEDULED)], "scheduled", NOON + HOUR),
        (DRAFT, [("withdraw", {}), ("restore", {})], "draft", None),
        (SCHEDULED, [("withdraw", {}), ("restore", {})], "scheduled", NOON + HOUR),
        (PUBLISHED, [("withdraw", {})], "withdrawn", NOON - HOUR),
        (PUBLISHED, [("withdraw", {}), ("restore", {})], "published", NOON - HOUR),
        (PUBLISHED, [("withdraw", {}), ("publish", {})], "published", NOON),
    ],
)
def test_an_article_goes_from_state_to_state(
    desk: Desk,
    begin: dict[str, Any],
    acts: list[tuple[str, dict[str, Any]]],
    status: str,
    published_at: datetime | None,
) -> None:
    desk.write(**begin)
    for number, (act, body) in enumerate(acts, 1):
        done = desk.act(act, "rain", f'"v{number}"', **body)
        assert (done.status_code, done.headers["ETag"]) == (200, f'"v{number + 1}"')
    article = desk.read().get_json()
    moment = published_at.isoformat() if published_at else None
    assert (article["status"], article["published_at"]) == (status, moment)
    assert desk.client.get(f"{API}/articles/rain").status_code == (200 if status == "published" else 404)


@pytest.mark.parametrize(
    ("begin", "acts", "code"),
    [
        (PUBLISHED, [("publish", {})], "already_published"),
        (PUBLISHED, [("publish", PUBLISHED)], "already_published"),
        (DRAFT, [("withdraw", {}), ("withdraw", {})], "already_withdrawn"),
        (DRAFT, [("restore", {})], "not_withdrawn"),
    ],
)
def test_a_move_to_where_it_is_already_is_refused(
    desk: Desk, begin: dict[str, Any], acts: list[tuple[str, dict[str, Any]]], code: str
) -> None:
    desk.write(**begin)
    *before, last = [desk.act(act, **body) for act, body in acts]
    assert {answer.status_code for answer in before} <= {200}
    assert (last.status_code, last.get_json()["code"]) == (409, code)


@pytest.mark.parametrize(
    ("begin", "change", "status"),
    [
        (DRAFT, PUBLISHED, "published"),
        (DRAFT, SCHEDULED, "scheduled"),
        (SCHEDULED, PUBLISHED, "published"),
        (SCHEDULED, {"title": "Drizzle"}, "scheduled"),
        (SCHEDULED, {"published_at": None}, "draft"),
        (PUBLISHED, SCHEDULED, "scheduled"),
    ],
)
def test_a_changed_date_changes_the_state(
    desk: Desk, begin: dict[str, Any], change: dict[str, Any], status: str
) -> None:
    desk.write(**begin)
    assert desk.change("rain", **change).get_json()["status"] == status


def test_what_has_been_public_keeps_a_date(desk: Desk) -> None:
    desk.write(**PUBLISHED)
    assert codes(desk.change("rain", published_at=None)) == [("published_at", "null_not_allowed")]


def test_a_withdrawn_article_can_be_edited_and_stays_withdrawn(desk: Desk) -> None:
    desk.write(**PUBLISHED)
    desk.act("withdraw")
    assert desk.change("rain", body="Better.").get_json()["status"] == "withdrawn"
    assert desk.client.get(f"{API}/articles/rain").status_code == 404


def test_what_is_due_is_flipped_once_and_nobody_has_to_read_it_again(app: Flask, desk: Desk) -> None:
    desk.write(**SCHEDULED)
    desk.write(title="Other", published_at=(NOON + 9 * HOUR).isoformat())
    clock.use(lambda: NOON + HOUR)
    assert desk.read().get_json()["status"] == "published"
    with app.app_context():
        assert [publish_due(10), publish_due(10)] == [1, 0]
        assert db.session.scalars(select(Article.status).order_by(Article.id)).all() == ["published", "scheduled"]
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.actor, last.action, last.from_state, last.to_state) == (
        "timer", "article_published", "scheduled", "published"
    )  # fmt: skip
    assert desk.read().headers["ETag"] == '"v1"'
    stale = desk.change("rain", '"v7"', title="X").get_json()
    assert stale["changed_by"] == "test editor"


def test_no_more_is_flipped_at_once_than_was_asked_for(app: Flask, desk: Desk) -> None:
    for _ in range(3):
        desk.write(**SCHEDULED)
    clock.use(lambda: NOON + HOUR)
    with app.app_context():
        assert [publish_due(2), publish_due(2), publish_due(2)] == [2, 1, 0]


# --- Deleting --------------------------------------------------------------------------------------------------------


def test_delete_withdraws(desk: Desk) -> None:
    desk.write(**PUBLISHED)
    assert desk.delete().status_code == 204
    assert desk.read().get_json()["status"] == "withdrawn"
    assert desk.delete().get_json()["code"] == "already_withdrawn"


def test_delete_for_ever_takes_everything_along(app: Flask, desk: Desk) -> None:
    desk.write(tags=["t"], **PUBLISHED)
    desk.change("rain", slug="drizzle")
    with app.app_context():
        a_comment(db.session.scalars(select(Article.id)).one())
    assert desk.delete("drizzle", "?force=true").status_code == 204
    assert desk.read("drizzle").status_code == 404
    assert desk.client.get(f"{API}/articles?q=rained").get_json()["items"] == []
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM article_search")) == 0
        kept = [Article, Discussion, Section, Term, RetiredSlug, Revision, Comment]
        assert [db.session.scalar(select(func.count()).select_from(model)) for model in kept] == [0] * len(kept)


def test_what_others_count_of_an_article_is_settled_before_it_goes(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int | None]] = []

    def settle(session: Session, article_id: int) -> None:
        seen.append((article_id, session.scalar(select(func.count()).select_from(Article))))

    monkeypatch.setattr(publishing, "_before_delete", [])
    publishing.before_delete(settle)
    publishing.before_delete(settle)
    desk.write()
    with app.app_context():
        article_id = db.session.scalars(select(Article.id)).one()
    desk.delete("rain", "?force=true")
    assert seen == [(article_id, 1)]


# --- Who did what ----------------------------------------------------------------------------------------------------


def test_every_write_is_a_revision_with_who_when_and_why(desk: Desk, as_admin: Headers) -> None:
    desk.write(note="First.")
    clock.use(lambda: NOON + HOUR)
    Desk(desk.client, as_admin).change("rain", title="Drizzle", slug="drizzle", note="Smaller.")
    listed = desk.revisions("drizzle").get_json()
    assert [
        (each["number"], each["created_at"], each["created_by_name"], each["note"]) for each in listed["items"]
    ] == [
        (2, (NOON + HOUR).isoformat(), "test admin", "Smaller."),
        (1, NOON.isoformat(), "test editor", "First."),
    ]
    first = desk.client.get(f"{EDITING}/drizzle/revisions/1", headers=desk.headers).get_json()
    assert first["content"] == {
        "title": "Rain",
        "slug": "rain",
        "standfirst": None,
        "byline": None,
        "categories": [],
        "tags": [],
        "language": "en",
        "format": "markdown",
        "body": RAIN["body"],
        "external_url": None,
        "published_at": None,
        "switch": "inherit",
        "close_after_days": None,
    }


def test_revisions_come_in_pages(desk: Desk) -> None:
    desk.write()
    for number in range(4):
        desk.change("rain", title=f"Rain {number}")
    first = desk.revisions("rain", "?limit=3").get_json()
    second = desk.revisions("rain", f"?limit=3&cursor={first['next']}").get_json()
    assert [[item["number"] for item in page["items"]] for page in (first, second)] == [[5, 4, 3], [2, 1]]
    assert second["next"] is None


def test_a_restored_revision_brings_back_its_text_and_nothing_else(desk: Desk) -> None:
    desk.write(tags=["a"], format="html", body="<p>One.</p>")
    desk.change(
        "rain", title="Wind", body="Two.", format="markdown", tags=["b"], slug="wind", published_at=NOON.isoformat()
    )
    desk.change("wind", discussion={"switch": "closed"})
    back = desk.act("revisions/1/restore", "wind", '"v3"').get_json()
    text = (back["title"], back["body"], back["format"], back["tags"])
    assert text == ("Rain", "<p>One.</p>", "html", ["a"])
    assert (back["slug"], back["status"], back["discussion"]["switch"]) == ("wind", "published", "closed")
    newest = desk.revisions("wind").get_json()["items"][0]
    assert (newest["number"], newest["note"]) == (4, "Back to revision 1.")
    assert desk.act("revisions/9/restore", "wind").status_code == 404


def test_every_act_is_in_the_audit_log_and_announced(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(events, "_handlers", {})
    events.on(ArticleChanged, lambda event: heard.append(event.action))
    desk.write(note="Why.")
    desk.change("rain", title="Drizzle")
    for act in ("publish", "withdraw", "restore"):
        desk.act(act, note="So.")
    desk.delete("rain", "?force=true")
    with app.app_context():
        acts = db.session.execute(
            select(AuditEntry.action, AuditEntry.from_state, AuditEntry.to_state, AuditEntry.reason)
            .where(AuditEntry.object_type == "article")
            .order_by(AuditEntry.id)
        ).all()
    assert [tuple(act) for act in acts] == [
        ("article_created", None, "draft", "Why."),
        ("article_changed", "draft", "draft", None),
        ("article_published", "draft", "published", "So."),
        ("article_withdrawn", "published", "withdrawn", "So."),
        ("article_restored", "withdrawn", "published", "So."),
        ("article_deleted", "published", None, None),
    ]
    assert heard == [act.action for act in acts]


# --- The editors' list -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Withdrawn", "Scheduled", "Published", "Draft"]),
        *[(f"status={status}", [status.title()]) for status in ArticleStatus],
        ("q=rained&byline=Ada", ["Draft"]),
        ("limit=1", ["Withdrawn"]),
    ],
)
def test_editors_see_articles_of_any_status(desk: Desk, query: str, titles: list[str]) -> None:
    desk.write(title="Draft", byline="Ada")
    desk.write(title="Published", **PUBLISHED)
    desk.write(title="Scheduled", **SCHEDULED)
    desk.write(title="Withdrawn", **PUBLISHED)
    desk.act("withdraw", "withdrawn")
    answer = desk.client.get(f"{EDITING}?{query}", headers=desk.headers)
    assert [item["title"] for item in answer.get_json()["items"]] == titles
    assert "body" not in answer.get_json()["items"][0]


def test_a_status_is_that_of_now(desk: Desk) -> None:
    desk.write(**SCHEDULED)
    clock.use(lambda: NOON + HOUR)
    for status, number in (("scheduled", 0), ("published", 1)):
        answer = desk.client.get(f"{EDITING}?status={status}", headers=desk.headers)
        assert [item["status"] for item in answer.get_json()["items"]] == [status] * number


def test_the_editors_list_goes_on_where_it_ended(desk: Desk) -> None:
    made = [desk.write(title=f"Number {number}").get_json()["slug"] for number in range(5)]
    first = desk.client.get(f"{EDITING}?limit=3", headers=desk.headers)
    second = desk.client.get(f"{EDITING}?limit=3&cursor={first.get_json()['next']}", headers=desk.headers)
    assert [item["slug"] for page in (first, second) for item in page.get_json()["items"]] == made[::-1]
    assert 'rel="next"' in first.headers["Link"]
    assert "Link" not in second.headers


def test_an_article_may_be_called_as_a_route_is(desk: Desk, client: FlaskClient) -> None:
    desk.write(slug="preview", **PUBLISHED)
    assert desk.read("preview").get_json()["slug"] == "preview"
    assert desk.change("preview", title="X").status_code == 200
    assert client.get(f"{API}/articles/preview").status_code == 200
