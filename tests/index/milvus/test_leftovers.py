"""What dead writers leave and what was replaced: nobody sees it, and it goes after its time."""

from __future__ import annotations

import pytest

from onrecord.index.errors import ArchiveUnreachable
from onrecord.index.milvus import snapshot
from onrecord.index.milvus import store as stores
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.store import MilvusStore
from onrecord.index.types import Article, Filter
from tests.index.milvus.conftest import DIMENSION, OpenStore
from tests.index.milvus.papers import FERRY, LATER, LIBRARY, found, listed, put, rows
from tests.index.milvus.server import Server


def test_what_was_replaced_or_deleted_is_gone_from_milvus_once_no_reader_can_hold_it(
    open_store: OpenStore,
) -> None:
    store = open_store(grace_seconds=-1.0)
    put(store, FERRY, LIBRARY)
    store.publish()
    put(store, LATER)
    store.publish()
    assert rows(store, "ferry") == (2, 1)  # the old text can be checked
    store.delete("ferry")
    store.publish()
    assert rows(store, "ferry") == (0, 0)
    assert rows(store, "library") == (1, 1)
    assert listed(store) == [LIBRARY.text]


def test_what_was_replaced_stays_for_those_who_read_it(open_store: OpenStore) -> None:
    store = open_store(grace_seconds=60.0)
    put(store, FERRY)
    store.publish()
    put(store, LATER)
    store.publish()
    put(store, LIBRARY)
    store.publish()
    assert rows(store, "ferry") == (2, 2)
    assert found(store, "ferry") == [LATER.text]


def test_a_dead_writers_work_is_never_seen_and_goes_once_it_cannot_be_published(
    open_store: OpenStore, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    put(store, FERRY)
    store.publish()
    dead = MilvusStore(Connection(server.uri, ""), {"encoder": "toy"}, DIMENSION)
    put(dead, LIBRARY)
    monkeypatch.setattr(stores, "UNPUBLISHED_SECONDS", -1.0)
    put(dead, LATER)
    store.publish()
    assert (rows(store, "ferry"), rows(store, "library")) == ((1, 1), (1, 1))
    assert listed(store) == found(store, "ferry library") == [FERRY.text]
    assert open_store().holds(FERRY)


def test_what_waited_for_so_long_that_others_may_have_removed_it_is_not_published(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    put(store, FERRY)
    monkeypatch.setattr(stores, "UNPUBLISHED_SECONDS", -1.0)
    with pytest.raises(ArchiveUnreachable, match="do it again"):
        store.publish()
    monkeypatch.undo()
    put(store, LIBRARY)
    store.publish()
    assert listed(store) == [LIBRARY.text]


def test_a_version_put_again_outlives_what_is_left_of_its_first_time(
    open_store: OpenStore,
) -> None:
    store = open_store(grace_seconds=-1.0)
    for article in (FERRY, LATER, FERRY):
        put(store, article)
        store.publish()
    assert listed(store) == found(store, "ferry") == [FERRY.text]
    with store.snapshot() as opened:
        assert opened.article("ferry", LATER.sha256) == LATER


def test_a_search_goes_on_until_it_has_enough_that_is_current(open_store: OpenStore) -> None:
    store = open_store()
    put(store, Article("old", "", "The harbour."))
    store.publish()
    for number in range(30):
        put(store, Article("new", "", f"The harbour, edition {number}."))
    store.publish()
    with store.snapshot() as opened:
        ((key, _),) = opened.matching(["edit", "harbour"], 1, Filter())
        (passage,) = opened.passages([key]).values()
        assert passage.passage.text == "The harbour, edition 29."
        assert len(opened.matching(["harbour"], 2, Filter())) == 2


def test_a_long_build_is_published_in_parts_and_loses_no_version(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "PUBLISH_EVERY", 2)
    store = open_store()
    put(store, FERRY, LIBRARY, LATER)
    assert listed(store) == []
    put(store, Article("bridge", "", "The bridge is blue."))
    assert sorted(listed(store)) == [LATER.text, LIBRARY.text]
    store.publish()
    assert len(listed(store)) == 3
    with store.snapshot() as opened:
        assert opened.article("ferry", FERRY.sha256) == FERRY


def test_an_article_that_waits_is_not_taken_for_a_leftover_by_the_part_published_before_it(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "PUBLISH_EVERY", 1)
    store = open_store(grace_seconds=-1.0)
    put(store, FERRY, LIBRARY)
    store.delete("ferry")
    put(store, LATER)
    store.publish()
    assert sorted(listed(store)) == found(store, "ferry library") == [LATER.text, LIBRARY.text]


@pytest.mark.parametrize("together", [2, 100])
def test_words_are_counted_in_many_passages_as_in_few(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(snapshot, "READ_FOR_WORDS", together)
    store = open_store(grace_seconds=-1.0)
    put(store, FERRY, LIBRARY, Article("pier", "", "The library at the pier."))
    store.publish()
    with store.snapshot() as opened:
        counted = opened.document_frequencies(["librari", "ferri", "zeppelin"])
    assert counted == {"librari": 2, "ferri": 1}
