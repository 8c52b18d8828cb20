"""Is done what time asks for: once, by one process, whatever fails?"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, inspect, select, text, update

from app.accounts.models import Moderator, StaffSession
from app.comments import aging
from app.comments.models import Comment, Pace, Status
from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import db, transaction
from app.ground.idempotency import IdempotentRequest
from app.site import timer
from app.site.models import Lease
from tests.rows import NOON, a_comment, an_article, figures


@pytest.fixture
def at(app: Flask) -> Callable[[datetime], None]:
    """Let it be this moment; `app` gives the system's time back."""
    return lambda moment: clock.use(lambda: moment)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> dict[str, timer.Job]:
    jobs: dict[str, timer.Job] = {}
    monkeypatch.setattr(timer, "_jobs", jobs)
    return jobs


@pytest.fixture
def article(app: Flask) -> int:
    with app.app_context():
        return an_article()


def stored(comment_id: int) -> Comment | None:
    return db.session.get(Comment, comment_id, populate_existing=True)


def rename(app: Flask, table: str, name: str) -> None:
    with app.app_context(), transaction() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


# --- Who ticks


def test_the_first_to_ask_has_the_lease_and_keeps_it(app: Flask) -> None:
    with app.app_context():
        assert [timer.take_lease("a"), timer.take_lease("b"), timer.take_lease("a")] == [True, False, True]


def test_a_lease_that_ran_out_is_taken_over(app: Flask, at: Callable[[datetime], None]) -> None:
    with app.app_context():
        at(NOON)
        timer.take_lease("a")
        at(NOON + timer.lease_time() - timedelta(seconds=1))
        assert not timer.take_lease("b")
        at(NOON + timer.lease_time())
        assert timer.take_lease("b")
        assert not timer.take_lease("a")


def test_a_lease_given_back_is_free_at_once(app: Flask) -> None:
    with app.app_context():
        timer.take_lease("a")
        timer.give_back_lease("b")
        assert not timer.take_lease("b")
        timer.give_back_lease("a")
        assert timer.take_lease("b")


