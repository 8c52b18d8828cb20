"""Is a cache in front told what changed: together, twice, for as long as it takes, and without anybody waiting?"""

from __future__ import annotations

import logging
import multiprocessing
import re
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from prometheus_client import REGISTRY

from app.config import BadConfig, read_config
from app.ground import purging
from app.ground.changes import EVERYTHING
from app.ground.purging import Cache, KeyedCache, Teller, Varnish

QUICKLY = {"GATHER_SECONDS": 0.05, "AGAIN_SECONDS": 60.0, "RETRY_SECONDS": (0.02, 0.05)}


@dataclass(slots=True)
class Heard:
    """What a cache was told: method, path and headers of each request."""

    url: str
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    status: int = 200
    may_answer: threading.Event = field(default_factory=threading.Event)

    def topics(self) -> list[str]:
        return [headers["surrogate-key"] for _, _, headers in self.requests]


@pytest.fixture
def heard() -> Iterator[Heard]:
    """A cache that takes any request, and answers with `status` once it may."""

    class Handler(BaseHTTPRequestHandler):
        def _hear(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            cache.requests.append((self.command, self.path, headers))
            cache.may_answer.wait(10)
            self.send_response(cache.status)
            self.end_headers()

        do_PURGE = do_BAN = _hear  # noqa: N815 (the library's own way to name them)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    cache = Heard(f"http://127.0.0.1:{server.server_address[1]}")
    cache.may_answer.set()
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield cache
    cache.may_answer.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def teller_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Cache], Teller]]:
    for name, value in QUICKLY.items():
        monkeypatch.setattr(purging, name, value)
    made: list[Teller] = []

    def make(cache: Cache) -> Teller:
        made.append(Teller(cache))
        return made[-1]

    yield make
    for each in made:
        each._due.clear()
        each._fresh.clear()
        each.stop()


@pytest.fixture
def teller(teller_of: Callable[[Cache], Teller], heard: Heard) -> Teller:
    return teller_of(KeyedCache(heard.url))


def eventually(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.005)
    return False


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("rejoinder_events_total", {"kind": "purge", "outcome": outcome}) or 0


