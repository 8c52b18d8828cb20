"""Has the client seen what it is about to change, and what it is about to read again?"""

import hashlib
from typing import cast

from flask import Flask, Response, request
from werkzeug.http import parse_etags

from app.ground.errors import PreconditionFailed, PreconditionRequired

TAG_DIGITS = 32
IF_MATCH_FIELD = "if_match"  # where a page's form says it, which can send no header


def etag_of(version: int) -> str:
    """The strong validator of something that carries a version."""
    return f'"v{version}"'


def require_match(version: int, *, changed_by: str | None = None, changed_at: str | None = None) -> None:
    """Let a write through only if its If-Match names this version.

    Raises PreconditionRequired (428) without If-Match, PreconditionFailed (412) telling who changed it and when.
    """
    seen = request.headers.get("If-Match") or request.form.get(IF_MATCH_FIELD)
    if not seen:
        raise PreconditionRequired("Say with If-Match which version you have seen.")
    tags = parse_etags(seen)
    if tags.star_tag or tags.contains(f"v{version}"):
        return
    raise PreconditionFailed(
        "This was changed since you read it.",
        headers={"ETag": etag_of(version)},
        changed_by=changed_by,
        changed_at=changed_at,
        version=version,
    )


def _validate(response: Response) -> Response:
    """Give every public GET of data a validator made from its bytes, and answer 304 where they are known."""
    if not _is_validated(response):
        return response
    if "ETag" not in response.headers:
        digest = hashlib.sha256(response.get_data())
        digest.update(response.headers.get("Content-Language", "").encode())
        response.set_etag(digest.hexdigest()[:TAG_DIGITS])
    if "If-None-Match" not in request.headers:
        return response
    # If-Match is for writes: to a read, Werkzeug would answer it with a bare 412.
    asked = {name: value for name, value in request.environ.items() if name != "HTTP_IF_MATCH"}
    return cast(Response, response.make_conditional(asked))


def _is_validated(response: Response) -> bool:
    if request.method not in {"GET", "HEAD"} or response.status_code != 200:
        return False
    return not response.is_streamed and not response.cache_control.no_store


def init_app(app: Flask) -> None:
    app.after_request(_validate)
