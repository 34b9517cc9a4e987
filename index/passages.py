"""Cut an article into passages of whole sentences that fit every budget; nothing is left out.

A line break always ends a sentence; within a line that is no row of a table nupunkt finds the ends.
A sentence that exceeds a budget is cut at a clause, else at a word, else anywhere; it is never
dropped or truncated.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

from onrecord.index.encoder import Encoder
from onrecord.index.text.terms import titled
from onrecord.index.tokens import count_tokens, longest_token
from onrecord.index.types import Article, Budget, Passage, Span

MAX_TITLE_PIECES = 64
_CLAUSE_END = re.compile(r"[,;:—–)”\"]\s+|\s+[—–-]\s+")
_WORD_END = re.compile(r"\s+")


def cut(article: Article, budget: Budget, encoder: Encoder) -> list[Passage]:
    """The article's passages in order; together they contain every sentence exactly once.

    Each passage fits `budget` in tiktoken tokens and, with its title, the encoder in word-pieces.
    """
    title = shorten_title(article.title, encoder)
    most = budget.tokens * longest_token(budget.encoding)  # longer texts are not even counted

    def fits(start: int, end: int) -> bool:
        text = article.text[start:end]
        return (
            end - start <= most
            and count_tokens(text, budget.encoding) <= budget.tokens
            and encoder.count_pieces(titled(title, text)) <= encoder.description.max_pieces
        )

    sentences = [
        part
        for sentence in split_sentences(article.text)
        for part in _split_to_fit(article.text, sentence, fits)
    ]
    return [_passage(article, group, budget) for group in _group(sentences, fits, article, budget)]


def shorten_title(title: str, encoder: Encoder) -> str:
    """The title's first words, at most a quarter of the encoder's word-pieces."""
    most = min(MAX_TITLE_PIECES, encoder.description.max_pieces // 4)
    words = title.split()[:most]  # a word is at least one piece
    while words and encoder.count_pieces(" ".join(words)) > most:
        words.pop()
    return " ".join(words)


def split_sentences(text: str) -> list[Span]:
    """The sentences of a text, without the white space around them."""
    from nupunkt import sent_spans

    spans = []
    for line in re.finditer(r"[^\n]+", text):
        row = "\t" in line.group()  # of a table
        for start, end in [(0, len(line.group()))] if row else sent_spans(line.group()):
            span = _trimmed(text, line.start() + start, line.start() + end)
            if len(span):
                spans.append(span)
    return spans


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return Span(start, max(start, start + len(piece.strip())))


def _split_to_fit(text: str, span: Span, fits: Callable[[int, int], bool]) -> Iterator[Span]:
    while not fits(span.start, span.end):
        end = _cut_point(text, span, fits)
        yield _trimmed(text, span.start, end)
        span = _trimmed(text, end, span.end)
    yield span


def _cut_point(text: str, span: Span, fits: Callable[[int, int], bool]) -> int:
    """The end of the longest piece that fits: a clause past its middle, a word, or anywhere.

    The remainder always starts after the start of the span, so cutting terminates.
    """
    low, high = span.start + 1, span.end
    while low < high - 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(span.start, middle) else (low, middle)
    window = text[span.start : low]
    for boundary in (_CLAUSE_END, _WORD_END):
        ends = [match.end() for match in boundary.finditer(window)]
        if ends and ends[-1] > len(window) // 2:
            return span.start + ends[-1]
    return low


def _group(
    sentences: list[Span],
    fits: Callable[[int, int], bool],
    article: Article,
    budget: Budget,
) -> list[list[Span]]:
    """Neighbouring sentences in groups of about equal size, so that no short tail is left."""
    sizes = [count_tokens(article.text[s.start : s.end], budget.encoding) for s in sentences]
    parts = max(1, math.ceil(sum(sizes) / budget.tokens))
    target = sum(sizes) / parts
    groups: list[list[Span]] = []
    size = 0
    for sentence, tokens in zip(sentences, sizes, strict=True):
        full = groups and size + tokens / 2 > target
        if not groups or full or not fits(groups[-1][0].start, sentence.end):
            groups.append([])
            size = 0
        groups[-1].append(sentence)
        size += tokens
    return groups


def _passage(article: Article, sentences: list[Span], budget: Budget) -> Passage:
    span = Span(sentences[0].start, sentences[-1].end)
    text = article.text[span.start : span.end]
    tokens = count_tokens(text, budget.encoding)
    return Passage(article.id, span, text, tokens, tuple(sentences))