def warnings_in(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [each for each in caplog.records if each.name == purging.__name__ and each.levelno >= logging.WARNING]


# --- What is told ----------------------------------------------------------------------------------------------------


def test_a_cache_is_told_by_purge_with_the_topics_in_a_header(teller: Teller, heard: Heard) -> None:
    teller.tell({"article-1", "articles"})
    assert eventually(lambda: len(heard.requests) == 1)
    method, path, headers = heard.requests[0]
    assert (method, path, headers["surrogate-key"]) == ("PURGE", "/", "article-1 articles")
    assert "authorization" not in headers


def test_it_is_told_at_its_own_path_with_its_token(teller_of: Callable[[Cache], Teller], heard: Heard) -> None:
    teller_of(KeyedCache(f"{heard.url}/service/7?soft=1", token="t0ken")).tell({"article-1"})
    assert eventually(lambda: len(heard.requests) == 1)
    assert heard.requests[0][1] == "/service/7?soft=1"
    assert heard.requests[0][2]["authorization"] == "Bearer t0ken"


@pytest.mark.parametrize(
    ("keys", "is_dropped"),
    [
        ("article-1 everything", True),
        ("article-9 article-1", True),
        ("articles", True),
        ("article-11 everything", False),
        ("my-article-1", False),
        ("comments everything", False),
    ],
)
def test_a_varnish_is_told_a_pattern_of_whole_topics(
    teller_of: Callable[[Cache], Teller], heard: Heard, keys: str, is_dropped: bool
) -> None:
    teller_of(Varnish(heard.url)).tell({"article-1", "articles"})
    assert eventually(lambda: len(heard.requests) == 1)
    method, _, headers = heard.requests[0]
    assert method == "BAN"
    assert bool(re.search(headers["surrogate-key-pattern"], keys)) is is_dropped


@pytest.mark.parametrize("topic", ["article-1|.*", "a b", "", "x\r\nX-Other: y", "artículo", 'a" && obj.age > 1s'])
def test_a_topic_that_could_mean_something_else_drops_everything(teller: Teller, heard: Heard, topic: str) -> None:
    teller.tell({topic})
    assert eventually(lambda: heard.topics() == [EVERYTHING])


def test_many_topics_are_told_in_headers_that_servers_take(teller: Teller, heard: Heard) -> None:
    topics = {f"article-{2**62 + number}" for number in range(450)}
    teller.tell(topics)
    assert eventually(lambda: len(heard.requests) == 3)
    assert {topic for keys in heard.topics() for topic in keys.split()} == topics
    assert max(map(len, heard.topics())) < 8_000


def test_with_everything_nothing_else_is_told(teller: Teller, heard: Heard) -> None:
    teller.tell({"article-1", EVERYTHING})
    assert eventually(lambda: heard.topics() == [EVERYTHING])


# --- When ------------------------------------------------------------------------------------------------------------


def test_what_changes_together_is_told_together(teller: Teller, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "GATHER_SECONDS", 0.5)
    for topics in ({"article-1"}, {"article-2", "comments"}, {"article-1", "comments"}):
        teller.tell(topics)
        time.sleep(0.05)
    assert eventually(lambda: heard.topics() == ["article-1 article-2 comments"])


def test_what_changes_again_while_it_is_told_is_told_again(teller: Teller, heard: Heard) -> None:
    heard.may_answer.clear()
    teller.tell({"article-1"})
    assert eventually(lambda: len(heard.requests) == 1)
    teller.tell({"article-1"})
    heard.may_answer.set()
    assert eventually(lambda: heard.topics() == ["article-1", "article-1"])


def test_all_is_told_twice_for_the_sake_of_answers_that_were_under_way(
    teller: Teller, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "AGAIN_SECONDS", 0.3)
    began = time.monotonic()
    teller.tell({"article-1"})
    assert eventually(lambda: heard.topics() == ["article-1", "article-1"])
    assert time.monotonic() - began > 0.3
    time.sleep(0.5)
    assert len(heard.requests) == 2


def test_nobody_waits_for_a_cache_that_does_not_answer(teller: Teller, heard: Heard) -> None:
    heard.may_answer.clear()
    teller.tell({"article-1"})
    assert eventually(lambda: len(heard.requests) == 1)
    began = time.monotonic()
    for number in range(1_000):
        teller.tell({f"article-{number}"})
    assert time.monotonic() - began < 1


# --- What goes wrong -------------------------------------------------------------------------------------------------


def test_what_cannot_be_told_is_told_later_and_said_once(
    teller: Teller, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, purging.__name__)
    before, heard.status = counted("failed"), 503
    teller.tell({"article-1"})
    assert eventually(lambda: len(heard.requests) >= 4)
    teller.tell({"article-2"})
    assert eventually(lambda: heard.topics()[-1] == "article-1 article-2")
    heard.status = 200
    assert eventually(lambda: "can be told again" in caplog.text)
    assert heard.topics()[-1] == "article-1 article-2"
    assert counted("failed") - before >= 4
    (warning,) = warnings_in(caplog)
    assert vars(warning)["error_type"] == "Refused"
    assert vars(warning)["status"] == 503
    assert vars(warning)["url"] == heard.url


def test_a_cache_that_is_away_is_named_once(
    teller_of: Callable[[Cache], Teller], caplog: pytest.LogCaptureFixture
) -> None:
    before = counted("failed")
    teller_of(KeyedCache("http://127.0.0.1:1")).tell({"article-1"})
    assert eventually(lambda: counted("failed") - before >= 3)
    assert [vars(each)["error_type"] for each in warnings_in(caplog)] == ["ConnectionRefusedError"]


def test_a_cache_that_fails_again_is_named_again(
    teller: Teller, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    heard.status = 503
    teller.tell({"article-1"})
    assert eventually(lambda: len(warnings_in(caplog)) == 1)
    told, heard.status = counted("told"), 200
    assert eventually(lambda: counted("told") > told)
    heard.status = 503
    teller.tell({"article-2"})
    assert eventually(lambda: len(warnings_in(caplog)) == 2)


def test_a_cache_that_fails_is_left_in_peace_for_a_while(
    teller: Teller, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "RETRY_SECONDS", (60.0,))
    monkeypatch.setattr(purging, "GATHER_SECONDS", 0.0)
    heard.status = 503
    for number in range(20):
        teller.tell({f"article-{number}"})
        assert eventually(lambda: len(heard.requests) == 1)
        time.sleep(0.01)
    assert len(heard.requests) == 1


def test_too_much_that_waits_becomes_everything_and_is_said(
    teller: Teller, heard: Heard, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "MOST_WAITING", 5)
    monkeypatch.setattr(purging, "AGAIN_SECONDS", 0.2)
    before = counted("everything instead")
    heard.may_answer.clear()
    teller.tell({"article-0"})
    assert eventually(lambda: len(heard.requests) == 1)
    for number in range(1, 7):
        teller.tell({f"article-{number}"})
    heard.may_answer.set()
    assert eventually(lambda: heard.topics().count(EVERYTHING) == 2)
    assert set(heard.topics()) == {"article-0", EVERYTHING}
    assert counted("everything instead") - before == 1
    assert "will drop everything" in warnings_in(caplog)[0].getMessage()


# --- The end, and the beginning --------------------------------------------------------------------------------------


def test_what_waits_at_the_end_is_told_at_once(
    teller: Teller, heard: Heard, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "GATHER_SECONDS", 60.0)
    teller.tell({"article-1"})
    teller.stop()
    assert heard.topics() == ["article-1"]
    assert warnings_in(caplog) == []


def test_what_was_told_once_is_told_the_second_time_at_the_end(teller: Teller, heard: Heard) -> None:
    teller.tell({"article-1"})
    assert eventually(lambda: len(teller._due) == 1 and len(heard.requests) == 1)
    teller.stop()
    assert heard.topics() == ["article-1", "article-1"]


def test_a_cache_that_is_away_at_the_end_is_named(
    teller_of: Callable[[Cache], Teller], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "GATHER_SECONDS", 60.0)
    before, teller = counted("lost"), teller_of(KeyedCache("http://127.0.0.1:1"))
    teller.tell({"article-1"})
    teller.stop()
    assert counted("lost") - before == 1
    assert "was not told the last changes" in warnings_in(caplog)[-1].getMessage()


def test_a_silent_cache_does_not_hold_up_the_end(
    teller: Teller, heard: Heard, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "STOP_SECONDS", 0.2)
    heard.may_answer.clear()
    teller.tell({"article-1"})
    assert eventually(lambda: len(heard.requests) == 1)
    teller.stop()
    assert "was not told the last changes" in caplog.text


def test_a_process_that_parts_from_another_tells_its_own_changes(teller: Teller, heard: Heard) -> None:
    teller.tell({"article-1"})
    assert eventually(lambda: heard.topics() == ["article-1"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons dislike a fork beside threads
        child = multiprocessing.get_context("fork").Process(target=teller.tell, args=[{"article-2"}])
        child.start()
    child.join(10)
    assert child.exitcode == 0
    assert eventually(lambda: heard.topics() == ["article-1", "article-2"])


# --- Settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VARNISH_URLS", "127.0.0.1:6082"),
        ("VARNISH_URLS", "ftp://cache.example"),
        ("PURGE_URLS", "http://"),
        ("PURGE_URLS", "http://cache.example, ftp://cache.example"),
        ("PURGE_URLS", "http://cache.example:port"),
        ("PURGE_URLS", "http://somebody:secret@cache.example"),
        ("PURGE_URLS", "http://cache.example/a b"),
        ("PURGE_TOKEN", "two words"),
        ("PURGE_TOKEN", "schlüssel"),
    ],
)
def test_an_address_or_a_token_that_cannot_be_used_is_refused_at_the_start(name: str, value: str) -> None:
    with pytest.raises(BadConfig, match=name):
        read_config({name: value})
