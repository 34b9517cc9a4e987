"""Whether a sentence is in the archive word for word, and what differs if it is not.

`search` finds passages by BM25 and places in their articles, `alignment` compares words, and
`index/text/words.py` is the only folding that all of them use.

A quote is `verbatim` where an article's headline or text has its characters, with quotation marks,
white space, ligatures and invisible characters folded. It is `altered` where words there are at
least half like it, with case and dashes folded. A quote without a word is not found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from onrecord.index.store import Snapshot
from onrecord.index.text.words import fold_words, read_words
from onrecord.index.types import Span
from onrecord.service.verify.search import (
    Match,
    Region,
    find_alike,
    find_passages,
    find_verbatim,
    surroundings,
)

__all__ = ["Match", "Verdict", "Verification", "verify"]
Verdict = Literal["verbatim", "altered", "not_found"]
MOST_MATCHES = 10
READ_PASSAGES = 25  # the likeliest, around which articles are read word by word
# The likeliest articles whose headlines are read. Of 240 headlines and first words of headlines in
# 1,786 news articles 226 are among the first 25, 238 among 50 and all among 100.
READ_HEADLINES = 100


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict on a quote, with at most ten matches, the best first."""

    verdict: Verdict
    matches: tuple[Match, ...]


def verify(snapshot: Snapshot, quote: str) -> Verification:
    """The verdict on a quote and the texts that it rests on.

    Verbatim texts come first, then the most similar; of equals texts before headlines, then the one
    published first.
    """
    found = sorted(_find(snapshot, quote), key=_order)[:MOST_MATCHES]
    verdict: Verdict = "not_found"
    if found:
        verdict = "verbatim" if found[0].verbatim else "altered"
    return Verification(verdict, tuple(_limit(found)))


def _find(snapshot: Snapshot, quote: str) -> list[Match]:
    """Where the quote stands and, if that is fewer than ten matches, where similar words stand."""
    words = read_words(quote)
    if not words:
        return []
    passages = find_passages(snapshot, quote, words)
    names = islice(dict.fromkeys(passage.article_id for passage in passages), READ_HEADLINES)
    articles = {name: article for name in names if (article := snapshot.article(name))}
    likeliest = passages[:READ_PASSAGES]
    texts = [
        Region(articles[name], False, Span(0, len(articles[name].text)))
        for name in dict.fromkeys(passage.article_id for passage in likeliest)
        if name in articles
    ]
    headlines = [
        Region(article, True, Span(0, len(article.title)))
        for article in articles.values()
        if 2 * len(fold_words(article.title)) >= len(words)  # others are less than half like it
    ]
    matches = find_verbatim(quote, [*headlines, *texts], MOST_MATCHES)
    if len(matches) >= MOST_MATCHES:
        return matches
    near = [*headlines, *surroundings(len(quote), likeliest, articles)]
    for match in find_alike(quote, near, 2 * MOST_MATCHES):
        if not any(match.overlaps(other) for other in matches):
            matches.append(match)
    return matches


def _order(match: Match) -> tuple[bool, float, bool, bool, int, str, int]:
    first = match.article.published.first
    return (
        not match.verbatim,
        -match.similarity,
        match.headline,
        first is None,
        first.toordinal() if first else 0,
        match.article.id,
        match.span.start,
    )


def _limit(matches: Sequence[Match]) -> Iterator[Match]:
    """The matches, within their articles' terms.

    All matches of an article that limits quotation stay within the limit together: a text is cut
    after the last word that fits, and the diff is with what is left of it. Similarity and verdict
    are those of the uncut text, so an article's first match stays even if nothing fits.
    """
    shown: dict[str, int] = {}
    for match in matches:
        article, terms = match.article.id, match.article.terms
        if terms and terms.max_chars is not None:
            match = _cut(match, terms.max_chars - shown.get(article, 0))
            if not match.text and article in shown:
                continue
        shown[article] = shown.get(article, 0) + len(match.text)
        yield match


def _cut(match: Match, limit: int) -> Match:
    """The beginning of the text, in complete words, within so many characters."""
    start, end = match.span.start, match.span.end
    if end - start <= limit:
        return match
    ends = [word.end for word in read_words(match.source, start, end)]
    end = max([start, *(end for end in ends if end - start <= limit)])
    return replace(match, span=Span(start, end))
