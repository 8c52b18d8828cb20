"""Which face does a name have?"""

import re
from functools import lru_cache

from flask import Blueprint, Response

from app.ground.errors import NotFound
from app.ground.sealing import keyring

routes = Blueprint("avatars", __name__)

_GRID = 5
_SIDE = 10
_REMEMBERED = 8_192


@lru_cache(maxsize=_REMEMBERED)
def path_of(name_key: str, _key: bytes) -> str:
    """Where the picture of a name is; it has nothing to do with any address.

    A page shows the same few faces again and again. The keyring's key is given so that what another one made is not
    taken for its own.
    """
    return f"/avatars/{keyring().avatar_seed(name_key)}.svg"


@routes.get("/avatars/<seed>.svg")
def show_avatar(seed: str) -> Response:
    """A small symmetrical picture drawn from sixteen hex digits; it says nothing but that two names are the same."""
    if not re.fullmatch("[0-9a-f]{16}", seed):
        raise NotFound
    response = Response(draw(seed), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def draw(seed: str) -> str:
    """The SVG for a seed: a five by five grid, its right half the mirror of the left."""
    bits = int(seed, 16)
    hue = bits % 360
    cells = "".join(
        f"M{x * _SIDE} {y * _SIDE}h{_SIDE}v{_SIDE}h-{_SIDE}z"
        for y in range(_GRID)
        for x in range(_GRID)
        if bits >> (16 + y * 3 + min(x, _GRID - 1 - x)) & 1
    )
    frame = _GRID * _SIDE + 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-5 -5 {frame} {frame}" role="img" aria-hidden="true">'
        f'<rect x="-5" y="-5" width="{frame}" height="{frame}" fill="hsl({hue} 45% 92%)"/>'
        f'<path d="{cells}" fill="hsl({hue} 50% 40%)"/></svg>'
    )
