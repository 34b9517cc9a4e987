"""Generations: dead writers', late commits, numbers, and what is swept away and summed."""

from __future__ import annotations

from threading import Thread

import pytest

from onrecord.index.errors import ArchiveBusy
from onrecord.index.milvus import generations
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.schema import ARTICLES, LEDGER, PASSAGES, ledger_row
from onrecord.index.milvus.store import MilvusStore
from onrecord.index.milvus.writer import roll_back
from onrecord.index.types import Article
from tests.index.milvus.conftest import DIMENSION, OpenStore
from tests.index.milvus.papers import FERRY, LATER, LIBRARY, listed, put
from tests.index.milvus.server import Server


def test_a_commit_that_arrives_after_its_writer_was_given_up_counts_for_nothing(
    open_store: OpenStore,
) -> None:
    late, other = open_store(), open_store()
    put(other, LIBRARY)
    other.publish()
    put(late, FERRY)
    own = late._writer._own
    assert own is not None
    assert roll_back(other._connection, own.token, own.generation)
    body = own.change.write()
    generations.write(late._connection, own.token, generations.COMMIT, own.generation, body)
    assert listed(other) == [LIBRARY.text]
    put(other, LATER)
    open_store(grace_seconds=-1.0).publish()
    other.publish()
    assert sorted(listed(other)) == [LATER.text, LIBRARY.text]


def test_a_generation_that_is_committed_is_not_taken_back(open_store: OpenStore) -> None:
    store = open_store()
    put(store, FERRY)
    own = store._writer._own
    assert own is not None
    store.publish()
    assert not roll_back(store._connection, own.token, own.generation)
    assert listed(store) == [FERRY.text]


def test_a_writer_that_died_with_a_wish_takes_nobody_elses_work_along(
    open_store: OpenStore,
) -> None:
    store, other = open_store(), open_store()
    put(store, FERRY)
    own = store._writer._own
    assert own is not None
    wish = ledger_row("dead", generations.REQUEST, own.generation, 0, "")
    store._connection.call("upsert", LEDGER, [wish])
    put(other, LIBRARY)
    assert not list(generations.read_ledger(store._connection).of(generations.REQUEST))
    other.publish()
    store.publish()
    assert sorted(listed(other)) == [FERRY.text, LIBRARY.text]


def test_a_writer_that_only_looks_for_long_is_not_taken_for_dead(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "TOUCH_SECONDS", -1.0)
    store = open_store()
    put(store, FERRY)
    own = store._writer._own
    assert own is not None
    silent = ledger_row(own.token, generations.OPEN, own.generation, 0, "")
    store._connection.call("upsert", LEDGER, [silent])
    assert not store.is_deleted("ferry")
    (row,) = generations.read_ledger(store._connection).of(generations.OPEN)
    assert row["at"] > 0
    put(open_store(), LIBRARY)
    store.publish()
    assert listed(store) == [FERRY.text]


def test_a_dead_writers_half_work_is_taken_back(
    open_store: OpenStore, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_store()
    put(first, FERRY)
    first.publish()
    dead = MilvusStore(Connection(server.uri, ""), {"encoder": "toy"}, DIMENSION)
    put(dead, LATER, LIBRARY)
    monkeypatch.setattr(generations, "DEAD_SECONDS", -1.0)
    assert listed(open_store()) == [FERRY.text]
    put(first, Article("bridge", "", "The bridge is blue."))
    monkeypatch.setattr(generations, "DEAD_SECONDS", 600.0)
    first.publish()
    assert listed(first) == ["The bridge is blue.", FERRY.text]
    with pytest.raises(ArchiveBusy, match="was rolled back"):
        dead.publish()
    assert listed(first) == ["The bridge is blue.", FERRY.text]


def test_generations_opened_at_once_have_numbers_of_their_own(server: Server) -> None:
    MilvusStore(Connection(server.uri, ""), {"encoder": "toy"}, DIMENSION).close()
    store = MilvusStore(Connection(server.uri, ""), {"encoder": "toy"}, DIMENSION)
    listed(store)
    opened: list[int] = []

    def open_one() -> None:
        opened.append(generations.open_generation(Connection(server.uri, "")).generation)

    threads = [Thread(target=open_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 6
    assert len(set(opened)) == 6


def test_what_was_deleted_is_gone_from_milvus_once_no_reader_can_hold_it(
    open_store: OpenStore,
) -> None:
    store = open_store(grace_seconds=-1.0)
    put(store, FERRY, LIBRARY)
    store.publish()
    put(store, LATER)
    store.publish()
    assert store._connection.count(PASSAGES, 'article == "ferry"') == 1
    assert store._connection.count(ARTICLES, 'id == "ferry"') == 2  # the old text can be checked
    store.delete("ferry")
    store.publish()
    assert store._connection.count(PASSAGES, 'article == "ferry"') == 0
    assert store._connection.count(ARTICLES, 'id == "ferry"') == 0
    assert listed(store) == [LIBRARY.text]
    assert kinds(store) == ["archive", "fold"]


def kinds(store: MilvusStore) -> list[str]:
    """The kinds of the ledger's rows, claims aside."""
    return sorted(row["kind"] for row in generations.read_ledger(store._connection).rows)


def test_folding_the_ledger_changes_no_number(open_store: OpenStore) -> None:
    folding, keeping = open_store(grace_seconds=-1.0), open_store(grace_seconds=60.0)
    put(keeping, FERRY)
    keeping.publish()
    put(keeping, LIBRARY)
    keeping.publish()
    with keeping.snapshot() as snapshot:
        before = snapshot.stats()
    assert kinds(keeping) == ["archive", "commit", "commit"]
    folding.publish()
    assert kinds(keeping) == ["archive", "fold"]
    with keeping.snapshot() as snapshot:
        assert snapshot.stats() == before
