"""Milvus away at the start, in the middle of reading and in the middle of writing."""

from __future__ import annotations

from threading import Thread

import pytest

from onrecord.index.errors import ArchiveUnreachable
from onrecord.index.milvus import connection, rows
from onrecord.index.milvus.schema import ARTICLES
from onrecord.index.milvus.store import MilvusStore
from onrecord.index.store import Source
from tests.index.milvus.conftest import OpenStore
from tests.index.milvus.papers import FERRY, LATER, LIBRARY, found, listed, put
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


@pytest.mark.parametrize("broken_at", range(1, 9))
def test_a_replacement_that_breaks_off_anywhere_leaves_the_old_version(
    server: Server, open_store: OpenStore, broken_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
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
    with pytest.raises(
        ArchiveUnreachable
    ):  # wish, opening, claim, two marks, passage, article, commit
        replace_ferry(store)
    server.start()
    assert listed(store) == [FERRY.text]
    assert found(store, "ferry time late") == [FERRY.text]
    assert store.publish() >= generation
    assert store.holds(FERRY)
    put(store, LATER)
    store.publish()
    assert listed(open_store()) == [LATER.text]


def replace_ferry(store: MilvusStore) -> None:
    """Put a newer version and publish it."""
    put(store, LATER)
    store.publish()


def test_a_source_is_not_noted_before_its_articles_are_stored(
    server: Server, open_store: OpenStore
) -> None:
    store = open_store()
    put(store, FERRY)
    store.sources.remember(Source("/news/a.txt", "ab" * 32, 1, ("ferry",)))
    server.stop()
    with pytest.raises(ArchiveUnreachable):
        store.publish()
    server.start()
    assert open_store().sources.all() == []
    store.publish()
    assert open_store().sources.all() == []
    assert listed(store) == []


def test_a_thread_hears_that_another_ones_fault_took_its_article(
    server: Server, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    put(store, FERRY)
    monkeypatch.setattr(rows, "add_version", lambda *_: server.stop() or listed(store))
    faults: list[str] = []

    def fail() -> None:
        with pytest.raises(ArchiveUnreachable) as caught:
            put(store, LIBRARY)
        faults.append(str(caught.value))

    other = Thread(target=fail)
    other.start()
    other.join()
    assert len(faults) == 1
    server.start()
    with pytest.raises(ArchiveUnreachable, match="do it again"):
        store.publish()
    assert listed(store) == []


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
