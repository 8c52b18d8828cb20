"""What do readers notice of a store of the limits that is there and does not count?"""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis.exceptions import ReadOnlyError, RedisError

from app import limits
from app.limits import Limits


class Refusing:
    """Both the store and the way to count in it: it answers when asked whether it is there, and counts nothing."""

    base_exceptions = (RedisError,)

    def __init__(self) -> None:
        self.looks = 0

    def check(self) -> bool:
        self.looks += 1
        return True

    def hit(self, *_what: object) -> bool:
        raise ReadOnlyError("READONLY You can't write against a read only replica.")

    get_window_stats = hit


@pytest.fixture
def refusing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Refusing:
    store = Refusing()
    fresh = Limits()
    monkeypatch.setattr(fresh, "_storage", store)
    monkeypatch.setattr(fresh, "_limiter", store)
    monkeypatch.setattr(limits, "limiter", fresh)
    return store


def test_reading_goes_on_and_the_store_is_looked_for_less_and_less_often(
    client: FlaskClient, slug: str, refusing: Refusing, configure: Callable[..., None]
) -> None:
    configure(limit_reading="3 per minute")
    statuses = [client.get(f"/api/v1/articles/{slug}/comments?limit={number}").status_code for number in range(1, 12)]
    assert statuses == [200] * 11
    assert refusing.looks == 0  # within its first second it is left alone


def test_posts_are_limited_all_the_same(
    client: FlaskClient, slug: str, refusing: Refusing, configure: Callable[..., None]
) -> None:
    configure(limit_attempts="3 per minute")
    statuses = [client.post(f"/api/v1/articles/{slug}/comments", json={}).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 429, 429]


def test_after_each_look_in_vain_the_pause_is_longer(
    client: FlaskClient, slug: str, refusing: Refusing, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000.0]
    monkeypatch.setattr("app.limits.time.monotonic", lambda: now[0])
    looked = list[int]()
    for _ in range(40):
        client.get(f"/api/v1/articles/{slug}/comments?limit=5&n={now[0]}")
        looked.append(refusing.looks)
        now[0] += 1
    assert refusing.looks <= 6
    assert looked[5] >= 1


def test_who_finds_the_store_gone_is_counted_here_whatever_others_find_meanwhile(
    client: FlaskClient, slug: str, refusing: Refusing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def back_at_once(self: Limits, *, is_away: bool) -> None:
        """As if somebody else had found it back in the same moment."""
        self.is_away = False

    monkeypatch.setattr(Limits, "_note", back_at_once)
    assert client.post(f"/api/v1/articles/{slug}/comments", json={}).status_code == 422
