"""Writers and readers in any order, some of them dying: the archive is what was published."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from onrecord.index.errors import ArchiveBusy
from onrecord.index.milvus import generations
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.schema import LEDGER, PASSAGES, ledger_row
from onrecord.index.milvus.store import MilvusStore
from onrecord.index.milvus.writer import roll_back_dead
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
        self.buried: set[str] = set()
        self.number = 0

    def open(self) -> MilvusStore:
        return MilvusStore(Connection(self.server.uri, ""), {"encoder": "toy"}, DIMENSION, -1.0)

    def others(self, writer: str) -> Texts:
        return self.waiting["B" if writer == "A" else "A"]

    @rule(writer=WRITERS, name=NAMES)
    def put(self, writer: str, name: str) -> None:
        self.number += 1
        article = Article(name, "", f"paper {self.number}")
        if name in self.others(writer):
            with pytest.raises(ArchiveBusy):
                put(self.stores[writer], article)
        else:
            put(self.stores[writer], article)
            self.waiting[writer][name] = article.text

    @rule(writer=WRITERS, name=NAMES)
    def delete(self, writer: str, name: str) -> None:
        there = self.waiting[writer].get(name, self.published.get(name))
        if there and name in self.others(writer):
            with pytest.raises(ArchiveBusy):
                self.stores[writer].delete(name)
        else:
            assert self.stores[writer].delete(name) is (there is not None)
            if there:
                self.waiting[writer][name] = None

    @rule(writer=WRITERS)
    def publish(self, writer: str) -> None:
        self.stores[writer].publish()
        self.published |= self.waiting[writer]
        self.buried |= {name for name, text in self.waiting[writer].items() if text is None}
        self.waiting[writer] = {}

    @rule(writer=WRITERS)
    def die(self, writer: str) -> None:
        """A writer stops where it is; another one, told that it is dead, undoes what it did."""
        opened = self.stores[writer]._writer._own
        self.stores[writer] = self.open()
        if opened:
            silent = ledger_row(opened.token, generations.OPEN, opened.generation, 0, "")
            self.reader._connection.call("upsert", LEDGER, [silent])
            roll_back_dead(self.reader._connection)
        self.waiting[writer] = {}

    @invariant()
    def readers_see_what_was_published(self) -> None:
        if not hasattr(self, "reader"):
            return
        texts = sorted(text for text in self.published.values() if text)
        assert sorted(listed(self.reader)) == texts
        assert found(self.reader, "paper") == texts
        for name in self.buried - set(self.waiting["A"]) - set(self.waiting["B"]):
            assert self.reader.is_deleted(name)
        with self.reader.snapshot() as snapshot:
            stats = snapshot.stats()
        assert (stats.articles, stats.passages) == (len(texts), len(texts))
        if not any(self.waiting.values()):
            live = f"removed > {stats.generation}"
            assert self.reader._connection.count(PASSAGES, live) == len(texts)

    def teardown(self) -> None:
        if hasattr(self, "reader"):
            self.server.stop()
            self.folder.cleanup()


def test_rivals_leave_what_they_published(
    monkeypatch: pytest.MonkeyPatch, milvus_lite: None
) -> None:
    monkeypatch.setattr(generations, "WAIT_SECONDS", 0.0)
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
