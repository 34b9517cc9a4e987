"""Answers as the service words them, made of the small paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from onrecord.index.types import Answer, Article, Filter, Quote, Span
from onrecord.service.schemas import AnswerOut, QuoteOut
from tests.web.articles import GREENHOUSE, LOCK, TRAM
from tests.web.scripted import event

TODAY = date(2025, 3, 12)
STAGES = [event("status", {"stage": stage}) for stage in ("reading", "searching", "quoting")]
DONE = event("done", {})


def quote_of(article: Article, *marks: Span, score: float = 0.5, **more: Any) -> Quote:
    """The whole text of an article as a quote; its first sentence is the evidence by default."""
    first = Span(0, article.text.index(". ") + 1)
    cut = Quote.cut(article, Span(0, len(article.text)))
    return replace(cut, highlights=marks or (first,), score=score, **more)


THREE = (quote_of(LOCK, score=0.9), quote_of(GREENHOUSE, score=0.7), quote_of(TRAM, score=0.4))


def answer_of(quotes: Sequence[Quote] = THREE, confidence: float = 0.9, **more: Any) -> Any:
    """What `POST /chat` gives, as JSON; with a reason, the quotes are the nearest misses."""
    missed = more.get("reason") is not None
    fields: dict[str, Any] = {
        "question": "What is new?",
        "standalone_question": "What is new?",
        "status": "no_answer" if missed else "answered",
        "reason": None,
        "confidence": confidence,
        "quotes": () if missed else tuple(quotes),
        "nearest": tuple(quotes) if missed else (),
        "filters": Filter(),
        "read_from": None,
        "today": TODAY,
        "generation": 1,
        "fingerprint": "sha256:0",
        "articles": 9,
        "passages": 12,
    }
    return AnswerOut.of(Answer(**fields | more), 0.0).model_dump(mode="json") | {"took_ms": 1.0}


def stream_of(answer: Any) -> list[bytes]:
    """The events that bring an answer."""
    quotes = [event("quote", quote) for quote in answer["quotes"]]
    return [*STAGES, *quotes, event("answer", answer), DONE]


def echo(asked: dict[str, Any]) -> list[bytes]:
    """An answer to whatever was asked, in its own words."""
    question = asked["messages"][-1]["content"]
    return stream_of(answer_of(question=question, standalone_question=question))


def wire(quote: Quote) -> Any:
    """A quote as JSON."""
    return QuoteOut.of(quote).model_dump(mode="json")
