"""The shapes of the HTTP contract: what requests hold, checked at the edge, and what they get.

Clients are written against these names. Offsets count Unicode code points of the article's text.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from onrecord.index.defaults import MAX_QUESTION_CHARS
from onrecord.index.types import Answer, Article, Filter, Published, Quote
from onrecord.service.answer import Query, Sort
from onrecord.service.citations import cite, link
from onrecord.service.verify import Match, Verdict, Verification
from onrecord.service.verify.alignment import DiffPiece

Question = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=MAX_QUESTION_CHARS, strict=True
    ),
]

MOST_EARLIER = 20  # questions that a follow-up is read against
MOST_MESSAGES = 1_000  # of a conversation, which clients send in full each time


def _as_day(given: object) -> object:
    """Accept a day that is written YYYY-MM-DD, and no time stamp."""
    if type(given) is date or (isinstance(given, str) and _DAY.fullmatch(given)):
        return given
    raise ValueError("expected a day as YYYY-MM-DD")


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = Annotated[date, BeforeValidator(_as_day)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class RequestBody(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(
        extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True
    )


def with_example(**fields: Any) -> ConfigDict:
    """The configuration of a request body that shows an example in the OpenAPI document."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class QueryOptions(RequestBody):
    """What goes with every question: how many quotes, from which articles, in which order."""

    top_k: int = Field(5, ge=1, le=50, strict=True)
    """the most quotes"""
    published_from: Day | None = None
    """first day of publication"""
    published_to: Day | None = None
    """last day of publication"""
    outlets: list[Annotated[Name, Field(strict=True)]] | None = Field(
        None, min_length=1, max_length=50
    )
    """only these outlets, in any case"""
    sort: Sort = "relevance"
    """the order of the `top_k` most relevant quotes"""
    today: Day | None = None
    """what "last week" is read against; null: the UTC date"""

    @model_validator(mode="after")
    def _window_runs_forward(self) -> Self:
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise ValueError("published_from is after published_to")
        return self

    def _query(self, question: str, history: Sequence[str]) -> Query:
        """A question with its history and these options."""
        outlets = tuple(self.outlets) if self.outlets else None
        where = Filter(self.published_from, self.published_to, outlets)
        return Query(question, self.top_k, where, self.sort, tuple(history), self.today)


class QueryIn(QueryOptions):
    """What `POST /query` takes."""

    model_config = with_example(question="How many people were drafted in Crimea in 2024?", top_k=3)

    question: Question
    """in plain words"""
    history: list[Question] = Field([], max_length=MOST_EARLIER)
    """the conversation's earlier questions, oldest first"""

    def query(self) -> Query:
        """The request as the answerer takes it."""
        return self._query(self.question, self.history)


class ChatMessage(RequestBody):
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    content: str = Field(strict=True)
    """of a user: a question of 1 to 1000 characters; of the assistant: ignored"""

    @field_validator("content")
    @classmethod
    def _users_ask(cls, content: str, info: ValidationInfo) -> str:
        if info.data.get("role") != "user":
            return content
        try:
            return _QUESTION.validate_python(content)
        except ValidationError as error:
            raise ValueError(error.errors()[0]["msg"]) from error


_QUESTION = TypeAdapter(Question)


class ChatIn(QueryOptions):
    """What `POST /chat` takes: a conversation, whose last message is the question.

    The user's messages before it are its history, of which the newest 20 count.
    """

    model_config = with_example(
        messages=[
            {"role": "user", "content": "How many were drafted in Crimea in 2024?"},
            {"role": "assistant", "content": "… (ignored)"},
            {"role": "user", "content": "And in 2023?"},
        ]
    )

    messages: list[ChatMessage] = Field(min_length=1, max_length=MOST_MESSAGES)
    """oldest first; the last is the user's"""

    @field_validator("messages")
    @classmethod
    def _a_question_comes_last(cls, messages: list[ChatMessage]) -> list[ChatMessage]:
        if messages[-1].role != "user":
            raise ValueError("the last message must be the user's")
        return messages

    def query(self) -> Query:
        """The request as the answerer takes it."""
        *earlier, question = (turn.content for turn in self.messages if turn.role == "user")
        return self._query(question, earlier[-MOST_EARLIER:])


class VerifyIn(RequestBody):
    """What `POST /verify` takes: the quote as it was read or heard, white space included."""

    model_config = with_example(
        quote="Russia drafted nearly 5,500 people from occupied Crimea into its army"
    )

    quote: Annotated[str, StringConstraints(min_length=1, max_length=5_000, strict=True)]
    """the sentence that an article is said to hold"""


class HighlightOut(BaseModel):
    """A sentence of a quote that carries the evidence."""

    start: int
    end: int
    text: str


class SelectorOut(BaseModel):
    """A W3C text quote selector."""

    type: Literal["TextQuoteSelector"] = "TextQuoteSelector"
    exact: str
    prefix: str
    suffix: str


class QuoteOut(BaseModel):
    """Characters of an article, word for word: `text[start:end]` of it is `text`."""

    id: str
    text: str
    start: int
    end: int
    highlights: list[HighlightOut]
    score: float
    ranks: dict[str, int | None]
    article: ArticleOut
    also_in: list[ArticleOut]
    citation: str
    selector: SelectorOut
    link: str | None
    page: int | None
    """the page of a document on which the evidence begins"""

    @classmethod
    def of(cls, quote: Quote, base: str | None = None) -> Self:
        """The quote as the contract shows it; `base` is the service's own address."""
        text = quote.article.text
        return cls(
            id=quote.id,
            text=quote.text,
            start=quote.span.start,
            end=quote.span.end,
            highlights=[
                HighlightOut(start=mark.start, end=mark.end, text=text[mark.start : mark.end])
                for mark in quote.highlights
            ],
            score=round(quote.score, 6),
            ranks=quote.ranks,
            article=ArticleOut.of(quote.article),
            also_in=[ArticleOut.of(article) for article in quote.also_in],
            citation=cite(quote),
            selector=SelectorOut(exact=quote.text, prefix=quote.prefix, suffix=quote.suffix),
            link=link(quote, base),
            page=quote.page,
        )


