"""A forwarded address counts only from a proxy that was named."""

import ipaddress
from typing import Any

import pytest

from app.ground.proxies import TrustedProxies

OURS = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1/128"))


def behind(remote: str, forwarded: str | None, scheme: str = "", networks: Any = OURS) -> tuple[Any, TrustedProxies]:  # noqa: ANN401 (networks of both versions)
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], _start: object) -> list[bytes]:
        seen.update(environ)
        return []

    environ = {"REMOTE_ADDR": remote, "wsgi.url_scheme": "http"}
    if forwarded is not None:
        environ |= {"HTTP_X_FORWARDED_FOR": forwarded, "HTTP_X_FORWARDED_PROTO": scheme}
    proxies = TrustedProxies(app, networks)
    proxies(environ, lambda *_: lambda _: None)
    return seen, proxies


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "198.51.100.1, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7, 10.1.1.1", "192.0.2.7"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("192.0.2.9", "1.1.1.1", "192.0.2.9"),
        ("", "1.1.1.1", ""),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy_of_ours(
    remote: str, forwarded: str | None, client: str
) -> None:
    assert behind(remote, forwarded)[0]["REMOTE_ADDR"] == client


@pytest.mark.parametrize(
    ("scheme", "seen"), [("https", "https"), ("http, https", "https"), ("ftp", "http"), ("", "http")]
)
def test_the_scheme_comes_from_the_nearest_proxy(scheme: str, seen: str) -> None:
    assert behind("10.0.0.1", "192.0.2.7", scheme)[0]["wsgi.url_scheme"] == seen


def test_an_undeclared_proxy_is_noticed_and_not_believed() -> None:
    seen, proxies = behind("192.0.2.9", "1.1.1.1", "https")
    assert proxies.undeclared_proxy_seen
    assert seen["wsgi.url_scheme"] == "http"


def test_without_forwarded_headers_nothing_is_noticed() -> None:
    assert not behind("192.0.2.9", None)[1].undeclared_proxy_seen
