"""Writers and readers in any order, some of them dying: the archive is what was published."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.publications import begin
from onrecord.index.milvus.schema import ARTICLES
from onrecord.index.milvus.store import MilvusStore
from onrecord.index.types import Article
from tests.index.milvus.conftest import DIMENSION
from tests.index.milvus.papers import found, listed, put
from tests.index.milvus.server import Server

WRITERS = st.sampled_from("AB")
NAMES = st.sampled_from("xy")
Texts = dict[str, str | None]


class Rivals(RuleBasedStateMachine):
    """Two writers of the same articles, and what each of them has yet to publish."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.server = Server(Path(self.folder.name) / "milvus.db")
        self.stores = {name: self.open() for name in "AB"}
        self.reader = self.open()
        self.published: Texts = {}
        self.waiting: dict[str, Texts] = {"A": {}, "B": {}}
        self.number = 0

    def open(self) -> MilvusStore:
        return MilvusStore(Connection(self.server.uri, ""), {"encoder": "toy"}, DIMENSION, -1.0)

    def current(self, writer: str, name: str) -> str | None:
        """What an article is for a writer: as it left it, or as it was published."""
        return self.waiting[writer].get(name, self.published.get(name))

    @rule(writer=WRITERS, name=NAMES)
    def put(self, writer: str, name: str) -> None:
        self.number += 1
        article = Article(name, "", f"paper {self.number}")
        put(self.stores[writer], article)
        self.waiting[writer][name] = article.text

    @rule(writer=WRITERS, name=NAMES)
    def delete(self, writer: str, name: str) -> None:
        there = self.current(writer, name) is not None
        assert self.stores[writer].delete(name) is there
        if there:
            self.waiting[writer][name] = None

    @rule(writer=WRITERS)
    def publish(self, writer: str) -> None:
        self.stores[writer].publish()
        self.published |= self.waiting[writer]
        self.waiting[writer] = {}

    @rule(writer=WRITERS)
    def die(self, writer: str) -> None:
        self.stores[writer] = self.open()
        self.waiting[writer] = {}

    @rule(writer=WRITERS)
    def die_while_publishing(self, writer: str) -> None:
        """The articles are published one by one; some are when the writer dies."""
        store, reached = self.stores[writer], list(self.waiting[writer].items())[:1]
        number = begin(store._connection, store._writer)
        for name, text in reached:
            store._connection.upsert(ARTICLES, store._changed([name], number))
            self.published[name] = text
        self.die(writer)

    @invariant()
    def readers_see_what_was_published(self) -> None:
        if not hasattr(self, "reader"):
            return
        texts = sorted(text for text in self.published.values() if text)
        for reader in (self.reader, self.open()):
            assert sorted(listed(reader)) == texts
            assert found(reader, "paper") == texts
            with reader.snapshot() as snapshot:
                stats = snapshot.stats()
            assert (stats.articles, stats.passages) == (len(texts), len(texts))

    def teardown(self) -> None:
        if hasattr(self, "reader"):
            self.server.stop()
            self.folder.cleanup()


def test_rivals_leave_what_they_published(milvus_lite: None) -> None:
    run_state_machine_as_test(
        Rivals,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
