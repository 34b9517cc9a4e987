"""`GET /` and `GET /embed`, and how every page for people is rendered.

Templates escape what they are given; no page has code or style of its own in it.
"""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from onrecord.service.http.assets import ASK_EACH_TIME, WEB, path_of

router = APIRouter()
HTML = "text/html"


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(WEB / "pages")
    templates = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["asset"] = path_of
    return templates


def render(page: str, status: int = 200, **shown: object) -> HTMLResponse:
    """The page of that name with what it shows."""
    body = _templates().get_template(f"{page}.html.j2").render(shown)
    return HTMLResponse(body, status, headers={"Cache-Control": ASK_EACH_TIME, "Vary": "Accept"})


@router.get("/", summary="The page for reporters", response_class=HTMLResponse)
async def index() -> Response:
    """The element on a page of its own; what is asked stands in the address."""
    return render("index")


@router.get("/embed", summary="A frame for wikis that strip scripts", response_class=HTMLResponse)
async def embed() -> Response:
    """The element in a frame; its attributes are the query's, `#key=` a reader's key."""
    return render("embed")
