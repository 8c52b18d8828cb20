"""From which address did a request really come?"""

import ipaddress
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_EXTENSION = "rejoinder.proxies"
log = logging.getLogger(__name__)


class TrustedProxies:
    """WSGI middleware that believes X-Forwarded-For and -Proto from the named networks only.

    The client is the rightmost forwarded address that is no proxy of ours. Where forwarded headers come from somebody
    who was not declared, all readers behind them look like one: that is said once, and in `/health/ready`.
    """

    def __init__(self, app: "WSGIApplication", networks: tuple[Network, ...]) -> None:
        self.app = app
        self.networks = networks
        self.undeclared_proxy_seen = False

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        forwarded = environ.get("HTTP_X_FORWARDED_FOR")
        if forwarded:
            self._read(environ, forwarded)
        return self.app(environ, start_response)

    def _read(self, environ: "WSGIEnvironment", forwarded: str) -> None:
        if not self._is_ours(environ.get("REMOTE_ADDR", "")):
            self._warn()
            return
        hops = [hop.strip() for hop in forwarded.split(",")]
        environ["REMOTE_ADDR"] = next((hop for hop in reversed(hops) if not self._is_ours(hop)), hops[0])
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip()
        if scheme in {"http", "https"}:
            environ["wsgi.url_scheme"] = scheme

    def _is_ours(self, text: str) -> bool:
        try:
            address = ipaddress.ip_address(text.strip("[]").partition("%")[0])
        except ValueError:
            return False
        return any(address in network for network in self.networks)

    def _warn(self) -> None:
        if not self.undeclared_proxy_seen:
            self.undeclared_proxy_seen = True
            log.warning("forwarded headers from a proxy that TRUSTED_PROXIES does not name: its readers count as one")


def init_app(app: Flask, *, networks: tuple[Network, ...]) -> None:
    app.extensions[_EXTENSION] = TrustedProxies(app.wsgi_app, networks)
    app.wsgi_app = app.extensions[_EXTENSION]  # type: ignore[method-assign]  # Flask's own way to wrap it


def undeclared_proxy_seen() -> bool:
    """Whether forwarded headers came from somebody whom no setting names."""
    return cast(TrustedProxies, current_app.extensions[_EXTENSION]).undeclared_proxy_seen
