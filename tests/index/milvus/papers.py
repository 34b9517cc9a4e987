"""Articles of a few words, and stores that are asked for them."""

from __future__ import annotations

from onrecord.index.milvus.schema import PASSAGES, VERSIONS
from onrecord.index.milvus.store import MilvusStore
from onrecord.index.text.terms import analyse
from onrecord.index.types import Article, Filter
from tests.index.local.toy import toy_passages

FERRY = Article("ferry", "Ferry", "The ferry was late.")
LIBRARY = Article("library", "Library", "The library stays open.")
LATER = Article("ferry", "Ferry", "The ferry was on time.")


def put(store: MilvusStore, *articles: Article) -> None:
    """Put articles that came from one place."""
    for article in articles:
        store.put(article, toy_passages(article), "/news/a.txt")


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
        passages = snapshot.passages(keys)
        assert set(passages) == set(keys)
        return sorted(one.passage.text for one in passages.values())


def rows(store: MilvusStore, article_id: str) -> tuple[int, int]:
    """How many versions and passages of an article Milvus holds, seen or not."""
    named = f'like "{article_id}@%"'
    versions = store._connection.count(VERSIONS, f"key {named}")
    return versions, store._connection.count(PASSAGES, f"version {named}")
