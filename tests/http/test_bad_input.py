"""Whatever is sent, is it refused in order, and never by a crash?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.conftest import Headers

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PROBLEM = "application/problem+json"
DEEP = 100_000
LONG = 100_000
HUGE_NUMBERS = ["1e400", "-1e400", str(2**64), str(2**63), str(-(2**63) - 1), "1" * 400, "1" * 5000, "0.1e-400"]
# Every field that any route reads, so that bad values come to where they are used.
FIELDS = (
    "action addresses article as_of author_email author_ip author_name author_website body byline categories content"
    " current_password cursor discussion email expected expires_in_days filter format items kind language limit list"
    " link_limit login max_depth mode name new_password note parent_id password pattern published_at q receipt role"
    " section slug standfirst status tags title"
).split()
PARAMETERS = (
    "action actor after article before byline category cursor days force kind limit object parent q reason section"
    " slug sort status tag view"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """One bad request, to be sent to every route: what the test client is given."""

    headers: Headers = field(default_factory=dict)
    data: bytes = b"{}"
    content_type: str | None = JSON
    query: str = ""
    path_values: str | None = None

    def may_matter_to(self, place: "Place") -> bool:
        if self.path_values is not None:
            return bool(place.rule.arguments)
        if self.query:
            return place.method in {"GET", "DELETE"}
        return bool(self.headers) or place.method != "GET"


def _every_field(value: str) -> bytes:
    """A JSON object in which every field of every route has this value, written as JSON."""
    return ("{" + ",".join(f'"{name}":{value}' for name in FIELDS) + "}").encode()


def _every_parameter(value: str) -> str:
    return "&".join(f"{name}={value}" for name in PARAMETERS)


BODIES = {
    "no body": Bad(data=b"", content_type=None),
    "an empty body that says it is JSON": Bad(data=b""),
    "NUL in every field": Bad(data=_every_field(r'"a\u0000b"')),
    "a lone surrogate in every field": Bad(data=_every_field(r'"\ud800"')),
    "a lone surrogate as bytes": Bad(data=_every_field('"X"').replace(b"X", b"\xed\xa0\x80")),
    "a name with NUL": Bad(data=rb'{"\u0000": 1}'),
    "bytes that are no UTF-8": Bad(data=b'{"content": "\xff\xfe"}'),
    "UTF-16": Bad(data='{"content": "x"}'.encode("utf-16")),
    "arrays in arrays": Bad(data=b"[" * DEEP + b"]" * DEEP),
    "arrays in a field": Bad(data=b'{"items":' + b"[" * DEEP + b"]" * DEEP + b"}"),
    "arrays that do not end": Bad(data=b"[" * DEEP),
    "objects in objects": Bad(data=b'{"filter":' * DEEP + b"1" + b"}" * DEEP),
    "arrays just as deep as can be read": Bad(data=b'{"filter":' * 200 + b"1" + b"}" * 200),
    "broken JSON": Bad(data=b'{"content": '),
    "two JSON documents": Bad(data=b"{}{}"),
    "NaN": Bad(data=b'{"limit": NaN}'),
    "a name twice": Bad(data=b'{"note": "a", "note": {}}'),
    "white space": Bad(data=b"  \n"),
    "a body that is too large": Bad(data=b'{"content": "' + b"x" * 1_100_000 + b'"}'),
} | {
    f"JSON that is {value}": Bad(data=value.encode())
    for value in ("null", "true", "0", "-1.5", '"text"', "[]", "[{}]", "[null]", '[["content", "x"]]')
} | {
    f"{value[:12]} ({len(value)}) in every field": Bad(data=_every_field(value))
    for value in (*HUGE_NUMBERS, "null", "true", "0", "-1", "0.5", '""', '" "', "[]", "{}", "[[]]", "[null]", "[{}]")
} | {
    "odd letters in every field": Bad(data=_every_field('"\\u202e\\ufeff\\uffff\\udbff\\udfff"')),
    "a long text in every field": Bad(data=_every_field(f'"{"x" * 20_000}"')),
    "a moment before time in every field": Bad(data=_every_field('"0001-01-01T00:00:00+14:00"')),
    "a moment after time in every field": Bad(data=_every_field('"9999-12-31T23:59:59-14:00"')),
    "ids of all sizes": Bad(data=b'{"action":"trash","items":[{"id":9223372036854775807,"version":9007199254740992}]}'),
}  # fmt: skip

MEDIA_TYPES = {
    f"a body as {kind}": Bad(content_type=kind, data=body)
    for kind, body in (
        ("text/plain", b"{}"),
        ("application/xml", b"<a/>"),
        ("multipart/form-data; boundary=x", b"--x\r\n"),
        ("multipart/form-data", b"no boundary"),
        ("application/json; charset=utf-16", b"{}"),
        ("application/json; charset=nonsense", b"{}"),
        ("application/problem+json", b"{}"),
        ("nonsense", b"{}"),
        ("/;=", b"{}"),
        ("application/\xff", b"{}"),
        (FORM, b"content=%ff%fe&author_name=%00"),
        (FORM, b"content=\xff\xfe"),
        (FORM, b"%" * 1000),
        (FORM, b"&=" * 50_000),
        (FORM, b"a=1&" * 2_000),
        (FORM, b"content=x&parent_id=" + b"9" * 5000),
        (FORM, b"content=x&parent_id=%D9%A1"),
        (FORM, b"content=%ed%a0%80&section=%00&receipt=%00"),
    )
}

QUERIES = {
    f"every parameter {name}": Bad(query=_every_parameter(value))
    for name, value in {
        "empty": "",
        "NUL": "%00",
        "no UTF-8": "%ff%fe",
        "a lone surrogate": "%ed%a0%80",
        "a percent sign": "%",
        "negative": "-1",
        "of 5,000 digits": "9" * 5000,
        "2**64": str(2**64),
        "1e400": "1e400",
        "infinite": "inf",
        "a cursor of another list": "WzEsMl0",
        "a cursor with huge numbers": "WzFlNDAwXQ",
        "a cursor of null": "bnVsbA",
        "a cursor that is no JSON": "____",
        "a cursor of objects": "W3t9LHt9XQ",
        "not ASCII": quote("ĸ日本١"),
        "quotation marks": quote("\"' OR 1=1 --\"*()NEAR"),
        "stars": quote("*" * 100),
        "a moment before time": quote("0001-01-01T00:00:00+14:00"),
        "a moment after time": quote("9999-12-31T23:59:59-14:00"),
        "a year of five digits": "10000-01-01T00:00:00Z",
    }.items()
} | {
    "a very long query": Bad(query="q=" + "x" * LONG),
    "a very long cursor": Bad(query="cursor=" + "A" * LONG),
    "every parameter twice": Bad(query=_every_parameter("1") + "&" + _every_parameter("x")),
    "ten thousand parameters": Bad(query="&".join(f"p{number}=1" for number in range(10_000))),
    "ten thousand slugs": Bad(query="slug=a&" * 10_000),
    "brackets": Bad(query="limit[]=1&limit[0]=1&cursor[x]=1"),
}  # fmt: skip

PATHS = {
    f"a path with {name}": Bad(path_values=value)
    for name, value in {
        "no UTF-8": "%ff",
        "NUL": "%00",
        "a lone surrogate": "%ed%a0%80",
        "a number of 5,000 digits": "9" * 5000,
        "2**63": str(2**63),
        "2**63 - 1": str(2**63 - 1),
        "0": "0",
        "-1": "-1",
        "digits that are not ASCII": "%D9%A1",
        "dots": "..%2f..",
        "a percent sign": "%25",
        "a long name": "x" * 10_000,
        "a question mark": "%3F",
        "a line end": "a%0d%0ab",
        "white space": "%20",
    }.items()
}

HEADERS = {
    f"{name}: {label}": Bad(headers={name: value})
    for name, values in {
        "If-Match": {"nothing": "", "garbage": "\xff\"',,W/", "a list": '"a",' * 5_000, "weak": 'W/"v1"', "v": '"v1"'},
        "If-None-Match": {"garbage": "\xff\"',,W/", "a star": "*", "a list": '"a",' * 5_000},
        "If-Modified-Since": {"garbage": "yesterday", "long ago": "Thu, 01 Jan 0001 00:00:00 GMT"},
        "If-Range": {"garbage": "\xff"},
        "Idempotency-Key": {"nothing": "", "odd bytes": "\x01\xff\x7f", "too much": "k" * 10_000},
        "Accept-Language": {"garbage": "\xff;q=,;;", "many": "de-DE;q=0.1," * 10_000, "weights": "de;q=1e400,fr;q=nan"},
        "Accept": {"garbage": ";;;", "another type": "application/xml"},
        "Accept-Encoding": {"garbage": "\xff"},
        "Cookie": {"garbage": "rejoinder_session=\xff;;=;a", "a session": "rejoinder_session=" + "x" * 10_000},
        "X-CSRF-Token": {"garbage": "\xff"},
        "Range": {"garbage": "bytes=-", "huge": f"bytes=0-{10**400}", "bytes": "bytes=5-1", "one": "bytes=0-0"},
        "Content-Length": {"garbage": "x", "negative": "-1", "huge": str(10**30), "less": "1"},
        "Content-Encoding": {"gzip": "gzip"},
        "Transfer-Encoding": {"chunked": "chunked"},
        "Origin": {"garbage": "\xff", "another": "https://evil.example"},
        "Referer": {"garbage": "\xff"},
        "User-Agent": {"garbage": "\xff" * 1000},
        "Host": {"garbage": "\xff", "port": "a:99999999999", "NUL": "a%00"},
        "X-Forwarded-For": {"garbage": "\xff,,1.2.3"},
        "Forwarded": {"garbage": "for=\xff;;"},
        "X-Request-Id": {"garbage": "\xff", "long": "x" * 10_000},
        "X-HTTP-Method-Override": {"another": "DELETE"},
    }.items()
    for label, value in values.items()
}  # fmt: skip

CREDENTIALS = {
    f"Authorization: {label}": Bad(headers={"Authorization": value})
    for label, value in {
        "nothing": "",
        "no token": "Bearer",
        "odd bytes": "Bearer \xff\x01",
        "too much": "Bearer " + "x" * 10_000,
        "no base64": "Basic %%%",
        "another scheme": "Negotiate a",
        "digest": "Digest username=",
    }.items()
}

TABLE = BODIES | QUERIES | PATHS | MEDIA_TYPES | HEADERS | CREDENTIALS
# What may come as far as the database is tried on both; what is refused before, or is about HTTP alone, on one.
VALUES = {name: bad for name, bad in BODIES.items() if name.endswith("in every field")} | QUERIES | PATHS


@dataclass(frozen=True, slots=True)
class Place:
    """A route with one of its methods."""

    rule: Rule
    method: str

    def path(self, values: dict[str, str]) -> str:
        pieces = (values.get(piece, piece) if is_value else piece for is_value, piece in self.rule._trace)
        return "".join(pieces).removeprefix("|").replace("|", "")


def places(app: Flask) -> Iterator[Place]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield Place(rule, method)


@pytest.fixture
def ask(app: Flask) -> Callable[[str, str, Bad, Headers], TestResponse]:
    """Send a bad request as it is: through a client that does not ask the contract first."""
    client = FlaskClient(app, app.response_class)

    def send(method: str, path: str, bad: Bad, who: Headers) -> TestResponse:
        return client.open(
            path,
            method=method,
            query_string=bad.query,
            data=None if method == "GET" else bad.data,
            content_type=None if method == "GET" else bad.content_type,
            headers={"If-Match": "*"} | who | bad.headers,
        )

    return send


def what_is_wrong(answer: TestResponse) -> str | None:
    if answer.status_code >= 500:
        return f"answered {answer.status_code}"
    if answer.status_code < 400:
        return None
    if answer.mimetype == "text/html" and not answer.request.path.startswith("/api/"):
        return None  # a page tells people in its own words
    if answer.mimetype != PROBLEM:
        return f"answered {answer.status_code} as {answer.mimetype}"
    told: Any = orjson.loads(answer.data)
    if told.get("status") != answer.status_code or not told.get("code"):
        return f"answered {answer.status_code} with {told}"
    return None


Crashes = Callable[[Bad], list[str]]


@pytest.fixture
def crashes(
    app: Flask, ask: Callable[..., TestResponse], as_admin: Headers, reply: Callable[..., Any], slug: str
) -> Crashes:
    """Send a bad request to every route that it may matter to, and tell what was wrong with the answers."""
    held = str(reply().json["comment"]["id"])

    def send(bad: Bad) -> list[str]:
        found = []
        for place in filter(bad.may_matter_to, places(app)):
            real = dict.fromkeys(place.rule.arguments, held) | {"slug": slug, "anchor": "first-things"}
            values = real if bad.path_values is None else dict.fromkeys(place.rule.arguments, bad.path_values)
            who = {} if "Authorization" in bad.headers else as_admin
            wrong = what_is_wrong(ask(place.method, place.path(values), bad, who))
            found += [f"{place.method} {place.rule.rule} {wrong}"] if wrong else []
        return found

    return send


@pytest.mark.parametrize("name", VALUES)
def test_no_route_crashes_on_what_is_sent(name: str, crashes: Crashes) -> None:
    assert crashes(TABLE[name]) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", [name for name in TABLE if name not in VALUES])
def test_no_route_crashes_on_how_it_is_sent(name: str, crashes: Crashes) -> None:
    assert crashes(TABLE[name]) == []
