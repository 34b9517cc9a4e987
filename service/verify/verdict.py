"""Decide whether a sentence is in the archive word for word, and show the nearest texts.

A quote is `verbatim` where an article has its characters, with quotation marks and white space
folded. It is `altered` where a text of an article is at least half like it, with case and dashes
folded. A quote without a word is not found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from onrecord.index.store import Snapshot
from onrecord.index.types import Article, Span
from onrecord.service.verify.altered import find_likenesses
from onrecord.service.verify.candidates import find_passages
from onrecord.service.verify.differences import DiffPiece, compare
from onrecord.service.verify.verbatim import forms, occurrences
from onrecord.service.verify.words import read_words

Verdict = Literal["verbatim", "altered", "not_found"]
MOST_MATCHES = 10
READ_PASSAGES = 25  # the likeliest, around which articles are read word by word


@dataclass(frozen=True, slots=True)
class Match:
    """A text of an article that is the quote or like it; `diff` leads from one to the other."""

    article: Article
    span: Span
    similarity: float
    verbatim: bool
    diff: tuple[DiffPiece, ...]

    @property
    def text(self) -> str:
        """The article's own characters."""
        return self.article.text[self.span.start : self.span.end]


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict on a quote, with at most ten matches, the best first."""

    verdict: Verdict
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    article: Article
    span: Span
    similarity: float
    verbatim: bool


def verify(snapshot: Snapshot, quote: str) -> Verification:
    """The verdict on a quote and the texts that it rests on.

    Verbatim texts come first, then the most similar; of equals the one published first.
    """
    places = sorted(_find(snapshot, quote), key=_order)[:MOST_MATCHES]
    verdict: Verdict = "not_found"
    if places:
        verdict = "verbatim" if places[0].verbatim else "altered"
    return Verification(verdict, tuple(_show(quote, places)))


def _find(snapshot: Snapshot, quote: str) -> list[_Place]:
    """Where the quote stands and, if that is fewer than ten places, where similar words stand."""
    words = read_words(quote)
    if not words:
        return []
    exact = forms(quote)
    passages = find_passages(snapshot, quote, words)[:READ_PASSAGES]
    read = cache(snapshot.article)
    places = [
        _Place(article, span, 1.0, True)
        for article in map(read, dict.fromkeys(passage.article_id for passage in passages))
        if article is not None
        for span in occurrences(exact, article.text, MOST_MATCHES)
    ]
    if len(places) >= MOST_MATCHES:
        return places
    for like in find_likenesses(quote, passages, read, 2 * MOST_MATCHES):
        place = _Place(like.article, like.span, like.similarity, False)
        if not any(_overlap(place, other) for other in places):
            places.append(place)
    return places


def _overlap(one: _Place, other: _Place) -> bool:
    return one.article.id == other.article.id and one.span.overlaps(other.span)


def _order(place: _Place) -> tuple[bool, float, bool, int, str, int]:
    first = place.article.published.first
    day = first.toordinal() if first else 0
    return (
        not place.verbatim,
        -place.similarity,
        first is None,
        day,
        place.article.id,
        place.span.start,
    )


def _show(quote: str, places: Sequence[_Place]) -> Iterator[Match]:
    """The matches, within their articles' terms.

    All matches of an article that limits quotation stay within the limit together: a text is cut
    after the last word that fits, and the diff is with what is left of it. Similarity and verdict
    are those of the uncut text, so an article's first match stays even if nothing fits.
    """
    shown: dict[str, int] = {}
    for place in places:
        article, span = place.article, place.span
        limit = article.terms.max_chars if article.terms else None
        if limit is not None:
            span = _cut(article.text, span, limit - shown.get(article.id, 0))
            if not span and article.id in shown:
                continue
        shown[article.id] = shown.get(article.id, 0) + len(span)
        text = article.text[span.start : span.end]
        yield Match(article, span, place.similarity, place.verbatim, compare(quote, text))


def _cut(text: str, span: Span, limit: int) -> Span:
    """The beginning of the span, in complete words, within so many characters."""
    if len(span) <= limit:
        return span
    ends = [word.end for word in read_words(text, span.start, span.end)]
    return Span(span.start, max([span.start, *(e for e in ends if e - span.start <= limit)]))
