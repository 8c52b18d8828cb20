"""How are finished answers kept, in all their forms, within a bound?"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from app.ground import clock
from app.ground.encodings import COMPRESS, IDENTITY, SMALLEST

Headers = list[tuple[str, str]]
Key = tuple[str, ...]

OVERHEAD = 2_000  # bytes of an answer's own objects, beside what is counted of it
# What speaks of the body is not said where none is sent. Source: RFC 9110, 15.4.5.
_OF_THE_BODY = {"content-type", "content-length", "content-encoding", "content-language", "link"}


class Form(NamedTuple):
    """An answer in one encoding; `unchanged` are the headers of a 304."""

    etag: str
    headers: Headers
    unchanged: Headers
    body: list[bytes]


@dataclass(slots=True, eq=False)
class Answer:
    """A finished answer of status 200. Its forms are made when they are first asked for."""

    body: bytes
    etag: str
    headers: Headers
    topics: frozenset[str]
    until: datetime | None
    route: str
    forms: dict[str, Form] = field(default_factory=dict)
    was_used: bool = False

    @property
    def is_compressible(self) -> bool:
        return len(self.body) >= SMALLEST

    @property
    def is_multilingual(self) -> bool:
        return any(name.lower() == "vary" and "accept-language" in value.lower() for name, value in self.headers)

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        told = sum(len(name) + len(value) for name, value in self.headers) + 100 * len(self.topics)
        forms = sum(len(form.body[0]) for coding, form in self.forms.items() if coding)
        return OVERHEAD + told * (1 + len(self.forms)) + len(self.body) + forms

    def form(self, coding: str) -> Form:
        """The answer in this encoding, which its validator names too."""
        form = self.forms.get(coding)
        if form is None:
            form = self.forms[coding] = self._made(coding)
        return form

    def _made(self, coding: str) -> Form:
        body, etag = self.body, self.etag
        headers = [(name, value) for name, value in self.headers if name.lower() not in {"etag", "content-length"}]
        if coding != IDENTITY:
            body, etag = COMPRESS[coding](body), f'{etag[:-1]}-{coding}"'
            headers.append(("Content-Encoding", coding))
        headers += [("ETag", etag), ("Content-Length", str(len(body)))]
        if self.is_compressible:
            headers = _varying(headers, "Accept-Encoding")
        unchanged = [(name, value) for name, value in headers if name.lower() not in _OF_THE_BODY]
        return Form(etag, headers, unchanged, [body])


def _varying(headers: Headers, by: str) -> Headers:
    given = [value for name, value in headers if name.lower() == "vary"]
    return [*((name, value) for name, value in headers if name.lower() != "vary"), ("Vary", ", ".join([*given, by]))]


class Answers:
    """Answers by their key and by their topics, in at most `room` bytes.

    The key of an answer that comes in several languages ends with its language.

    What was given since it was last looked at gets a second chance, so a crawler that asks for every page once does
    not push out the pages that people read. Only `find` may be called without a lock.
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self.taken = 0
        self.multilingual: Counter[Key] = Counter()  # by their keys without a language, how many are kept
        self._kept: dict[Key, tuple[Answer, int]] = {}
        self._by_topic: defaultdict[str, set[Key]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Key) -> Answer | None:
        """The answer under this key, if its moment has not come."""
        found = self._kept.get(key)
        if found is None:
            return None
        answer = found[0]
        if answer.until is not None and clock.now() >= answer.until:
            return None
        answer.was_used = True
        return answer

    def holds(self, key: Key, answer: Answer) -> bool:
        found = self._kept.get(key)
        return found is not None and found[0] is answer

    def keep(self, key: Key, answer: Answer) -> None:
        """Keep an answer, if there is room for it at all; one that has grown by a form is kept anew."""
        self.remove(key)
        size = answer.size + 2 * sum(map(len, key))
        if size > self.room:
            return
        self._kept[key] = answer, size
        self.taken += size
        if answer.is_multilingual:
            self.multilingual[key[:-1]] += 1
        for topic in answer.topics:
            self._by_topic[topic].add(key)
        self._make_room()

    def drop(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for key in list(self._by_topic.get(topic, ())):
                self.remove(key)

    def clear(self) -> None:
        self._kept.clear()
        self._by_topic.clear()
        self.multilingual.clear()
        self.taken = 0

    def remove(self, key: Key) -> None:
        found = self._kept.pop(key, None)
        if found is None:
            return
        answer, size = found
        self.taken -= size
        if answer.is_multilingual:
            self.multilingual[key[:-1]] -= 1
            if not self.multilingual[key[:-1]]:
                del self.multilingual[key[:-1]]
        for topic in answer.topics:
            keys = self._by_topic[topic]
            keys.discard(key)
            if not keys:
                del self._by_topic[topic]

    def _make_room(self) -> None:
        while self.taken > self.room:
            key = next(iter(self._kept))
            answer, size = self._kept[key]
            if answer.was_used:
                answer.was_used = False
                del self._kept[key]
                self._kept[key] = answer, size
            else:
                self.remove(key)
