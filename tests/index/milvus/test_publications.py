"""Publications: their numbers, those of dead processes, and what readers count."""

from __future__ import annotations

from threading import Thread

import pytest

from onrecord.index.milvus import publications
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.publications import begin, end, read_publications
from onrecord.index.milvus.store import MilvusStore
from onrecord.index.store import Stats
from tests.index.milvus.conftest import OpenStore
from tests.index.milvus.papers import FERRY, LATER, LIBRARY, listed, put
from tests.index.milvus.server import Server


def stats_of(store: MilvusStore) -> Stats:
    """What a new snapshot counts."""
    with store.snapshot() as snapshot:
        return snapshot.stats()


def test_a_publication_is_above_all_that_was_seen_before_it_was_open(
    open_store: OpenStore,
) -> None:
    store = open_store()
    put(store, FERRY)
    before = store.publish()
    connection = store._connection
    first = begin(connection, "first")
    second = begin(connection, "second")
    assert before < first < second
    end(connection, "second", second)
    end(connection, "first", first)
    assert stats_of(store).generation == second


def test_publications_that_begin_at_once_are_above_those_that_are_over(
    open_store: OpenStore, server: Server
) -> None:
    store = open_store()
    put(store, FERRY)
    before = store.publish()
    numbers: list[int] = []

    def publish(name: str) -> None:
        connection = Connection(server.uri, "")
        numbers.append(begin(connection, name))
        end(connection, name, numbers[-1])

    threads = [Thread(target=publish, args=(f"writer {at}",)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 6
    assert min(numbers) > before
    put(store, LATER)
    assert store.publish() > max(numbers)
    assert len(read_publications(store._connection)) == 1


def test_a_reader_counts_what_several_writers_publish(open_store: OpenStore) -> None:
    one, two, reader = open_store(), open_store(), open_store()
    for store, article in ((one, FERRY), (two, LIBRARY), (two, LATER)):
        put(store, article)
        store.publish()
        assert stats_of(reader) == stats_of(open_store())
    one.delete("library")
    one.publish()
    stats = stats_of(reader)
    assert stats == stats_of(open_store())
    assert (stats.articles, stats.passages) == (1, 1)


def test_no_two_snapshots_are_called_equal_while_somebody_publishes(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, reader = open_store(), open_store()
    put(store, FERRY)
    store.publish()
    before = stats_of(reader)
    number = begin(store._connection, "dead")
    assert stats_of(reader).fingerprint != before.fingerprint
    assert stats_of(reader).fingerprint != stats_of(reader).fingerprint
    row = {**store._find("ferry"), "version": "", "number": number}
    store._connection.upsert("onrecord_articles", [row])
    monkeypatch.setattr(publications, "DEAD_SECONDS", -1)  # its process is taken for dead
    after = stats_of(reader)
    assert after == stats_of(reader) == stats_of(open_store())
    assert (after.articles, after.generation) == (0, number)
    assert listed(reader) == []


def test_a_dead_publication_is_forgotten(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    put(store, FERRY)
    store.publish()
    begin(store._connection, "dead")
    put(store, LATER)
    store.publish()
    assert len(read_publications(store._connection)) == 2  # it may be alive
    monkeypatch.setattr(publications, "DEAD_SECONDS", -1)
    put(store, LIBRARY)
    store.publish()
    assert len(read_publications(store._connection)) == 1
