"""What `POST /verify` takes and gives. Offsets count Unicode code points."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from onrecord.service.schemas import ArticleOut, RequestBody
from onrecord.service.verify.search import Match
from onrecord.service.verify.verdict import Verdict, Verification


class VerifyIn(RequestBody):
    """What `POST /verify` takes: the quote as it was read or heard, white space included."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"quote": "Russia drafted nearly 5,500 people from occupied Crimea into its army"}
            ]
        }
    )

    quote: Annotated[
        str,
        StringConstraints(min_length=1, max_length=5_000, strict=True),
        Field(description="the sentence that an article is said to hold"),
    ]


class PieceOut(BaseModel):
    """Characters that the quote and the text share, or that only one of them has."""

    op: Literal["equal", "insert", "delete"]
    text: str


class MatchOut(BaseModel):
    """A text of an article that is the quote or like it: `text[start:end]` of it is `text`.

    A headline is no part of the article's text: `start` and `end` are 0 then.
    """

    article: ArticleOut
    start: int
    end: int
    text: str
    similarity: float
    diff: list[PieceOut]
    headline: Annotated[
        bool,
        Field(description="whether `text` is of the article's title; `start` and `end` are 0 then"),
    ]

    @classmethod
    def of(cls, match: Match) -> Self:
        """The match as the contract shows it."""
        return cls(
            article=ArticleOut.of(match.article),
            start=0 if match.headline else match.span.start,
            end=0 if match.headline else match.span.end,
            text=match.text,
            similarity=round(match.similarity, 6),
            diff=[PieceOut(op=piece.op, text=piece.text) for piece in match.diff],
            headline=match.headline,
        )


class VerifyOut(BaseModel):
    """What `POST /verify` gives: the verdict and the texts that it rests on, the best first."""

    verdict: Verdict
    matches: list[MatchOut]

    @classmethod
    def of(cls, verification: Verification) -> Self:
        """The verification as the contract shows it."""
        matches = [MatchOut.of(match) for match in verification.matches]
        return cls(verdict=verification.verdict, matches=matches)
