"""What `POST /verify` takes and gives. Offsets count Unicode code points."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, StringConstraints

from onrecord.service.schemas import ArticleOut, RequestBody, with_example
from onrecord.service.verify import Match, Verdict, Verification
from onrecord.service.verify.alignment import DiffPiece


class VerifyIn(RequestBody):
    """What `POST /verify` takes: the quote as it was read or heard, white space included."""

    model_config = with_example(
        quote="Russia drafted nearly 5,500 people from occupied Crimea into its army"
    )

    quote: Annotated[str, StringConstraints(min_length=1, max_length=5_000, strict=True)]
    """the sentence that an article is said to hold"""


class MatchOut(BaseModel):
    """A text of an article that is the quote or like it: `text[start:end]` of it is `text`.

    With `headline`, `text` is of the article's title, and `start` and `end` are 0.
    """

    article: ArticleOut
    start: int
    end: int
    text: str
    similarity: float
    diff: list[DiffPiece]
    headline: bool

    @classmethod
    def of(cls, match: Match) -> Self:
        """The match as the contract shows it."""
        return cls(
            article=ArticleOut.of(match.article),
            start=0 if match.headline else match.span.start,
            end=0 if match.headline else match.span.end,
            text=match.text,
            similarity=round(match.similarity, 6),
            diff=list(match.diff),
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