def test_of_many_who_ask_at_once_one_gets_the_lease(app: Flask) -> None:
    got: list[bool] = []
    ready = threading.Barrier(4)

    def ask(name: str) -> None:
        with app.app_context():
            ready.wait()
            got.append(timer.take_lease(name))

    threads = [threading.Thread(target=ask, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False, False, False, True]


def test_who_has_no_lease_does_nothing(app: Flask, only: dict[str, timer.Job]) -> None:
    only["count"] = lambda _limit: pytest.fail("it was done")
    with app.app_context():
        timer.take_lease("somebody else")
        assert timer.tick("me") == {}


# --- How jobs are done


def test_a_job_is_done_chunk_after_chunk_until_nothing_is_left(app: Flask, only: dict[str, timer.Job]) -> None:
    left = [3, 200, 200]
    only["count"] = lambda _limit: left.pop() if left else 0
    with app.app_context():
        assert timer.tick("me") == {"count": 403}


def test_a_job_without_end_leaves_room_for_the_others(app: Flask, only: dict[str, timer.Job]) -> None:
    only["endless"] = lambda limit: limit
    only["small"] = lambda _limit: 0
    with app.app_context():
        assert timer.tick("me") == {"endless": timer.CHUNK * timer.MOST_CHUNKS, "small": 0}


def test_a_job_that_fails_stops_no_other_and_is_named_without_its_words(
    app: Flask, only: dict[str, timer.Job], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(limit: int) -> int:
        with transaction() as session:
            session.add(Lease(name="half done", holder="x", until=NOON))
            session.flush()
            raise RuntimeError("secret words")

    only["bad"], only["good"] = fail, lambda _limit: 0
    with app.app_context():
        assert timer.tick("me") == {"good": 0}
        assert db.session.get(Lease, "half done") is None
    record = next(record for record in caplog.records if record.levelno == logging.ERROR)
    assert "secret words" not in record.getMessage()
    assert vars(record)["error_type"] == "RuntimeError"


def test_the_thread_ticks_when_poked_and_gives_the_lease_back_at_its_end(
    app: Flask, only: dict[str, timer.Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timer, "FIRST_SECONDS", 0.01)
    ticked = threading.Semaphore(0)

    def job(limit: int) -> int:
        ticked.release()
        return 0

    only["job"] = job
    thread = timer.Timer(app)
    thread.start()
    assert ticked.acquire(timeout=5), "it ticks when it begins"
    timer.poke()
    assert ticked.acquire(timeout=5), "it ticks when poked"
    thread.stop()
    assert not thread.is_alive()
    with app.app_context():
        assert db.session.get(Lease, timer.LEASE) is None


def test_the_thread_outlives_a_database_that_is_away(
    app: Flask, only: dict[str, timer.Job], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rename(app, "lease", "lease_is_away")
    try:
        monkeypatch.setattr(timer, "FIRST_SECONDS", 0.01)
        thread = timer.Timer(app)
        thread.start()
        end = time.monotonic() + 5
        while not caplog.records and time.monotonic() < end:
            time.sleep(0.01)
        assert thread.is_alive()
        thread.stop()
    finally:
        rename(app, "lease_is_away", "lease")
    assert {vars(record)["error_type"] for record in caplog.records} <= {"OperationalError", "ProgrammingError"}


# --- What is done


def test_old_idempotency_keys_go_and_young_ones_stay(app: Flask, at: Callable[[datetime], None]) -> None:
    at(NOON)
    rows = [
        {"key": "old", "body": "x", "created_at": NOON - timedelta(hours=24, seconds=1)},
        {"key": "young", "body": "x", "created_at": NOON - timedelta(hours=23)},
    ]
    with app.app_context():
        with transaction() as session:
            session.execute(insert(IdempotentRequest), rows)
        assert [timer.forget_idempotent_requests(10), timer.forget_idempotent_requests(10)] == [1, 0]
        assert db.session.scalars(select(IdempotentRequest.key)).all() == ["young"]


def test_expired_sessions_go(app: Flask, at: Callable[[datetime], None]) -> None:
    at(NOON)
    with app.app_context():
        with transaction() as session:
            person = Moderator(
                name="Ada", name_key="ada", email_sealed="x", email_fingerprint="x", role="moderator",
                password_hash="x", created_at=NOON, changed_at=NOON, changed_by="x",
            )  # fmt: skip
            session.add(person)
            session.flush()
            for name, expires_at in (("over", NOON), ("running", NOON + timedelta(seconds=1))):
                session.add(
                    StaffSession(token_hash=name, moderator_id=person.id, created_at=NOON, expires_at=expires_at)
                )
        assert [timer.end_expired_sessions(10), timer.end_expired_sessions(10)] == [1, 0]
        assert db.session.scalars(select(StaffSession.token_hash)).all() == ["running"]


def test_a_pace_is_forgotten_after_an_hour(app: Flask, at: Callable[[datetime], None]) -> None:
    at(NOON)
    rows = [
        {"address": "old", "last_at": NOON - timedelta(minutes=61), "hour": NOON, "count": 1},
        {"address": "young", "last_at": NOON - timedelta(minutes=59), "hour": NOON, "count": 1},
    ]
    with app.app_context():
        with transaction() as session:
            session.execute(insert(Pace), rows)
        assert [aging.forget_paces(10), aging.forget_paces(10)] == [1, 0]
        assert db.session.scalars(select(Pace.address)).all() == ["young"]


@pytest.mark.parametrize("status", [Status.TRASH, Status.SPAM])
def test_what_was_put_away_thirty_days_ago_is_erased(
    app: Flask, article: int, at: Callable[[datetime], None], status: Status
) -> None:
    with app.app_context():
        old = a_comment(article, status=status, created_at=NOON - timedelta(days=30))
        young = a_comment(article, status=status, created_at=NOON - timedelta(days=30) + timedelta(seconds=1))
        at(NOON)
        assert [aging.empty_trash(10), aging.empty_trash(10)] == [1, 0]
        gone = stored(old)
        assert gone is not None
        assert gone.erased_at == NOON
        assert (gone.author_name, gone.source, gone.html, gone.email_sealed, gone.address_fingerprint) == (
            "", "", "", None, None)  # fmt: skip
        assert stored(young).erased_at is None  # type: ignore[union-attr]  # it is there
        assert figures(article)[0][status] == 1
        assert figures(article)[1][status] == 1


def test_what_waits_or_is_seen_is_never_erased(app: Flask, article: int, at: Callable[[datetime], None]) -> None:
    with app.app_context():
        for status in (Status.PENDING, Status.APPROVED):
            a_comment(article, status=status, created_at=NOON - timedelta(days=400))
        at(NOON)
        assert aging.empty_trash(10) == 0


def test_the_days_count_from_when_it_was_put_away(app: Flask, article: int, at: Callable[[datetime], None]) -> None:
    long_ago = NOON - timedelta(days=400)
    with app.app_context():
        late = a_comment(article, status=Status.TRASH, created_at=long_ago, decided_at=NOON - timedelta(days=29))
        at(NOON)
        assert aging.empty_trash(10) == 0
        at(NOON + timedelta(days=1))
        assert aging.empty_trash(10) == 1
        assert stored(late).erased_at is not None  # type: ignore[union-attr]  # it is there


def test_an_erasure_is_written_down_without_a_word_about_the_reader(
    app: Flask, article: int, at: Callable[[datetime], None]
) -> None:
    with app.app_context():
        old = a_comment(article, status=Status.SPAM, created_at=NOON - timedelta(days=31))
        at(NOON)
        aging.empty_trash(10)
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.object_id == str(old))).one()
        assert (entry.actor, entry.action, entry.from_state, entry.details) == ("timer", "erase", "spam", {})


def test_a_chunk_is_no_larger_than_asked_for(app: Flask, article: int, at: Callable[[datetime], None]) -> None:
    with app.app_context():
        for _ in range(5):
            a_comment(article, status=Status.TRASH, created_at=NOON - timedelta(days=31))
        at(NOON)
        assert [aging.empty_trash(2), aging.empty_trash(2), aging.empty_trash(2), aging.empty_trash(2)] == [2, 2, 1, 0]


def test_of_two_who_empty_the_trash_at_once_each_comment_is_counted_once(
    app: Flask, article: int, at: Callable[[datetime], None]
) -> None:
    with app.app_context():
        for _ in range(6):
            a_comment(article, status=Status.TRASH, created_at=NOON - timedelta(days=31))
    at(NOON)
    erased: list[int] = []
    ready = threading.Barrier(2)

    def empty() -> None:
        with app.app_context():
            ready.wait()
            erased.append(aging.empty_trash(10))

    threads = [threading.Thread(target=empty) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(erased) == 6
    with app.app_context():
        assert figures(article)[0]["trash"] == 0


def test_an_erased_row_goes_once_nothing_hangs_on_it(app: Flask, article: int) -> None:
    with app.app_context():
        root = a_comment(article, status=Status.TRASH, erased_at=NOON)
        reply = a_comment(article, parent_id=root, in_reply_to=root, root_id=root, depth=2)
        assert aging.prune_erased(10) == 0
        with transaction() as session:
            session.execute(update(Comment).where(Comment.id == reply).values(status=Status.TRASH, erased_at=NOON))
        assert [aging.prune_erased(10), aging.prune_erased(10), aging.prune_erased(10)] == [1, 1, 0]
        assert (stored(root), stored(reply)) == (None, None)


def test_a_row_that_was_answered_stays_while_the_answer_does(app: Flask, article: int) -> None:
    with app.app_context():
        answered = a_comment(article, status=Status.TRASH, erased_at=NOON)
        a_comment(article, in_reply_to=answered)
        assert aging.prune_erased(10) == 0


def test_addresses_are_forgotten_after_ninety_days(app: Flask, article: int, at: Callable[[datetime], None]) -> None:
    with app.app_context():
        old = a_comment(article, created_at=NOON - timedelta(days=90))
        agent_only = a_comment(article, created_at=NOON - timedelta(days=91), address_fingerprint=None)
        young = a_comment(article, created_at=NOON - timedelta(days=90) + timedelta(seconds=1))
        at(NOON)
        assert [aging.forget_addresses(10), aging.forget_addresses(10)] == [2, 0]
        kept = {row.id: (row.address_fingerprint, row.agent_fingerprint) for row in db.session.scalars(select(Comment))}
        assert kept == {old: (None, None), agent_only: (None, None), young: ("k1.a", "k1.b")}
        assert stored(old).email_sealed == "k1.x"  # type: ignore[union-attr]  # it is there


def test_looking_for_addresses_reads_an_index_of_those_that_are_left(app: Flask) -> None:
    with app.app_context():
        names = {index["name"] for index in inspect(db.engine).get_indexes("comment")}
    assert "ix_comment_addresses" in names
