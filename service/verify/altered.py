"""Find the texts of articles that are most like a quote: at least half of the words are the same.

Words are read around the passages that were found, far enough to hold a quote that is longer than
a passage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Postfix, Prefix

from onrecord.index.types import Article, Passage, Span
from onrecord.service.verify.alignment import find_stretches, pair, similarity
from onrecord.service.verify.words import Word, fold_words, plain, read_words, splits_word

ReadArticle = Callable[[str], Article | None]
MOST_CELLS = 2_000_000  # words of the quote times words of the articles: about 20 ms
_SENTENCE_ENDS = ".!?…\n"


@dataclass(frozen=True, slots=True)
class Likeness:
    """A text of an article, and how similar its words are to the quote's: from .5 to 1."""

    article: Article
    span: Span
    similarity: float


@dataclass(frozen=True, slots=True)
class _Region:
    """A part of an article; its first and last word may be cut."""

    article: Article
    span: Span

    @property
    def text(self) -> str:
        return self.article.text[self.span.start : self.span.end]


def find_likenesses(
    quote: str, passages: Sequence[Passage], read: ReadArticle, most: int
) -> Iterator[Likeness]:
    """At most `most` texts, the most similar first; the same one may come twice.

    `read` gives an article by its id; the quote has at least one word.
    """
    ours = read_words(quote)
    folded = [word.folded for word in ours]
    regions = list(_regions(len(quote), passages, read))
    texts = list(_read(regions, MOST_CELLS // len(ours)))
    for stretch in find_stretches(folded, texts, most):
        article, part = regions[stretch.text].article, regions[stretch.text].span
        words = read_words(article.text, part.start, part.end)[stretch.start : stretch.end]
        words = _trim(folded, words, article.text)
        span = _widen(quote, ours, words, article.text)
        if not splits_word(article.text, span.start) and not splits_word(article.text, span.end):
            yield Likeness(article, span, similarity(folded, [word.folded for word in words]))


def _regions(length: int, passages: Sequence[Passage], read: ReadArticle) -> Iterator[_Region]:
    """Each passage with its surroundings, as far as such a quote may reach; none twice."""
    reach = length * 5 // 4 + 40
    seen: dict[str, list[Span]] = defaultdict(list)
    for passage in passages:
        near, own = seen[passage.article_id], passage.span
        article = read(passage.article_id)
        if article is None or any(s.start <= own.start and own.end <= s.end for s in near):
            continue
        near.append(Span(max(0, own.start - reach), min(own.end + reach, len(article.text))))
        yield _Region(article, near[-1])


def _read(regions: Sequence[_Region], most: int) -> Iterator[list[str]]:
    """The regions' words, until there would be more than `most`; at least one region's."""
    so_far = 0
    for region in regions:
        words = fold_words(region.text)
        if so_far and so_far + len(words) > most:
            return
        so_far += len(words)
        yield words


def _trim(quote: Sequence[str], words: list[Word], text: str) -> list[Word]:
    """The words without those of leading and trailing sentences that share none with the quote.

    Only where there are no more words than in the quote: then what is left is no less similar.
    """
    if len(words) > len(quote):
        return words
    matched = [place for _, place in pair(quote, [word.folded for word in words])]
    first, last = matched[0], matched[-1]
    ends = [
        place
        for place in range(1, len(words))
        if any(mark in text[words[place - 1].end : words[place].start] for mark in _SENTENCE_ENDS)
    ]
    start = max((place for place in ends if place <= first), default=0)
    end = min((place for place in ends if place > last), default=len(words))
    return words[start:end]


def _widen(quote: str, ours: Sequence[Word], words: Sequence[Word], text: str) -> Span:
    """From the first word to the last, with the punctuation around them that the quote also has."""
    start, end = words[0].start, words[-1].end
    before, after = plain(quote[: ours[0].start]), plain(quote[ours[-1].end :])
    left = Postfix.similarity(before, plain(text[max(0, start - len(before)) : start]))
    right = Prefix.similarity(after, plain(text[end : end + len(after)]))
    widened = text[start - left : end + right]
    white_before = len(widened) - len(widened.lstrip())
    return Span(start - left + white_before, start - left + len(widened.rstrip()))
