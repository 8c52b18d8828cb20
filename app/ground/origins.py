"""Which other sites may speak to us from a reader's browser?"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, Response, request

from app.ground.ready import is_for_everybody

_ALLOWED = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-CSRF-Token"
_EXPOSED = (
    "ETag, Link, Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, Content-Language, WWW-Authenticate"
)
_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def is_allowed(origin: str, allowed: Iterable[str]) -> bool:
    return origin in allowed or ("loopback" in allowed and _is_loopback(origin))


def _is_loopback(origin: str) -> bool:
    try:
        parts = urlsplit(origin)
        return parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK
    except ValueError:
        return False


def is_cross_site_post(allowed: Iterable[str]) -> bool:
    """Whether a browser sent this request from a page of a site that was not allowed to.

    Without Origin (programs send none) Sec-Fetch-Site decides, and without that nothing speaks against it.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "none") == "cross-site"
    return origin != request.host_url.rstrip("/") and not is_allowed(origin, allowed)


def init_app(app: Flask, *, allowed: tuple[str, ...]) -> None:
    """Answer preflights and mark answers for the allowed origins. Source: the Fetch standard, "CORS protocol".

    What everybody may read without asking, a page of any origin may read too: it could ask by way of its own server.
    """

    def share(response: Response) -> Response:
        if not allowed:
            return response
        if is_for_everybody():
            # One answer for all origins is one that shared caches need to keep only once.
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED
            return response
        response.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin is None or not is_allowed(origin, allowed):
            return response
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response.headers["Access-Control-Allow-Methods"] = _METHODS
            response.headers["Access-Control-Allow-Headers"] = _ALLOWED
            response.headers["Access-Control-Max-Age"] = "7200"
        return response

    app.after_request(share)
