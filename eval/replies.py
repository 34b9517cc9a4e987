"""What a service said to a question, as much of it as is measured: one line of a run's file.

The texts of the first quotes are kept to be read in reports; of those below, the verdicts alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from onrecord.index.types import Span

TEXTS_KEPT = 10

ReadText = Callable[[str, str | None], str | None]  # an article's text by its id and sha256


@dataclass(frozen=True, slots=True)
class Returned:
    """A quote as it came back. `verbatim` says whether it is its article's text at its offsets.

    `text` is None below the first `TEXTS_KEPT`.
    """

    article: str
    span: Span
    text: str | None
    highlights: tuple[Span, ...]
    also_in: tuple[str, ...]
    title: str
    outlet: str | None
    url: str | None
    published: str | None
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one question: what was quoted, or the nearest misses where nothing was."""

    question: str
    answered: bool
    reason: str | None
    confidence: float
    quotes: tuple[Returned, ...]
    fingerprint: str

    def as_line(self) -> dict[str, Any]:
        """The reply as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_line(cls, line: Mapping[str, Any]) -> Self:
        """The reply that `as_line` wrote."""
        quotes = tuple(
            Returned(
                **{
                    **quote,
                    "span": Span(**quote["span"]),
                    "highlights": tuple(Span(**mark) for mark in quote["highlights"]),
                    "also_in": tuple(quote["also_in"]),
                }
            )
            for quote in line["quotes"]
        )
        return cls(**{**line, "quotes": quotes})


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a reply took: in all, as the client saw it, and inside the service; milliseconds."""

    total_ms: float
    service_ms: float


def read_reply(question: str, payload: Mapping[str, Any], read_text: ReadText) -> Reply:
    """A reply from the contract's answer, each quote compared with its article's text."""
    shown = payload["quotes"] or payload["nearest"]
    quotes = [_read_quote(quote, place, read_text) for place, quote in enumerate(shown)]
    return Reply(
        question=question,
        answered=payload["status"] == "answered",
        reason=payload["reason"],
        confidence=float(payload["confidence"]),
        quotes=tuple(quotes),
        fingerprint=payload["archive"]["fingerprint"],
    )


def _read_quote(quote: Mapping[str, Any], place: int, read_text: ReadText) -> Returned:
    article, span = quote["article"], Span(quote["start"], quote["end"])
    text = read_text(article["id"], article["sha256"])
    marks = [Span(mark["start"], mark["end"]) for mark in quote["highlights"]]
    inside = text is not None and len(span) > 0 and span.end <= len(text)
    return Returned(
        article=article["id"],
        span=span,
        text=quote["text"] if place < TEXTS_KEPT else None,
        highlights=tuple(marks),
        also_in=tuple(other["id"] for other in quote["also_in"]),
        title=article["title"],
        outlet=article["outlet"],
        url=article["url"],
        published=article["published"],
        verbatim=inside and (text or "")[span.start : span.end] == quote["text"],
    )
