"""What the HTTP contract gives: answers and articles, in the shapes clients are written against.

Offsets count Unicode code points of the article's text.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel

from onrecord.index.types import Answer, Article, Evidence, Quote, Span
from onrecord.service.citations import cite, link


class EvidenceOut(BaseModel):
    """Why a field holds what it holds."""

    rule: str
    snippet: str

    @classmethod
    def of(cls, evidence: Evidence) -> EvidenceOut:
        """The evidence as the contract shows it."""
        return cls(rule=evidence.rule, snippet=evidence.snippet)


class TermsOut(BaseModel):
    """How the article's page says that it may be quoted."""

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
    def of(cls, article: Article) -> Self:
        """The article as the contract shows it."""
        return cls(**_article_fields(article))


class FullArticleOut(ArticleOut):
    """An article with its text and all evidence, the winner of each field first."""

    text: str
    evidence: dict[str, list[EvidenceOut]]

    @classmethod
    def of(cls, article: Article) -> Self:
        """The article as the contract shows it, whole."""
        names = ("published", "title", "outlet", "authors")
        evidence = {
            name: [EvidenceOut.of(piece) for piece in article.evidence.get(name, ())]
            for name in names
        }
        return cls(**_article_fields(article), text=article.text, evidence=evidence)


class ArticlesOut(BaseModel):
    """Articles, newest first, and where the next ones begin."""

    articles: list[ArticleOut]
    next: str | None


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

    @classmethod
    def of(cls, quote: Quote) -> Self:
        """The quote as the contract shows it."""
        return cls(
            id=quote.id,
            text=quote.text,
            start=quote.span.start,
            end=quote.span.end,
            highlights=[_highlight(quote, span) for span in quote.highlights],
            score=round(quote.score, 6),
            ranks=quote.ranks,
            article=ArticleOut.of(quote.article),
            also_in=[ArticleOut.of(article) for article in quote.also_in],
            citation=cite(quote),
            selector=SelectorOut(exact=quote.text, prefix=quote.prefix, suffix=quote.suffix),
            link=link(quote),
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
    def of(cls, answer: Answer, took_ms: float) -> Self:
        """The answer as the contract shows it."""
        return cls(
            question=answer.question,
            standalone_question=answer.standalone_question,
            status=answer.status,
            reason=answer.reason,
            confidence=answer.confidence,
            filters=FiltersOut(
                published_from=answer.filters.published_from,
                published_to=answer.filters.published_to,
                outlets=list(answer.filters.outlets) if answer.filters.outlets else None,
                read_from=answer.read_from,
                today=answer.today,
            ),
            quotes=[QuoteOut.of(quote) for quote in answer.quotes],
            nearest=[QuoteOut.of(quote) for quote in answer.nearest],
            archive=ArchiveOut(
                generation=answer.generation,
                fingerprint=answer.fingerprint,
                articles=answer.articles,
                passages=answer.passages,
            ),
            took_ms=round(took_ms, 2),
        )


def _article_fields(article: Article) -> dict[str, object]:
    published, terms = article.published, article.terms
    return {
        "id": article.id,
        "title": article.title,
        "outlet": article.outlet,
        "authors": list(article.authors),
        "url": article.url,
        "language": article.language,
        "published": published.date,
        "published_precision": published.precision,
        "published_evidence": EvidenceOut.of(published.evidence) if published.evidence else None,
        "terms": TermsOut(
            max_chars=terms.max_chars, link_required=terms.link_required, snippet=terms.snippet
        )
        if terms
        else None,
        "sha256": article.sha256,
    }


def _highlight(quote: Quote, span: Span) -> HighlightOut:
    text = quote.article.text[span.start : span.end]
    return HighlightOut(start=span.start, end=span.end, text=text)
