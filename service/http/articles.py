"""`GET /articles` and `GET /articles/{id}`: what the archive holds, whole, to check a quote by."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse

from onrecord.index.types import Filter
from onrecord.service.answer import Answerer
from onrecord.service.http.accepting import prefers
from onrecord.service.http.article_page import render_article, render_key, render_missing
from onrecord.service.http.opened import answerer
from onrecord.service.http.pages import HTML
from onrecord.service.http.problems import Problem
from onrecord.service.http.whole import needs_key, require_key
from onrecord.service.requests import Day
from onrecord.service.schemas import ArticleOut, ArticlesOut, FullArticleOut

router = APIRouter(prefix="/articles")
Opened = Annotated[Answerer, Depends(answerer)]
FAULTS = {422: {"model": Problem}}


@router.get("", summary="List the articles", responses=FAULTS)  # type: ignore[arg-type]
def list_articles(
    opened: Opened,
    after: Annotated[str | None, Query(max_length=300, description="a page's `next`")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    outlet: Annotated[
        list[str] | None, Query(description="only this outlet; may be repeated")
    ] = None,
    published_from: Day | None = None,
    published_to: Day | None = None,
) -> ArticlesOut:
    """Newest first, undated last."""
    try:
        where = Filter(published_from, published_to, tuple(outlet) if outlet else None)
    except ValueError as error:
        raise _wrong("published_from", "it lies after published_to") from error
    with opened.store.snapshot() as snapshot:
        try:
            page = snapshot.articles(where, after, limit)
        except ValueError as error:
            raise _wrong("after", "it is not a cursor that this archive gave") from error
    return ArticlesOut(articles=[ArticleOut.of(one) for one in page.articles], next=page.next)


@router.get(
    "/{article_id}",
    summary="Read an article",
    response_model=FullArticleOut,
    responses={
        200: {"content": {HTML: {"schema": {"type": "string"}}}},
        404: {"model": Problem},
        **FAULTS,  # type: ignore[dict-item]
    },
)
def read_article(
    request: Request,
    opened: Opened,
    response: Response,
    article_id: Annotated[str, InPath(pattern=r"^[A-Za-z0-9._-]{1,64}$")],
    sha256: Annotated[
        str | None, Query(pattern=r"^[0-9a-f]{64}$", description="an earlier version's text")
    ] = None,
) -> FullArticleOut | HTMLResponse:
    """The text that quotes are cut from, and the evidence for its date, title and outlet.

    With `Accept: text/html` it is a page, on which `#START-END` marks a quote.
    """
    with opened.store.snapshot() as snapshot:
        article = snapshot.article(article_id, sha256)
    for_people = prefers(request, HTML)
    if article is None:
        if for_people:
            return render_missing()
        raise HTTPException(404, "the archive has no such article, or no such version of it")
    if for_people and needs_key(request, article):
        return render_key()
    require_key(request, article)
    if for_people:
        return render_article(article)
    response.headers["Vary"] = "Accept"
    return FullArticleOut.of(article)


def _wrong(field: str, message: str) -> RequestValidationError:
    return RequestValidationError(
        [{"type": "value_error", "loc": ("query", field), "msg": message}]
    )
