"""What a service said to a question, as much of it as is measured: one line of a run's file.

The texts of the first quotes are kept to be read in reports; of those below, the verdicts alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from index.types import Span

TEXTS_KEPT = 10


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
