"""In which compressed form is an answer sent?"""

import gzip
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

import brotli
import zstandard

IDENTITY = ""
SMALLEST = 1_000  # bytes; less gains nothing
_MOST_CODINGS = 16
_WISH = re.compile(r"\s*(?P<coding>[A-Za-z0-9-]+|\*)\s*(?:;\s*[Qq]=(?P<weight>[01](?:\.[0-9]{1,3})?)\s*)?")

# The best first: a form is made once and sent often.
COMPRESS: Mapping[str, Callable[[bytes], bytes]] = MappingProxyType(
    {
        "br": lambda body: brotli.compress(body, quality=5),
        "zstd": lambda body: zstandard.ZstdCompressor(level=9).compress(body),
        "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
    }
)


@lru_cache(maxsize=256)
def chosen(accept_encoding: str) -> str:
    """The coding that a client takes and we like best; `IDENTITY` where it takes none. Source: RFC 9110, 12.5.3."""
    weights: dict[str, float] = {}
    for part in accept_encoding.split(",", _MOST_CODINGS)[:_MOST_CODINGS]:
        wish = _WISH.fullmatch(part)
        if wish is not None:
            weights.setdefault(wish["coding"].lower(), float(wish["weight"] or 1))
    others = weights.get("*", 0.0)
    liked = max(COMPRESS, key=lambda coding: weights.get(coding, others))
    return liked if weights.get(liked, others) > 0 else IDENTITY
