"""How do browsers get the styles, scripts and pictures of our own pages?"""

import hashlib
import mimetypes
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, current_app, request

from app.ground.errors import NotFound
from app.ground.ready import depends_on

_EXTENSION = "rejoinder.assets"
_FOR_EVER = "public, max-age=31536000, immutable"
_TOPIC = "assets"  # nothing changes it: they are of this version of the program
_TYPES = {".js": "text/javascript", ".css": "text/css"}  # what the machine's own table says may be something else

routes = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Pack:
    """The files of one folder. A change in one of them changes the address of all, so modules find each other."""

    files: dict[str, bytes]
    digest: str

    @classmethod
    def of(cls, folder: Path, *, only: Collection[str]) -> "Pack":
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and (not only or path.name in only))
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        digest = hashlib.blake2b(digest_size=8)
        for name, content in files.items():
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return cls(files, digest.hexdigest())


def add(app: Flask, name: str, folder: Path, *, only: Collection[str] = ()) -> None:
    """Serve the files of a folder under this name, or `only` those called so."""
    app.extensions.setdefault(_EXTENSION, {})[name] = Pack.of(folder, only=only)


def url_of(pack: str, name: str) -> str:
    """The path of a file, good for ever. Raises KeyError for one that is not there."""
    found = _packs()[pack]
    if name not in found.files:
        raise KeyError(f"{pack}/{name}")
    return f"/assets/{pack}/{found.digest}/{name}"


@routes.get("/assets/<pack>/<digest>/<path:name>")
def show_asset(pack: str, digest: str, name: str) -> Response:
    """A file. Whatever else is asked for in its name, such as another version, leads to it: it is kept once."""
    found = _packs().get(pack)
    if found is None or name not in found.files:
        raise NotFound
    if digest != found.digest or request.query_string:
        response = Response(status=302)
        response.headers["Location"] = url_of(pack, name)
    else:
        depends_on(_TOPIC)
        response = Response(found.files[name], content_type=_type_of(name))
        response.headers["Cache-Control"] = _FOR_EVER
    # A page of any site may embed a thread, whose modules are fetched as if they were data.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _type_of(name: str) -> str:
    kind = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _packs() -> dict[str, Pack]:
    return cast(dict[str, Pack], current_app.extensions[_EXTENSION])


def init_app(app: Flask) -> None:
    app.extensions.setdefault(_EXTENSION, {})
    app.register_blueprint(routes)
    app.jinja_env.globals["asset"] = url_of
