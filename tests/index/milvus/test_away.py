"""Milvus away at the start, in the middle of reading and in the middle of writing."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from onrecord.index.errors import ArchiveUnreachable
from onrecord.index.milvus import connection
from onrecord.index.milvus.schema import ARTICLES
from onrecord.index.store import Source
from tests.index.milvus.conftest import OpenStore
from tests.index.milvus.papers import FERRY, LATER, LIBRARY, found, listed, put, rows
from tests.index.milvus.server import Server


def test_a_store_opens_while_milvus_is_away_and_answers_once_it_is_back(
    server: Server, open_store: OpenStore
) -> None:
    server.stop()
    store = open_store()
    with pytest.raises(ArchiveUnreachable, match="did not do it"):
        listed(store)
    server.start()
    assert listed(store) == []


def test_readers_go_on_once_milvus_is_back(server: Server, open_store: OpenStore) -> None:
    store = open_store()
    put(store, FERRY)
    store.publish()
    server.stop()
    with pytest.raises(ArchiveUnreachable):
        found(store, "ferry")
    server.start()
    assert found(store, "ferry") == [FERRY.text]


def test_a_put_that_was_not_stored_is_not_acknowledged(
    server: Server, open_store: OpenStore
) -> None:
    store = open_store()
    put(store, LIBRARY)
    store.publish()
    server.stop()
    with pytest.raises(ArchiveUnreachable):
        put(store, FERRY)
    server.start()
    assert listed(store) == [LIBRARY.text]
    put(store, FERRY)
    store.publish()
    assert sorted(listed(store)) == [FERRY.text, LIBRARY.text]


@pytest.mark.parametrize("broken_at", range(1, 8))
def test_a_replacement_that_breaks_off_anywhere_leaves_one_whole_version(
    server: Server, open_store: OpenStore, broken_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(grace_seconds=-1.0)
    put(store, FERRY)
    generation = store.publish()
    real, calls = store._connection.call, 0

    def breaking(method: str, *given: object, **named: object) -> object:
        nonlocal calls
        calls += method == "upsert"
        if method == "upsert" and calls == broken_at:
            server.stop()
        return real(method, *given, **named)

    monkeypatch.setattr(store._connection, "call", breaking)
    # Notes, passages, version; the publication opens, the article's row, the publication ends; the
    # notes are due. Only the last is of no concern to who publishes.
    with pytest.raises(ArchiveUnreachable) if broken_at < 7 else nullcontext():
        put(store, LATER)
        store.publish()
    server.start()
    for reader in (store, open_store()):
        (seen,) = listed(reader)
        assert found(reader, "ferry time late") == [seen]
        assert seen == (FERRY.text if broken_at < 6 else LATER.text)
    put(store, LATER)
    assert store.publish() > generation
    assert listed(open_store()) == found(open_store(), "ferry time late") == [LATER.text]
    put(store, LIBRARY)
    store.publish()
    assert rows(store, "ferry")[1] <= 2  # of an attempt that failed, until its day is over


def test_what_could_not_be_published_is_published_once_milvus_is_back(
    server: Server, open_store: OpenStore
) -> None:
    store, other = open_store(), open_store()
    put(store, FERRY)
    store.sources.remember(Source("/news/a.txt", "ab" * 32, 1, ("ferry",)))
    server.stop()
    with pytest.raises(ArchiveUnreachable):
        store.publish()
    server.start()
    assert listed(other) == []
    assert other.sources.all() == []  # or the next build would not read the file again
    store.publish()
    assert listed(other) == [FERRY.text]
    assert [source.articles for source in other.sources.all()] == [("ferry",)]


def test_a_wrong_request_is_no_reason_to_leave_milvus_alone(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    exceptions = pytest.importorskip("pymilvus.exceptions")
    monkeypatch.setattr(connection, "PAUSE_SECONDS", 60.0)
    store = open_store()
    put(store, FERRY)
    store.publish()
    with pytest.raises(exceptions.MilvusException):
        store._connection.query(ARTICLES, "id === {", ["id"])
    assert listed(store) == [FERRY.text]
