"""Quotes as a report shows them: cut into segments, with a verdict and a safe link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from onrecord.eval.replies import Returned

SHOWN = 3  # quotes of a question that a report shows
SCHEMES = ("http", "https")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a quote that is marked throughout or not at all, and an answer or not."""

    text: str
    marked: bool
    answer: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote to show. `right` is None where no answer is known to hold it against.

    `link` is None where the address is none that a browser should follow from here.
    """

    segments: tuple[Segment, ...]
    right: bool | None
    relevant: bool
    verbatim: bool
    title: str
    outlet: str | None
    link: str | None
    published: str | None


def excerpt(quotes: Sequence[Returned], case: Mapping[str, Any]) -> tuple[Excerpt, ...]:
    """The first quotes of a question, with the verdicts that its case holds."""
    relevant = set(case["relevant"])
    shown = []
    for place, quote in enumerate(quotes[:SHOWN]):
        right = case["right"][place] if case["answers"] and place < len(case["right"]) else None
        shown.append(
            Excerpt(
                segments=tuple(cut(quote, case["answers"] if right else ())),
                right=right,
                relevant=not relevant.isdisjoint({quote.article, *quote.also_in}),
                verbatim=quote.verbatim,
                title=quote.title,
                outlet=quote.outlet,
                link=follow(quote.url),
                published=quote.published,
            )
        )
    return tuple(shown)


def cut(quote: Returned, answers: Iterable[str] = ()) -> list[Segment]:
    """The quote's text in segments, which joined are the text; offsets count code points."""
    text, start = quote.text or "", quote.span.start
    marks = [(mark.start - start, mark.end - start) for mark in quote.highlights]
    found = [span for answer in answers for span in _find(text, answer)]
    bounds = {0, len(text)} | {min(max(at, 0), len(text)) for span in marks + found for at in span}
    edges = sorted(bounds)
    return [
        Segment(text[low:high], _covers(marks, low, high), _covers(found, low, high))
        for low, high in pairwise(edges)
    ]


def follow(url: str | None) -> str | None:
    """The address if it is one of the web, else None: `javascript:` is an address too."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in SCHEMES and parts.netloc else None


def _find(text: str, answer: str) -> list[tuple[int, int]]:
    """Where the answer's words stand as written; `holds` finds more, but not where."""
    words = answer.split()
    if not words:
        return []
    phrase = r"\s+".join(map(re.escape, words))
    return [found.span() for found in re.finditer(rf"(?<!\w){phrase}(?!\w)", text, re.IGNORECASE)]


def _covers(spans: Iterable[tuple[int, int]], low: int, high: int) -> bool:
    return any(start <= low and high <= end for start, end in spans)
