"""What people open in a browser: the pages, the widget, and the files that both load.

Templates escape what they are given; no page has code or style of its own in it. Files stand under
a name of their content's hash, so that browsers keep them for good and never mix two versions. The
name that a client gives is looked up among the files read before, and never opened.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from onrecord.index.types import UNKNOWN_LANGUAGE, Article
from onrecord.service.citations import say_date
from onrecord.service.http.headers import takes_gzip

WEB = Path(__file__).parents[1] / "web"
ASSETS = "/web/"
WIDGET = "/widget.js"
HTML = "text/html"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Modules are always fetched by CORS, from whatever page embeds them.
PUBLIC = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"
EVIDENCE = {"published": "Date", "title": "Headline", "outlet": "Outlet", "authors": "Authors"}

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent, plain or packed with gzip."""

    body: bytes
    packed: bytes
    media_type: str
    etag: str

    @classmethod
    def of(cls, body: bytes, suffix: str) -> Asset:
        """The asset of a body; `suffix` says what kind it is of."""
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        return cls(body, gzip.compress(body, mtime=0), MEDIA_TYPES[suffix], etag)

    def response(self, request: Request, caching: str) -> Response:
        """The file, or 304 where the client has it already."""
        headers = PUBLIC | {"Cache-Control": caching, "ETag": self.etag, "Vary": "Accept-Encoding"}
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if not takes_gzip(request):
            return Response(self.body, headers=headers, media_type=self.media_type)
        headers["Content-Encoding"] = "gzip"
        return Response(self.packed, headers=headers, media_type=self.media_type)


@cache
def current_version() -> str:
    """The hash of all assets together."""
    digest = hashlib.sha256()
    for file in sorted((WEB / "assets").iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def path_of(name: str) -> str:
    """Where an asset is served, below the service's own path: `web/VERSION/NAME`."""
    return f"{ASSETS[1:]}{current_version()}/{name}"


@cache
def _assets() -> dict[str, Asset]:
    files = (WEB / "assets").iterdir()
    return {file.name: Asset.of(file.read_bytes(), file.suffix) for file in files}


@cache
def _widget() -> Asset:
    source = (WEB / "widget.js").read_text(encoding="utf-8")
    return Asset.of(source.replace("./web/", f"./{path_of('')}").encode(), ".js")


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(WEB / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["asset"] = path_of
    return templates


@router.get("/", summary="The page for reporters", response_class=HTMLResponse)
async def index() -> Response:
    """The element on a page of its own; the question stands in the address."""
    return _render("index")


@router.get("/embed", summary="A frame for wikis that strip scripts", response_class=HTMLResponse)
async def embed() -> Response:
    """The element in a frame; its attributes are the query's, `#key=` a reader's key."""
    return _render("embed")


@router.get(
    WIDGET,
    summary="The custom element <onrecord-ask>",
    response_class=Response,
    responses={200: {"content": {"text/javascript": {"schema": {"type": "string"}}}}},
)
async def widget(request: Request) -> Response:
    """A module that defines the element; the modules it imports lie beside it."""
    return _widget().response(request, ASK_EACH_TIME)


@router.get(ASSETS + "{version}/{name}", include_in_schema=False)
async def asset(version: str, name: str, request: Request) -> Response:
    """A file of the newest version, whichever was asked for: an older page goes on working."""
    found = _assets().get(name)
    if found is None:
        raise HTTPException(404, "there is no such file")
    return found.response(request, FOR_GOOD if version == current_version() else ASK_EACH_TIME)


def render_article(article: Article) -> HTMLResponse:
    """An article's page; `#START-END` in its address marks what lies there."""
    return _render(
        "article",
        article=article,
        date=say_date(article.published),
        blocks=list(_lines(article.text)),
        evidence={name: article.evidence.get(field, ()) for field, name in EVIDENCE.items()},
        described=_describe(article),
    )


def render_missing() -> HTMLResponse:
    """The page where the archive has no such article."""
    return _render("missing", 404)


def render_key() -> HTMLResponse:
    """The page that asks for a key and then shows what was asked for."""
    response = _render("key", 401)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _render(page: str, status: int = 200, **shown: object) -> HTMLResponse:
    body = _templates().get_template(f"{page}.html.j2").render(shown)
    return HTMLResponse(body, status, headers={"Cache-Control": ASK_EACH_TIME, "Vary": "Accept"})


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines, each with the offset in code points where it starts.

    Browsers drop U+0000, which would move all that follows: U+FFFD stands in its place.
    """
    start = 0
    for line in text.replace("\0", "\ufffd").split("\n"):
        yield start, line
        start += len(line) + 1


def _describe(article: Article) -> dict[str, object]:
    """The article for machines. Source: schema.org, "NewsArticle"."""
    language = None if article.language == UNKNOWN_LANGUAGE else article.language
    authors = [{"@type": "Person", "name": name} for name in article.authors]
    described = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": article.url or article.id,
        "identifier": article.id,
        "headline": article.title,
        "datePublished": article.published.date,
        "author": authors,
        "publisher": article.outlet and {"@type": "NewsMediaOrganization", "name": article.outlet},
        "inLanguage": language,
        "url": article.url,
    }
    return {name: value for name, value in described.items() if value}
