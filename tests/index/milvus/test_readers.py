"""Readers beside a writer see whole generations and nothing else."""

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
    """All articles, saying the same number."""
    return [Article(name, "Paper", f"edition {number}") for name in NAMES]


def read_editions(store: MilvusStore) -> set[str]:
    """What one snapshot says, asked in every way."""
    with store.snapshot() as snapshot:
        listed = [article.text for article in snapshot.articles(Filter(), None, 10).articles]
        found = snapshot.passages([key for key, _ in snapshot.matching(["edit"], 10, Filter())])
        direct = [article.text for name in NAMES if (article := snapshot.article(name))]
        assert len(listed) == len(found) == len(direct) == snapshot.stats().articles == 3
        return {*listed, *direct, *(entry.passage.text for entry in found.values())}


def test_readers_see_one_edition_while_another_is_written(open_store: OpenStore) -> None:
    writer, readers = open_store(), [open_store() for _ in range(2)]
    put(writer, *edition(0))
    writer.publish()
    over, seen, faults = Event(), set[str](), list[BaseException]()

    def read(store: MilvusStore) -> None:
        try:
            while not over.is_set():
                said = read_editions(store)
                assert len(said) == 1
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
    assert read_editions(writer) == {f"edition {number}"}
