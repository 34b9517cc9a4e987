"""Articles of a few words, and stores that are asked for them."""

from __future__ import annotations

import numpy as np

from onrecord.index.milvus.store import MilvusStore
from onrecord.index.store import IndexedPassage
from onrecord.index.text import analyse
from onrecord.index.types import Article, Filter, Passage, Span

FERRY = Article("ferry", "Ferry", "The ferry was late.")
LIBRARY = Article("library", "Library", "The library stays open.")
LATER = Article("ferry", "Ferry", "The ferry was on time.")


def entry_of(article: Article) -> IndexedPassage:
    """The whole article as one passage."""
    span = Span(0, len(article.text))
    vector = np.array([1, 0, 0, 0], dtype=np.float32)
    return IndexedPassage(Passage(article.id, span, article.text, 5, (span,)), vector, vector[None])


def put(store: MilvusStore, *articles: Article) -> None:
    """Put articles that came from one place."""
    for article in articles:
        store.put(article, [entry_of(article)], "/news/a.txt")


def listed(store: MilvusStore) -> list[str]:
    """The texts of all articles that a reader sees."""
    with store.snapshot() as snapshot:
        page = snapshot.articles(Filter(), None, 100)
        assert len(page.articles) == snapshot.stats().articles
        return [article.text for article in page.articles]


def found(store: MilvusStore, words: str) -> list[str]:
    """The texts of the passages that match words."""
    with store.snapshot() as snapshot:
        keys = [key for key, _ in snapshot.matching(analyse(words), 10, Filter())]
        entries = snapshot.passages(keys)
        assert list(entries) == keys or set(entries) == set(keys)
        return sorted(entry.passage.text for entry in entries.values())
