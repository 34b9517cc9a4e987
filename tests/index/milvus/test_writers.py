"""Several writers at once, and what they refuse."""

from __future__ import annotations

import pytest

from onrecord.index.errors import ArchiveMismatch, ArchiveUnreachable, Conflict
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.store import MilvusStore
from onrecord.index.types import Article
from tests.index.milvus.conftest import DIMENSION, OpenStore
from tests.index.milvus.papers import FERRY, LATER, LIBRARY, found, listed, put, rows
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


def test_of_two_writers_of_an_article_the_later_to_publish_wins(open_store: OpenStore) -> None:
    one, two = open_store(grace_seconds=-1.0), open_store(grace_seconds=-1.0)
    put(one, FERRY, LIBRARY)
    put(two, LATER)
    two.publish()
    assert listed(one) == found(one, "ferry library") == [LATER.text]
    one.publish()
    for store in (one, two, open_store()):
        assert sorted(listed(store)) == found(store, "ferry library") == [FERRY.text, LIBRARY.text]
    two.publish()
    assert (rows(one, "ferry"), rows(one, "library")) == ((2, 1), (1, 1))
    with one.snapshot() as snapshot:
        assert snapshot.article("ferry", LATER.sha256) == LATER


@pytest.mark.parametrize("end", ["put", "delete"])
@pytest.mark.parametrize("begin", ["put", "delete"])
def test_an_article_that_two_writers_change_at_once_is_as_the_later_left_it(
    open_store: OpenStore, begin: str, end: str
) -> None:
    def change(store: MilvusStore, how: str, article: Article) -> None:
        put(store, article) if how == "put" else store.delete("ferry")

    one, two = open_store(grace_seconds=-1.0), open_store(grace_seconds=-1.0)
    put(one, FERRY, LIBRARY)
    one.publish()
    latest = Article("ferry", "Ferry", "The ferry sails at nine.")
    change(one, begin, LATER)
    change(two, end, latest)
    one.publish()
    two.publish()
    kept = [latest.text, LIBRARY.text] if end == "put" else [LIBRARY.text]
    assert sorted(listed(two)) == sorted(found(two, "ferry library")) == sorted(kept)
    assert two.is_deleted("ferry") is ("delete" in (begin, end))  # a put leaves tombstones
    with one.snapshot() as snapshot:
        assert snapshot.stats().passages == len(kept)
    put(one, Article("bridge", "", "The bridge is blue."))
    one.publish()
    left = {"putput": (3, 1), "deleteput": (1, 1)}  # the text of what was replaced stays
    assert rows(one, "ferry") == left.get(begin + end, (0, 0))


def test_a_mark_or_a_move_leaves_the_version_that_another_writer_published(
    open_store: OpenStore,
) -> None:
    one, two = open_store(grace_seconds=-1.0), open_store(grace_seconds=-1.0)
    put(one, FERRY)
    one.publish()
    two.mark_deleted("ferry")
    two.sources.move("/news/a.txt", "/news/b.txt")
    put(one, LATER)
    one.publish()
    two.publish()
    assert listed(one) == found(one, "ferry") == [LATER.text]
    assert one.is_deleted("ferry")
    assert one.location("ferry") == "/news/b.txt"


def test_a_tombstone_is_published_with_the_deletion_that_set_it(
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
    assert listed(open_store()) == [FERRY.text]
    assert not open_store().is_deleted("ferry")
    store.publish()
    other = open_store()
    assert other.is_deleted("ferry")
    assert listed(other) == []


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
