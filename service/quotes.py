"""Cut quotes from what was found, within what each article's terms allow, and mark their evidence.

If an article limits quotation, everything that an answer shows of it, context included, stays
within the limit: the quote shrinks around its best sentence, or is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from onrecord.index.ranking import Hit
from onrecord.index.types import Article, Passage, Quote, Span

ReadArticle = Callable[[str], Article | None]
CONTEXT_CHARS = 32
MIN_QUOTE_CHARS = 40
# A sentence whose score is this near to the best one's is marked with it.
MARGIN = 0.03
_WHOLE = re.compile(r"[.!…。][\"'”’»)\]]*$")  # the end of a sentence that is no question


def cut_quotes(found: Iterable[Hit], read: ReadArticle, top_k: int) -> list[Quote]:
    """The first `top_k` quotes, in the hits' order, with their evidence highlighted.

    `read` gives an article by its id; a hit whose article is gone is passed over.
    """
    quotes: list[Quote] = []
    shown: dict[str, int] = defaultdict(int)
    for one in found:
        if len(quotes) == top_k:
            break
        article = read(one.passage.article_id)
        if article is None:
            continue
        span, marks = _choose(article, one, shown[article.id])
        if span is None:
            continue
        prefix, suffix = ("", "") if _limit(article) is not None else _context(article, span)
        shown[article.id] += len(span)
        quotes.append(
            Quote.cut(
                article,
                span,
                prefix=prefix,
                suffix=suffix,
                highlights=marks,
                score=one.score,
                ranks=one.ranks,
                also_in=_also_in(one, read),
            )
        )
    return quotes


def _choose(article: Article, one: Hit, shown: int) -> tuple[Span | None, tuple[Span, ...]]:
    """The span to quote and the sentences to mark in it; None where the terms forbid it."""
    passage, scores = one.passage, one.evidence
    marks = highlight(passage, scores)
    limit = _limit(article)
    if limit is None or len(passage.span) <= limit - shown:
        return passage.span, marks
    allowed = limit - shown
    if allowed < MIN_QUOTE_CHARS:
        return None, ()
    best = int(np.argmax(scores))
    span = _grow(passage.sentences, best, scores, allowed)
    if span is None:
        span = _shorten(article.text, passage.sentences[best], allowed)
        return span, (span,)
    inside = tuple(mark for mark in marks if span.start <= mark.start and mark.end <= span.end)
    return span, inside or (passage.sentences[best],)


def _limit(article: Article) -> int | None:
    """How many of its characters one answer may show; None where its page sets no limit."""
    return article.terms.max_chars if article.terms else None


def _grow(
    sentences: Sequence[Span], best: int, scores: NDArray[np.float32], max_chars: int
) -> Span | None:
    """The best sentence with as many neighbours as fit `max_chars`, the likelier ones first."""
    low = high = best
    while True:
        span = Span(sentences[low].start, sentences[high].end)
        if len(span) > max_chars:
            return None
        sides = [(low - 1, high), (low, high + 1)]
        wider = [
            (float(scores[first if first < low else last]), first, last)
            for first, last in sides
            if first >= 0
            and last < len(sentences)
            and sentences[last].end - sentences[first].start <= max_chars
        ]
        if not wider:
            return span
        _, low, high = max(wider)


def _shorten(text: str, sentence: Span, max_chars: int) -> Span:
    """The sentence's beginning, up to the last word that fits."""
    piece = text[sentence.start : sentence.start + max_chars]
    whole_words = re.match(r".*(?=\s)", piece, re.S)
    kept = whole_words.group().rstrip() if whole_words else piece
    return Span(sentence.start, sentence.start + len(kept or piece))


def _context(article: Article, span: Span) -> tuple[str, str]:
    before = article.text[max(0, span.start - CONTEXT_CHARS) : span.start]
    return before, article.text[span.end : span.end + CONTEXT_CHARS]


def _also_in(one: Hit, read: ReadArticle) -> tuple[Article, ...]:
    """The other articles that say the same, each once, in the ranking's order."""
    if not one.duplicates:
        return ()
    own = one.passage.article_id
    others = dict.fromkeys(passage.article_id for passage in one.duplicates)
    also = [read(name) for name in others if name != own]
    return tuple(article for article in also if article is not None)


def highlight(passage: Passage, scores: NDArray[np.float32]) -> tuple[Span, ...]:
    """The sentences with the best scores, in the article's order; at least one.

    A heading, a caption or a question is marked beside the best whole sentence, never alone.
    """
    marked = scores >= scores.max() - MARGIN
    whole = np.array([bool(_WHOLE.search(text)) for text in passage.sentence_texts])
    if whole.any() and not (marked & whole).any():
        marked[np.where(whole, scores, -np.inf).argmax()] = True
    return tuple(compress(passage.sentences, marked))
