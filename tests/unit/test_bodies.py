"""Is a body read before anything is done with it, and are only so many read at once?"""

from io import BytesIO
from typing import TYPE_CHECKING, cast

from app.ground import bodies
from app.ground.bodies import ReadBodies

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Sent(BytesIO):
    """A body on its way; `left` is what nobody has read yet."""

    @property
    def left(self) -> bytes:
        return self.getvalue()[self.tell() :]


def passed_on(sent: Sent, **told: str) -> "WSGIEnvironment":
    """A request as it comes out behind, of at most five bytes."""
    seen: list[WSGIEnvironment] = []

    def work(environ: "WSGIEnvironment", _start_response: "StartResponse") -> list[bytes]:
        seen.append(environ)
        return []

    list(ReadBodies(work, longest=5)({"wsgi.input": sent} | told, cast("StartResponse", None)))
    return seen[0]


def test_a_body_is_read_before_anything_is_done_with_it() -> None:
    sent = Sent(b"words")
    assert passed_on(sent, CONTENT_LENGTH="5")["wsgi.input"].read() == b"words"
    assert sent.left == b""


def test_a_longer_one_is_left_for_flask_to_refuse() -> None:
    sent = Sent(b"longer")
    assert passed_on(sent, CONTENT_LENGTH="6")["CONTENT_LENGTH"] == "6"
    assert sent.left == b"longer"


def test_one_in_chunks_gets_a_length_by_which_it_can_be_refused_too() -> None:
    whole = passed_on(Sent(b"words"), HTTP_TRANSFER_ENCODING="chunked")
    assert (whole["CONTENT_LENGTH"], whole["wsgi.input"].read()) == ("5", b"words")
    assert "HTTP_TRANSFER_ENCODING" not in whole
    sent = Sent(b"much longer")
    assert passed_on(sent, HTTP_TRANSFER_ENCODING="chunked")["CONTENT_LENGTH"] == "6"
    assert sent.left == b"longer"[-5:]


def test_nothing_is_read_where_nothing_was_sent() -> None:
    for told in ({}, {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "0"}, {"CONTENT_LENGTH": "-1"}):
        sent = Sent(b"of the next request")
        assert passed_on(sent, **told)["wsgi.input"] is sent
        assert sent.left == b"of the next request"


def test_so_many_are_read_at_once_and_who_is_through_makes_room() -> None:
    depth = 0

    class Slow(Sent):
        """While it is being read, the next one comes."""

        def read(self, size: int | None = -1) -> bytes:
            nonlocal depth
            depth += 1
            if depth < 40:
                list(reading(post(), cast("StartResponse", None)))
            return super().read(size)

    unread = list[bool]()

    def work(environ: "WSGIEnvironment", _start_response: "StartResponse") -> list[bytes]:
        unread.append(bodies._UNREAD in environ)
        return []

    def post() -> "WSGIEnvironment":
        return {"CONTENT_LENGTH": "5", "wsgi.input": Slow(b"words")}

    reading = ReadBodies(work, longest=5)
    for _ in range(2):
        depth, unread[:] = 0, []
        list(reading(post(), cast("StartResponse", None)))
        assert unread == [True] + [False] * bodies.AT_ONCE
