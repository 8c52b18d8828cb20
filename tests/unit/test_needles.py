"""The leak test's own tool finds what it should."""

import base64
import hashlib

import pytest

from tests.needles import found, needles

SECRET = "Zoë.Quist+81@Mail.example.org"
SOUGHT = needles(SECRET)


@pytest.mark.parametrize(
    "haystack",
    [
        SECRET.encode(),
        SECRET.lower().encode(),
        b"Zo%C3%AB.Quist%2B81%40Mail.example.org",
        base64.b64encode(b"" + SECRET.encode()),
        base64.b64encode(b"a" + SECRET.encode() + b"tail"),
        base64.b64encode(b"ab" + SECRET.encode() + b"t"),
        base64.urlsafe_b64encode(b'{"e": "' + SECRET.lower().encode() + b'"}'),
        hashlib.md5(SECRET.lower().encode()).hexdigest().encode(),
        hashlib.sha1(SECRET.lower().encode()).digest(),
        hashlib.sha256(SECRET.encode()).hexdigest().upper().encode(),
        base64.b64encode(hashlib.sha256(SECRET.lower().encode()).digest()),
    ],
)
def test_a_planted_address_is_found(haystack: bytes) -> None:
    assert found(b"before " + haystack + b" after", SOUGHT)


@pytest.mark.parametrize("haystack", [b"", b"zoe.quist@mail.example.com", hashlib.sha256(b"else").digest()])
def test_another_address_is_not(haystack: bytes) -> None:
    assert found(haystack, SOUGHT) == []
