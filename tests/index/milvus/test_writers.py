"""Several writers at once, and what they refuse."""

from __future__ import annotations

import time
from threading import Thread

import pytest

from onrecord.index.errors import ArchiveBusy, ArchiveMismatch, ArchiveUnreachable, Conflict
from onrecord.index.milvus import generations
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.store import MilvusStore
from onrecord.index.types import Article
from tests.index.milvus.conftest import DIMENSION, OpenStore
from tests.index.milvus.papers import FERRY, LATER, LIBRARY, found, listed, put
from tests.index.milvus.server import Server


def test_what_one_process_publishes_another_one_sees_at_once(open_store: OpenStore) -> None:
    writer, reader = open_store(), open_store()
    assert listed(reader) == []
    put(writer, FERRY)
    assert listed(reader) == []
    writer.publish()
    assert listed(reader) == [FERRY.text]


def test_a_writer_publishes_its_own_changes_alone(open_store: OpenStore) -> None:
    one, two = open_store(), open_store()
    put(one, FERRY)
    put(two, LIBRARY)
    two.publish()
    assert listed(two) == [LIBRARY.text]
    assert found(two, "the ferry library") == [LIBRARY.text]
    one.publish()
    assert sorted(listed(two)) == [FERRY.text, LIBRARY.text]


def test_a_reader_does_not_see_a_generation_that_is_published_behind_a_later_one(
    open_store: OpenStore,
) -> None:
    one, two = open_store(), open_store()
    put(one, FERRY)
    put(two, LIBRARY)
    two.publish()
    with two.snapshot() as held:
        one.publish()
        assert held.article("ferry") is None
        assert held.stats().articles == 1


def test_an_article_has_one_writer_at_a_time(open_store: OpenStore) -> None:
    one, two = open_store(), open_store()
    put(one, FERRY)
    put(two, LIBRARY)
    with pytest.raises(ArchiveBusy, match="ferry is being changed by another writer"):
        put(two, LATER)
    one.publish()
    two.publish()  # what it put before stays
    assert sorted(listed(one)) == [FERRY.text, LIBRARY.text]
    put(two, LATER)
    two.publish()
    assert sorted(listed(one)) == [LATER.text, LIBRARY.text]


def test_a_writer_waits_for_another_one_to_publish(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "WAIT_SECONDS", 10.0)
    one, two = open_store(), open_store()
    put(one, FERRY)
    later = Thread(target=lambda: (time.sleep(0.3), one.publish()))
    later.start()
    put(two, LATER)
    later.join()
    two.publish()
    assert listed(one) == [LATER.text]
    with two.snapshot() as snapshot:
        assert snapshot.article("ferry", FERRY.sha256) == FERRY


@pytest.mark.parametrize("end", ["put", "delete"])
@pytest.mark.parametrize("begin", ["put", "delete"])
def test_an_article_that_one_writer_changes_is_not_changed_by_another(
    open_store: OpenStore, begin: str, end: str
) -> None:
    def change(store: MilvusStore, how: str) -> None:
        put(store, LATER) if how == "put" else store.delete("ferry")

    one, two = open_store(), open_store()
    put(one, FERRY, LIBRARY)
    one.publish()
    change(one, begin)
    with pytest.raises(ArchiveBusy):
        change(two, end)
    one.publish()
    two.publish()
    kept = [LATER.text, LIBRARY.text] if begin == "put" else [LIBRARY.text]
    assert sorted(listed(two)) == kept
    assert found(two, "ferry library") == kept
    with two.snapshot() as snapshot:
        assert snapshot.stats().passages == len(kept)


def test_a_tombstone_is_undone_with_the_deletion_that_set_it(
    open_store: OpenStore, server: Server
) -> None:
    store, other = open_store(), open_store()
    put(store, FERRY)
    store.publish()
    store.delete("ferry")
    assert store.is_deleted("ferry")
    assert not other.is_deleted("ferry")
    server.stop()
    with pytest.raises(ArchiveUnreachable):
        store.publish()
    server.start()
    assert not store.is_deleted("ferry")
    assert listed(other) == [FERRY.text]
    store.delete("ferry")
    store.publish()
    assert other.is_deleted("ferry")


def test_an_archive_of_another_encoder_says_so(open_store: OpenStore, server: Server) -> None:
    put(open_store(), FERRY)
    other = MilvusStore(Connection(server.uri, ""), {"encoder": "other"}, DIMENSION)
    with pytest.raises(ArchiveMismatch, match=r"'other'.*the archive has .*'toy'"):
        listed(other)
    wider = MilvusStore(Connection(server.uri, ""), {"encoder": "toy"}, 5)
    with pytest.raises(ArchiveMismatch, match="dimension is 5, the archive has 4"):
        listed(wider)


def test_a_text_that_no_field_holds_is_kept_in_pieces(open_store: OpenStore) -> None:
    long = Article("long", "Long", "𝔘mlaut ferry " * 20_000)  # 320,000 bytes
    store = open_store()
    store.put(long, [], "/news/long.txt")
    store.publish()
    with store.snapshot() as snapshot:
        assert snapshot.article("long") == long


def test_a_conflict_leaves_what_waits_as_it_is(open_store: OpenStore) -> None:
    store = open_store()
    put(store, FERRY)
    with pytest.raises(Conflict):
        store.put(LATER, [], "/news/b.txt")
    store.publish()
    assert listed(store) == [FERRY.text]


def test_after_a_fault_milvus_is_left_alone_for_a_moment(
    open_store: OpenStore, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.index.milvus.connection.PAUSE_SECONDS", 60.0)
    store = open_store()
    server.stop()
    with pytest.raises(ArchiveUnreachable, match="did not do it"):
        listed(store)
    with pytest.raises(ArchiveUnreachable, match="asked again in a moment"):
        listed(store)
