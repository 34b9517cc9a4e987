"""Readers beside a writer see whole articles, and never go back."""

from __future__ import annotations

import time
from threading import Event, Thread

from onrecord.index.milvus.store import MilvusStore
from onrecord.index.types import Article, Filter
from tests.index.milvus.conftest import OpenStore
from tests.index.milvus.papers import put

NAMES = ("a", "b", "c")
SECONDS = 3.0


def edition(number: int) -> list[Article]:
    """All articles, each saying the same number in two passages."""
    return [Article(name, "Paper", f"edition {number}\nend {number}") for name in NAMES]


def read_editions(store: MilvusStore) -> list[int]:
    """The number of each article in one snapshot, asked in every way."""
    with store.snapshot() as snapshot:
        keys = [key for key, _ in snapshot.matching(["paper"], 10, Filter())]
        found = [one.passage for one in snapshot.passages(keys).values()]
        listed = snapshot.articles(Filter(), None, 10).articles
        assert len(found) == 2 * len(NAMES)
        assert [article.id for article in listed] == [*NAMES]
        assert snapshot.stats().articles == len(NAMES)
        for article in listed:
            assert snapshot.article(article.id) == article
            lines = sorted(one.text for one in found if one.article_id == article.id)
            assert lines == sorted(article.text.split("\n"))
        return [int(article.text.rsplit(" ", 1)[1]) for article in listed]


def test_readers_see_whole_articles_while_they_are_replaced(open_store: OpenStore) -> None:
    writer, readers = open_store(), [open_store() for _ in range(2)]
    put(writer, *edition(0))
    writer.publish()
    over, seen, faults = Event(), set[int](), list[BaseException]()

    def read(store: MilvusStore) -> None:
        before = [0] * len(NAMES)
        try:
            while not over.is_set():
                said = read_editions(store)
                assert all(old <= new for old, new in zip(before, said, strict=True))
                before = said
                seen.update(said)
        except BaseException as fault:
            faults.append(fault)

    threads = [Thread(target=read, args=(store,)) for store in readers]
    for thread in threads:
        thread.start()
    until, number = time.monotonic() + SECONDS, 0
    while not faults and (time.monotonic() < until or len(seen) <= 2):
        number += 1
        put(writer, *edition(number))
        writer.publish()
    over.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert read_editions(writer) == [number] * len(NAMES)
