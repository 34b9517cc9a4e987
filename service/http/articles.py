"""`/articles`: list what the archive holds, read it in full, add to it and delete from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from onrecord.index.types import Article, Filter, Quote, Span
from onrecord.service.archive import Archive
from onrecord.service.citations import link, place
from onrecord.service.http.auth import refuse_text, unauthorised
from onrecord.service.http.headers import prefers
from onrecord.service.http.pages import HTML, render_article, render_missing
from onrecord.service.http.problems import Problem
from onrecord.service.references import STYLES, Reference, Style
from onrecord.service.schemas import ArticleIn, ArticleOut, ArticlesOut, Day, FullArticleOut

router = APIRouter(prefix="/articles", responses={422: {"model": Problem}})
ArticleId = Annotated[str, InPath(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
WRITE_FAULTS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem} for status in (400, 401, 403, 409, 413, 415, 429, 503)
}
FILE = "file"
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": ArticleIn.model_json_schema()},
            "text/html": {"schema": {"type": "string", "description": "a page, as it was saved"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FILE],
                    "additionalProperties": False,
                    "properties": {FILE: {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}


@router.get("", summary="List the articles")
def list_articles(
    request: Request,
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
        raise _wrong("query", "published_from", "it lies after published_to") from error
    archive: Archive = request.app.state.archive
    with archive.store.snapshot() as snapshot:
        try:
            page = snapshot.articles(where, after, limit)
        except ValueError as error:
            raise _wrong("query", "after", "it is not a cursor that this archive gave") from error
    return ArticlesOut(articles=[ArticleOut.of(one) for one in page.articles], next=page.next)


@router.get(
    "/{article_id}",
    summary="Read an article",
    response_model=FullArticleOut,
    responses={
        200: {"content": {HTML: {"schema": {"type": "string"}}}},
        404: {"model": Problem},
    },
)
def read_article(
    request: Request,
    response: Response,
    article_id: ArticleId,
    sha256: Annotated[
        str | None, Query(pattern=r"^[0-9a-f]{64}$", description="an earlier version's text")
    ] = None,
) -> FullArticleOut | Response:
    """The text that quotes are cut from, and the evidence for its date, title and outlet.

    With `Accept: text/html` it is a page, on which `#START-END` marks a quote.
    """
    archive: Archive = request.app.state.archive
    article = archive.article(article_id, sha256)
    as_page = prefers(request, HTML)
    if article is None:
        if as_page:
            return render_missing()
        raise HTTPException(404, "the archive has no such article, or no such version of it")
    if reason := refuse_text(request, article):
        return unauthorised(request, reason)
    if as_page:
        return render_article(article)
    response.headers["Vary"] = "Accept"
    return FullArticleOut.of(article)


@router.get(
    "/{article_id}/citation",
    summary="Take a citation away",
    response_class=Response,
    responses={
        200: {"content": {kind: {"schema": shape} for kind, _, shape, _ in STYLES.values()}},
        404: {"model": Problem},
    },
)
def cite_article(
    request: Request,
    article_id: ArticleId,
    format: Annotated[Style, Query(description="the style of the reference")] = "text",
    start: Annotated[int | None, Query(ge=0, description="where a quote begins; 0")] = None,
    end: Annotated[int | None, Query(ge=0, description="where it ends; the text's end")] = None,
    sha256: Annotated[
        str | None, Query(pattern=r"^[0-9a-f]{64}$", description="an earlier version's text")
    ] = None,
) -> Response:
    """The article, or its characters from `start` to `end`, as reference managers read them."""
    archive: Archive = request.app.state.archive
    article = archive.article(article_id, sha256)
    if article is None:
        raise HTTPException(404, "the archive has no such article, or no such version of it")
    quote, address = None, place(article, str(request.base_url))
    if start is not None or end is not None:
        span = _read_span(article, start, end)
        quote = Quote.cut(article, span)
        address = link(quote, str(request.base_url))
    media_type, ending, _, write = STYLES[format]
    named = {"Content-Disposition": f'inline; filename="{article.id}.{ending}"'}
    body = write(Reference(article, quote, address))
    return Response(body, media_type=f"{media_type}; charset=utf-8", headers=named)


@router.post(
    "",
    summary="Add an article",
    status_code=201,
    response_model=ArticleOut,
    responses={200: {"model": ArticleOut, "description": "it was known already"}, **WRITE_FAULTS},
    openapi_extra=BODY,
)
async def add_article(request: Request, response: Response) -> ArticleOut:
    """A record, a file or a page of HTML; the next query sees it. Nothing is ever fetched."""
    archive: Archive = request.app.state.archive
    page, name = await _read(request)
    article, is_new = await to_thread.run_sync(archive.add, page, name)
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/articles/{article.id}"
    return ArticleOut.of(article)


@router.delete(
    "/{article_id}",
    summary="Delete an article, every version of it",
    status_code=204,
    responses={404: {"model": Problem}, **WRITE_FAULTS},
)
def delete_article(request: Request, article_id: ArticleId) -> None:
    """Later builds report it as deleted and leave it out, unless asked to bring it back."""
    archive: Archive = request.app.state.archive
    if not archive.delete(article_id):
        raise HTTPException(404, "the archive has no such article")


def _read_span(article: Article, start: int | None, end: int | None) -> Span:
    """The characters that are to be cited, as many as the article's terms allow."""
    length = len(article.text)
    start, end = start or 0, length if end is None else end
    if not start < end <= length:
        raise HTTPException(404, f"the article has no such characters: expected end <= {length}")
    most = article.terms.max_chars if article.terms else None
    if most is not None and end - start > most:
        raise _wrong("query", "end", f"the article's page allows quotes of {most} characters")
    return Span(start, end)


async def _read(request: Request) -> tuple[Mapping[str, object] | bytes, str]:
    """A record, or the bytes of a page and a file name whose ending says of which kind they are."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        return await _read_record(request), ""
    if media_type == "text/html":
        return await request.body(), "page.html"
    if media_type == "multipart/form-data":
        return await _read_file(request)
    raise HTTPException(415, "send JSON, HTML or a form with a file")


async def _read_record(request: Request) -> Mapping[str, object]:
    try:
        record = ArticleIn.model_validate_json(await request.body())
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        located = [{**fault, "loc": ("body", *fault["loc"])} for fault in faults]
        raise RequestValidationError(located) from error
    return record.model_dump(exclude_none=True, mode="json")


async def _read_file(request: Request) -> tuple[bytes, str]:
    async with request.form(max_files=1, max_fields=4) as form:
        if set(form) - {FILE}:
            raise _wrong("body", "", "a file is all that is taken", "extra_forbidden")
        file = form.get(FILE)
        if not isinstance(file, UploadFile):
            raise _wrong("body", FILE, "a file is needed", "missing")
        return await file.read(), file.filename or ""


def _wrong(
    part: str, field: str, message: str, kind: str = "value_error"
) -> RequestValidationError:
    return RequestValidationError([{"type": kind, "loc": (part, field), "msg": message}])
