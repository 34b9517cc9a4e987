"""Articles and passages as SQLite rows, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from onrecord.index.store import IndexedPassage
from onrecord.index.text import TermIds
from onrecord.index.types import Article, Days, Evidence, Passage, Published, Span, Terms

ARTICLE_COLUMNS = "id, sha256, first, last, outlet, location, digest, record, text, added"
PASSAGE_COLUMNS = (
    'article, start, "end", tokens, sentences, vector, sentence_vectors, words, shingles, added'
)


def article_row(article: Article, location: str, generation: int) -> tuple[Any, ...]:
    """The values of `ARTICLE_COLUMNS`."""
    shown = {key: value for key, value in asdict(article).items() if key != "text"}
    first, last = article.published.first, article.published.last
    return (
        article.id,
        article.sha256,
        first.toordinal() if first else None,
        last.toordinal() if last else None,
        article.outlet.casefold() if article.outlet else None,
        location,
        digest(article),
        json.dumps(shown, ensure_ascii=False, sort_keys=True),
        article.text,
        generation,
    )


def digest(article: Article) -> str:
    """Hex sha256 of all that a reader is shown of an article; where it came from is not."""
    hidden = {"source", "source_sha256"}
    shown = {key: value for key, value in asdict(article).items() if key not in hidden}
    return hashlib.sha256(
        json.dumps(shown, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


def read_article(record: str, text: str) -> Article:
    """The article that `article_row` wrote."""
    fields = json.loads(record)
    published = fields.pop("published")
    evidence = published.pop("evidence")
    terms = fields.pop("terms")
    return Article(
        **{
            **fields,
            "text": text,
            "authors": tuple(fields["authors"]),
            "published": Published(
                **published, evidence=Evidence(**evidence) if evidence else None
            ),
            "terms": Terms(**terms) if terms else None,
            "evidence": {
                name: tuple(Evidence(**piece) for piece in pieces)
                for name, pieces in fields["evidence"].items()
            },
        }
    )


def passage_row(entry: IndexedPassage, article_row_id: int, generation: int) -> tuple[Any, ...]:
    """The values of `PASSAGE_COLUMNS`; sentence vectors are kept in half precision."""
    passage = entry.passage
    sentences = np.array([(s.start, s.end) for s in passage.sentences], dtype="<i4")
    return (
        article_row_id,
        passage.span.start,
        passage.span.end,
        passage.tokens,
        sentences.tobytes(),
        entry.vector.astype("<f4").tobytes(),
        entry.sentence_vectors.astype("<f2").tobytes(),
        np.concatenate([entry.term_ids.counts, entry.term_ids.terms]).astype("<u4").tobytes(),
        entry.term_ids.shingles.astype("<u4").tobytes(),
        generation,
    )


def read_entry(
    article_id: str, published: Days | None, text: str, row: Sequence[Any]
) -> IndexedPassage:
    """The entry of a passage of that text; `row` are `PASSAGE_COLUMNS` from `start` on."""
    start, end, tokens, sentences, vector, sentence_vectors, words, shingles = row
    spans = np.frombuffer(sentences, dtype="<i4").reshape(-1, 2).tolist()
    passage = Passage(
        article_id, Span(start, end), text, tokens, tuple(Span(a, b) for a, b in spans)
    )
    own = np.frombuffer(vector, dtype="<f4")
    parts = np.frombuffer(sentence_vectors, dtype="<f2").astype(np.float32)
    parts = parts.reshape(-1, own.size) if own.size else parts.reshape(0, 0)
    return IndexedPassage(
        passage, own, parts, published, _read_term_ids(len(spans), words, shingles)
    )


def read_days(first: int | None, last: int | None) -> Days | None:
    """The days of an article's publication, which SQLite keeps as proleptic ordinals."""
    if first is None or last is None:
        return None
    return date.fromordinal(first), date.fromordinal(last)


def _read_term_ids(sentences: int, words: bytes, shingles: bytes) -> TermIds | None:
    """The term ids of so many sentences; None where an earlier schema stored none."""
    if not words:
        return None
    numbers = np.frombuffer(words, dtype="<u4")
    return TermIds(numbers[sentences:], numbers[:sentences], np.frombuffer(shingles, dtype="<u4"))
