"""`POST /articles` and `DELETE /articles/{id}`: what holders of a writer's key may do."""

from __future__ import annotations

import json
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from onrecord.index.errors import Conflict, UnreadablePage
from onrecord.index.ingest import add_page
from onrecord.service.answer import Answerer
from onrecord.service.http.opened import answerer, settings_of
from onrecord.service.http.problems import Problem
from onrecord.service.requests import ArticleIn
from onrecord.service.schemas import ArticleOut

router = APIRouter(prefix="/articles")
Opened = Annotated[Answerer, Depends(answerer)]
FILE = "file"
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem} for status in (400, 401, 403, 409, 413, 415, 422, 429, 503)
}
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


@router.post(
    "",
    summary="Add an article",
    status_code=201,
    response_model=ArticleOut,
    responses={200: {"model": ArticleOut, "description": "it was known already"}, **PROBLEMS},
    openapi_extra=BODY,
)
async def add_article(request: Request, response: Response, opened: Opened) -> ArticleOut:
    """A record, a file or a page of HTML; the next query sees it. Nothing is ever fetched."""
    raw, name = await _read(request)
    budget = settings_of(request).budget
    try:
        article, is_new = await to_thread.run_sync(
            add_page, raw, name, opened.store, opened.encoder, budget
        )
    except UnreadablePage as error:
        raise HTTPException(422, str(error)) from error
    except Conflict as error:
        raise HTTPException(409, str(error)) from error
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/articles/{article.id}"
    return ArticleOut.of(article)


@router.delete(
    "/{article_id}",
    summary="Delete an article, every version of it",
    status_code=204,
    responses={404: {"model": Problem}, **PROBLEMS},
)
def delete_article(
    opened: Opened, article_id: Annotated[str, InPath(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
) -> None:
    """Later builds report it as deleted and leave it out, unless asked to bring it back."""
    if not opened.store.delete(article_id):
        raise HTTPException(404, "the archive has no such article")
    opened.store.publish()


async def _read(request: Request) -> tuple[bytes, str]:
    """The bytes that were sent, and a name whose ending says of which kind they are."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return await _read_record(request)
    if kind == "text/html":
        return await request.body(), "page.html"
    if kind == "multipart/form-data":
        return await _read_file(request)
    raise HTTPException(415, "send JSON, HTML or a form with a file")


async def _read_record(request: Request) -> tuple[bytes, str]:
    try:
        record = ArticleIn.model_validate_json(await request.body())
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        if any(fault["type"] == "json_invalid" for fault in faults):
            raise HTTPException(400, "the body is not valid JSON") from error
        located = [{**fault, "loc": ("body", *fault["loc"])} for fault in faults]
        raise RequestValidationError(located) from error
    fields = record.model_dump(exclude_none=True, mode="json")
    return json.dumps(fields, ensure_ascii=False).encode(), "article.json"


async def _read_file(request: Request) -> tuple[bytes, str]:
    async with request.form(max_files=1, max_fields=4) as form:
        if set(form) - {FILE}:
            raise _wrong("extra_forbidden", "", "a file is all that is taken")
        file = form.get(FILE)
        if not isinstance(file, UploadFile):
            raise _wrong("missing", FILE, "a file is needed")
        return await file.read(), file.filename or ""


def _wrong(kind: str, field: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"type": kind, "loc": ("body", field), "msg": message}])
