"""`GET /widget.js` and the files that it and the pages load: public, unchanging, read once.

They stand under a name of their content's hash, so that browsers keep them for good and never mix
two versions. What a client names is looked up among what was read, never opened.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response

from onrecord.service.http.accepting import takes_gzip

WEB = Path(__file__).parents[1] / "web"
FOLDER = "/web/"
WIDGET = "/widget.js"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Modules are always fetched by CORS, from whatever page embeds them.
PUBLIC = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    packed: bytes
    media_type: str
    etag: str

    @classmethod
    def of(cls, body: bytes, suffix: str) -> Asset:
        """The asset of a body; `suffix` says what kind it is of."""
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        return cls(body, gzip.compress(body, mtime=0), MEDIA_TYPES[suffix], etag)


@cache
def current_version() -> str:
    """Names this state of all assets."""
    digest = hashlib.sha256()
    for file in sorted((WEB / "assets").iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def path_of(name: str) -> str:
    """Where an asset is served, below the service's own path: `web/VERSION/NAME`."""
    return f"{FOLDER[1:]}{current_version()}/{name}"


@cache
def _assets() -> dict[str, Asset]:
    files = (WEB / "assets").iterdir()
    return {file.name: Asset.of(file.read_bytes(), file.suffix) for file in files}


@cache
def _widget() -> Asset:
    source = (WEB / "widget.js").read_text(encoding="utf-8")
    return Asset.of(source.replace("./web/", f"./{path_of('')}").encode(), ".js")


@router.get(
    WIDGET,
    summary="The custom element <onrecord-ask>",
    response_class=Response,
    responses={200: {"content": {"text/javascript": {"schema": {"type": "string"}}}}},
)
async def widget(request: Request) -> Response:
    """A module that defines the element; the modules it imports lie beside it."""
    return _send(_widget(), request, ASK_EACH_TIME)


@router.get(FOLDER + "{version}/{name}", include_in_schema=False)
async def asset(version: str, name: str, request: Request) -> Response:
    """A file of the newest version, whichever was asked for: an older page goes on working."""
    found = _assets().get(name)
    if found is None:
        raise HTTPException(404, "there is no such file")
    return _send(found, request, FOR_GOOD if version == current_version() else ASK_EACH_TIME)


def _send(asset: Asset, request: Request, caching: str) -> Response:
    headers = PUBLIC | {"Cache-Control": caching, "ETag": asset.etag, "Vary": "Accept-Encoding"}
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if not takes_gzip(request):
        return Response(asset.body, headers=headers, media_type=asset.media_type)
    headers["Content-Encoding"] = "gzip"
    return Response(asset.packed, headers=headers, media_type=asset.media_type)
