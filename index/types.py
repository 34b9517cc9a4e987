"""The nouns of the archive: what a page becomes, and what a question is answered with.

All are frozen dataclasses. Offsets are half-open and count Unicode code points of `Article.text`.
"""

from __future__ import annotations

import calendar
import datetime
import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Self

from onrecord.index.defaults import OWN_ENCODING, PASSAGE_TOKENS

UNKNOWN_LANGUAGE = "und"
Precision = Literal["day", "month", "year"]
Days = tuple[datetime.date, datetime.date]  # the first and the last one, both included


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points of one article's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"expected 0 <= start <= end, got {self.start} and {self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share at least one code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a field of an article has its value.

    `rule` names the reading rule that gave it; `snippet` is the characters of the page it read.
    """

    rule: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Published:
    """A publication date in the precision in which it is known, as `2024-12-05` or `2024-12`."""

    date: str | None = None
    precision: Precision | None = None
    evidence: Evidence | None = None

    def __post_init__(self) -> None:
        lengths = {None: 0, "year": 4, "month": 7, "day": 10}
        if lengths[self.precision] != len(self.date or ""):
            raise ValueError(f"expected a date of precision {self.precision}, got {self.date}")
        if self.first is not None and not self.first.isoformat().startswith(str(self.date)):
            raise ValueError(f"expected a calendar date, got {self.date}")  # 2024-W49-4

    @property
    def first(self) -> datetime.date | None:
        """The first day of the published period; None where the article is undated."""
        if self.date is None:
            return None
        return datetime.date.fromisoformat(self.date + "-01-01"[len(self.date) - 4 :])

    @property
    def last(self) -> datetime.date | None:
        """The last day of the published period; None where the article is undated."""
        first = self.first
        if first is None or self.precision == "day":
            return first
        if self.precision == "year":
            return first.replace(month=12, day=31)
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])

    @property
    def days(self) -> Days | None:
        """The first and the last day of the published period; None where it is undated."""
        return (self.first, self.last) if self.first and self.last else None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a page says about quoting it: `max_chars` code points at most, with a link or not."""

    max_chars: int | None
    link_required: bool
    snippet: str


@dataclass(frozen=True)
class Article:
    """One article of the archive.

    `text` is blocks of the page's own text, joined by newlines, never rewritten. `evidence` has,
    for each of `published`, `title`, `outlet` and `authors`, the evidence of the value and then of
    the rejected candidates. `source` says where the page came from, `source_sha256` hashes its
    bytes. `pages` are the offsets of `text` at which the pages of a document begin; an empty page
    begins where the next one does.
    """

    id: str
    title: str
    text: str
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    language: str = UNKNOWN_LANGUAGE
    published: Published = Published()
    terms: Terms | None = None
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    source: str = ""
    source_sha256: str = ""
    pages: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The number of the page, from 1, on which a character stands; None where it has none."""
        return bisect_right(self.pages, offset) or None

    @cached_property
    def sha256(self) -> str:
        """Hex sha256 of `text` as UTF-8; a quote's offsets are valid for this text only."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Budget:
    """How large a passage may be, in tiktoken tokens of `encoding`."""

    tokens: int = PASSAGE_TOKENS
    encoding: str = OWN_ENCODING

    def __post_init__(self) -> None:
        if self.tokens < 16:
            raise ValueError(f"expected a passage budget of at least 16 tokens, got {self.tokens}")


def describe_rows(sentences: Sequence[str]) -> list[str]:
    """The sentences, each row of cells (with tabs between them) with the heads of its columns.

    The heads are the last row above that has no figures and as many cells: below `Town, Cars` the
    row `Brody, 2,911` is read as `Brody: 2,911 Cars`.
    """
    described, heads = [], list[str]()
    for sentence in sentences:
        first, *cells = sentence.split("\t")
        if cells and not any(map(str.isdigit, sentence)):
            heads = cells
        elif cells and len(cells) == len(heads):
            pairs = zip(cells, heads, strict=True)
            sentence = f"{first}: {', '.join(' '.join(filter(None, pair)) for pair in pairs)}"
        described.append(sentence)
    return described


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of one article, small enough for the encoder.

    `sentences` are in order and disjoint; the first starts and the last ends with `span`.
    """

    article_id: str
    span: Span
    text: str
    tokens: int
    sentences: tuple[Span, ...]

    @property
    def id(self) -> str:
        """`article_id:start-end`, the same wherever the article is indexed."""
        return f"{self.article_id}:{self.span.start}-{self.span.end}"

    @property
    def sentence_texts(self) -> list[str]:
        """The text of each sentence as it is understood: a row of a table with its heads."""
        start = self.span.start
        return describe_rows([self.text[s.start - start : s.end - start] for s in self.sentences])

    def describe(self) -> tuple[str, list[tuple[int, int]]]:
        """The text with `sentence_texts` in the place of its sentences, and where each is in it."""
        text, spans, done = "", [], self.span.start
        for span, sentence in zip(self.sentences, self.sentence_texts, strict=True):
            text += self.text[done - self.span.start : span.start - self.span.start]
            spans.append((len(text), len(text) + len(sentence)))
            text, done = text + sentence, span.end
        return text, spans


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may answer: those whose whole published period is within the bounds.

    Bounds are inclusive days, which undated articles never pass; outlets match case-folded.
    """

    published_from: datetime.date | None = None
    published_to: datetime.date | None = None
    outlets: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise ValueError(
                f"published_from {self.published_from} is after published_to {self.published_to}"
            )
        if self.outlets is not None and not self.outlets:
            raise ValueError("outlets must name at least one outlet, or be left out")

    def __bool__(self) -> bool:
        return any((self.published_from, self.published_to, self.outlets))


@dataclass(frozen=True, slots=True)
class Quote:
    """Characters of an article, exactly as they are there.

    `prefix` and `suffix` are the characters around it, fewer where the article's terms limit them.
    """

    article: Article
    span: Span
    text: str
    prefix: str = ""
    suffix: str = ""
    highlights: tuple[Span, ...] = ()
    score: float = 0.0
    ranks: dict[str, int | None] = field(default_factory=dict)
    also_in: tuple[Article, ...] = ()

    def __post_init__(self) -> None:
        if self.article.text[self.span.start : self.span.end] != self.text:
            raise ValueError(
                f"{self.article.id}: the quote is not the article's text at {self.span}"
            )

    @classmethod
    def cut(cls, article: Article, span: Span, **shown: Any) -> Self:
        """Slice a quote from an article, the only way to make one; `shown` are its other fields."""
        if span.end > len(article.text):
            raise ValueError(f"expected a span within {len(article.text)}, got {span}")
        return cls(article, span, article.text[span.start : span.end], **shown)

    @property
    def id(self) -> str:
        """`article_id:start-end`."""
        return f"{self.article.id}:{self.span.start}-{self.span.end}"

    @property
    def page(self) -> int | None:
        """The number of the page on which its evidence begins; None where it has no pages."""
        return self.article.page_at((*self.highlights, self.span)[0].start)


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes that answer a question, or the nearest passages and the reason why none answers it.

    `confidence` is the probability that the archive answers the question. `read_from` says where
    the publication window came from. The last four fields describe the archive that was asked.
    """

    question: str
    standalone_question: str
    status: Literal["answered", "no_answer"]
    reason: Literal["weak_evidence", "nothing_in_window", "empty_archive"] | None
    confidence: float
    quotes: tuple[Quote, ...]
    nearest: tuple[Quote, ...]
    filters: Filter
    read_from: Literal["request", "question"] | None
    today: datetime.date
    generation: int
    fingerprint: str
    articles: int
    passages: int