class FiltersOut(BaseModel):
    """The filters in force and where they came from."""

    published_from: date | None
    published_to: date | None
    outlets: list[str] | None
    read_from: Literal["request", "question"] | None
    today: date


class ArchiveOut(BaseModel):
    """Which state of the archive answered."""

    model_config = ConfigDict(from_attributes=True)

    generation: int
    fingerprint: str
    articles: int
    passages: int


class AnswerOut(BaseModel):
    """What `POST /query` gives: quotes, or the reason why there are none."""

    question: str
    standalone_question: str
    status: Literal["answered", "no_answer"]
    reason: Literal["weak_evidence", "nothing_in_window", "empty_archive"] | None
    confidence: float
    filters: FiltersOut
    quotes: list[QuoteOut]
    nearest: list[QuoteOut]
    archive: ArchiveOut
    took_ms: float

    @classmethod
    def of(cls, answer: Answer, began: float, base: str | None = None) -> Self:
        """The answer as the contract shows it; `began` is the `time.perf_counter()` of asking.

        `base` is the service's own address, to which articles without one of their own are linked.
        """
        return cls(
            question=answer.question,
            standalone_question=answer.standalone_question,
            status=answer.status,
            reason=answer.reason,
            confidence=answer.confidence,
            filters=FiltersOut(
                **asdict(answer.filters), read_from=answer.read_from, today=answer.today
            ),
            quotes=[QuoteOut.of(quote, base) for quote in answer.quotes],
            nearest=[QuoteOut.of(quote, base) for quote in answer.nearest],
            archive=ArchiveOut.model_validate(answer),
            took_ms=round((time.perf_counter() - began) * 1000, 2),
        )


class ArticleIn(RequestBody):
    """One article as `POST /articles` takes it."""

    model_config = with_example(
        title="Night ferry stops",
        text="The night ferry between Varnholm and the island of Lys sails no more.",
        published="2024-03-04",
        outlet="Harbour Post",
    )

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    text: str = Field(min_length=1)
    id: str | None = Field(None, pattern=r"^[A-Za-z0-9._-]{1,64}$")
    """its own id, if it has one"""
    published: Annotated[str | None, AfterValidator(_check_published)] = Field(
        None, json_schema_extra={"pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
    )
    """YYYY-MM-DD, YYYY-MM or YYYY, as far as it is known"""
    outlet: Name | None = None
    authors: list[Name] | None = Field(None, max_length=50)
    url: HttpUrl | None = Field(None, json_schema_extra={"pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"})
    """where it was published; never fetched"""


class EvidenceOut(BaseModel):
    """Why a field holds what it holds."""

    model_config = ConfigDict(from_attributes=True)

    rule: str
    snippet: str


class TermsOut(BaseModel):
    """How the article's page says that it may be quoted."""

    model_config = ConfigDict(from_attributes=True)

    max_chars: int | None
    link_required: bool
    snippet: str


class ArticleOut(BaseModel):
    """An article without its text."""

    id: str
    title: str
    outlet: str | None
    authors: list[str]
    url: str | None
    language: str
    published: str | None
    published_precision: Literal["day", "month", "year"] | None
    published_evidence: EvidenceOut | None
    terms: TermsOut | None
    sha256: str

    @classmethod
    def of(cls, article: Article, **more: object) -> Self:
        """The article as the contract shows it, with more fields where a subclass has them."""
        names = ("id", "title", "outlet", "authors", "url", "language", "terms", "sha256")
        fields: dict[str, Any] = {name: getattr(article, name) for name in names}
        published = article.published
        return cls(
            **fields,
            **more,
            published=published.date,
            published_precision=published.precision,
            published_evidence=published.evidence,
        )


class FullArticleOut(ArticleOut):
    """An article with its text and all evidence, the winner of each field first."""

    text: str
    evidence: dict[str, list[EvidenceOut]]

    @classmethod
    def of(cls, article: Article, **more: object) -> Self:
        """The article as the contract shows it, with its text."""
        names = ("published", "title", "outlet", "authors")
        evidence = {name: article.evidence.get(name, ()) for name in names}
        return super().of(article, text=article.text, evidence=evidence, **more)


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


class ArticlesOut(BaseModel):
    """Articles, newest first, and where the next ones begin."""

    articles: list[ArticleOut]
    next: str | None


def _check_published(given: str | None) -> str | None:
    """Accept a calendar date of any precision."""
    if given is not None:
        precision = {4: "year", 7: "month", 10: "day"}.get(len(given))
        try:
            Published(given, precision)  # type: ignore[arg-type]
        except ValueError as error:  # its text repeats what was given
            raise ValueError("expected a calendar date as YYYY-MM-DD, YYYY-MM or YYYY") from error
    return given


def describe_faults(error: ValidationError) -> str:
    """What is wrong with which fields, without what was given: no values, no unknown names."""
    described = []
    for fault in error.errors():
        unknown = fault["type"] == "extra_forbidden"
        field = ".".join(map(str, fault["loc"][:-1] if unknown else fault["loc"]))
        message = fault["msg"].removeprefix("Value error, ")
        described.append(f"{field}: {message}" if field else message)
    return "; ".join(described)
