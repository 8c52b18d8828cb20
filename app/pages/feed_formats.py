"""How is a feed written, as Atom and as JSON Feed?

Atom: RFC 4287, with the threads of RFC 4685 and the pages of RFC 5005. JSON Feed: version 1.1; what that has no word
for stands in `_rejoinder`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import orjson
from flask import Response, render_template

from app.ground import clock

# What XML 1.0 cannot hold in any form (its production 2, Char); texts of readers may have it.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    name: str
    url: str | None = None
    avatar: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What an entry answers: an article, or a comment."""

    id: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """What answers an entry; `feed` is where that can be followed, without its extension."""

    count: int
    updated: datetime | None = None
    feed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article or a comment; every URL is absolute, in `html` too."""

    id: str
    url: str
    title: str
    language: str
    author: Person | None
    html: str
    summary: str | None = None
    tags: Sequence[str] = ()
    published: datetime
    updated: datetime
    answers: Target | None = None
    replies: Replies


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Some entries, newest first; `place` is the feed's own URL without its extension."""

    id: str
    title: str
    publisher: str
    language: str
    home: str
    place: str
    cursor: str | None
    next: str | None
    updated: datetime
    entries: Sequence[Entry]

    def url(self, extension: str, cursor: str | None = None) -> str:
        return f"{self.place}.{extension}" + (f"?cursor={cursor}" if cursor else "")


def atom(feed: Feed) -> Response:
    text = render_template("pages/feed.xml", feed=feed)
    return _answer(_NOT_IN_XML.sub("", text), "application/atom+xml; charset=utf-8")


def json_feed(feed: Feed) -> Response:
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url("json", feed.cursor),
        "next_url": feed.url("json", feed.next) if feed.next else None,
        "language": feed.language,
        "authors": [{"name": feed.publisher}],
        "items": [_item(entry) for entry in feed.entries],
    }
    return _answer(orjson.dumps(_said(told)), "application/feed+json; charset=utf-8")


FORMATS: Mapping[str, Callable[[Feed], Response]] = MappingProxyType({"atom": atom, "json": json_feed})


def _item(entry: Entry) -> dict[str, Any]:
    author, answers, replies = entry.author, entry.answers, entry.replies
    return _said(
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_html": entry.html,
            "summary": entry.summary,
            "date_published": entry.published,
            "date_modified": entry.updated,
            "authors": [_said({"name": author.name, "url": author.url, "avatar": author.avatar})] if author else None,
            "tags": list(entry.tags) or None,
            "language": entry.language,
            "_rejoinder": _said(
                {
                    "in_reply_to": {"id": answers.id, "url": answers.url} if answers else None,
                    "reply_count": replies.count,
                    "last_reply": replies.updated,
                    "replies_feed": f"{replies.feed}.json" if replies.feed else None,
                }
            ),
        }
    )


def _said(members: dict[str, Any]) -> dict[str, Any]:
    """Without those that say nothing: JSON Feed leaves them out, and has no null."""
    return {name: value for name, value in members.items() if value is not None}


def _answer(body: str | bytes, kind: str) -> Response:
    """Made now, and kept until something changes that it shows: so it was last modified now."""
    response = Response(body, content_type=kind)
    response.last_modified = clock.now()
    return response
