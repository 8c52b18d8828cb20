"""In which shapes could an address lie somewhere?"""

import base64
import hashlib
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Needle:
    """One shape of a secret; `how` says which, for whoever reads a failure."""

    how: str
    raw: bytes


def needles(*secrets: str) -> list[Needle]:
    """Every secret as typed and in lower case: plain, URL-encoded, in base64 at each alignment, and hashed."""
    forms = {form for secret in secrets for form in (secret, secret.lower(), secret.upper())}
    return [needle for form in sorted(forms) for needle in _shapes(form)]


def _shapes(form: str) -> Iterator[Needle]:
    plain = form.encode()
    yield Needle(f"plain {form}", plain)
    for encoded in {
        urllib.parse.quote(form, safe=""),
        urllib.parse.quote_plus(form),
        urllib.parse.quote(form),
        urllib.parse.quote(form, safe="+"),
    }:
        yield Needle(f"URL-encoded {form}", encoded.encode())
        yield Needle(f"URL-encoded {form}", encoded.lower().encode())
    for alignment in range(3):
        yield from _base64(form, plain, alignment)
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, plain, usedforsecurity=False).digest()
        yield Needle(f"{name} of {form}", digest)
        yield Needle(f"{name} of {form} in hex", digest.hex().encode())
        yield Needle(f"{name} of {form} in HEX", digest.hex().upper().encode())
        yield Needle(f"{name} of {form} in base64", base64.b64encode(digest)[:-2])
        yield Needle(f"{name} of {form} in base64url", base64.urlsafe_b64encode(digest).rstrip(b"=")[:-1])


def _base64(form: str, plain: bytes, alignment: int) -> Iterator[Needle]:
    """The characters that hold nothing but the secret, whatever stands around it."""
    for alphabet, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
        encoded = encode(b"\x00" * alignment + plain)
        start = -(-alignment * 8 // 6)
        end = (alignment + len(plain)) * 8 // 6
        yield Needle(f"{alphabet} of {form} at {alignment}", encoded[start:end])


def found(haystack: bytes, sought: list[Needle]) -> list[str]:
    """Which of the needles are in the haystack."""
    return sorted({needle.how for needle in sought if needle.raw in haystack})
