"""`POST /verify`: whether a quote is in the archive, with the texts that show it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from onrecord.service.archive import Archive
from onrecord.service.http.problems import Problem
from onrecord.service.verify.schemas import VerifyIn, VerifyOut

router = APIRouter()


@router.post(
    "/verify",
    summary="Is this sentence in the archive, word for word?",
    response_model=VerifyOut,
    responses={400: {"model": Problem}, 422: {"model": Problem}},
)
def verify_quote(asked: VerifyIn, request: Request) -> Response:
    """`verbatim`, `altered` with what differs, or `not_found`; at most ten matches, best first.

    In a `diff`, equal and deleted pieces joined are the quote, equal and inserted ones the `text`.
    Headlines are searched too: such a match has `headline` and no offsets. The form of quotation
    marks, white space, ligatures and invisible characters do not count against `verbatim`, and
    marks around the quote are set aside; case, dashes and punctuation count. `similarity` compares
    words without case and punctuation. Where an article limits quotation, its matches together
    show no more than that: a text is cut, and the rest of the quote is deleted in its diff.
    """
    archive: Archive = request.app.state.archive
    verified = VerifyOut.of(archive.verify(asked.quote))
    return Response(verified.model_dump_json(), media_type="application/json")
