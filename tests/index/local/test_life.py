"""The local store lives like a dict through all that may happen to it, by hypothesis.

Small bases and word indexes that forget in place make every path of the derived indexes common.
`ONRECORD_NIGHTLY=1` in front tries a hundred times as many lives.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from onrecord.index.local import vectors, words
from onrecord.index.local.backup import backup, restore
from onrecord.index.local.check import check
from onrecord.index.local.snapshot import LocalSnapshot
from tests.index.local.toy import EVERYTHING, folder_in_memory, look, open_toy, put
from tests.nightly import amount

pytestmark = pytest.mark.slow

LIVES, ACTS = amount(12, 1_200), 25
NAMES = st.sampled_from("abcdef")
TEXTS = st.lists(st.sampled_from("123456"), min_size=1, max_size=3).map(
    lambda numbers: "\n".join(f"ferry {number}" for number in numbers)
)


class Life(RuleBasedStateMachine):
    """An archive that one process writes to and another one reads, and what they must see."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.scratch = self.stack.enter_context(folder_in_memory())
        self.folder, self.file = self.scratch / "archive", self.scratch / "backup"
        self.store, self.reader = open_toy(self.folder), open_toy(self.folder)
        self.written: dict[str, str] = {}
        self.published: dict[str, str] = {}
        self.saved: dict[str, str] | None = None
        self.held: tuple[LocalSnapshot, dict[str, str]] | None = None
        self.holding = ExitStack()

    @rule(name=NAMES, text=TEXTS)
    def put(self, name: str, text: str) -> None:
        put(self.store, name, text)
        self.written[name] = text

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        assert self.store.delete(name, tombstone=False) is (name in self.written)
        self.written.pop(name, None)

    @rule()
    def publish(self) -> None:
        self.store.publish()
        self.published = dict(self.written)

    @rule()
    def rebuild(self) -> None:
        self.store.rebuild()
        self.published = dict(self.written)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = open_toy(self.folder)
        self.published = dict(self.written)  # the next to open publishes

    @rule(kind=st.sampled_from(["vectors", "words"]))
    def lose_what_is_derived(self, kind: str) -> None:
        self.store.close()
        for derived in self.folder.glob(f"{kind}-*"):
            shutil.rmtree(derived, ignore_errors=True)  # a reader's tantivy may lock it meanwhile
        self.store = open_toy(self.folder)
        self.published = dict(self.written)

    @rule()
    def back_up(self) -> None:
        backup(self.folder, self.file)
        self.saved = dict(self.written)

    @precondition(lambda self: self.saved is not None)
    @rule()
    def restore(self) -> None:
        self.publish()  # lets the next writer in
        restore(self.folder, self.file)
        self.written = dict(self.saved or {})
        self.published = dict(self.written)

    @rule()
    def hold(self) -> None:
        self.holding.close()
        self.held = self.holding.enter_context(self.reader.snapshot()), dict(self.published)

    @precondition(lambda self: self.held is not None)
    @invariant()
    def a_held_snapshot_stays(self) -> None:
        assert self.held
        snapshot, wanted = self.held
        articles = snapshot.articles(EVERYTHING, None, 100).articles
        assert {article.id: article.text for article in articles} == wanted

    @invariant()
    def both_see_what_is_published(self) -> None:
        assert look(self.store) == self.published
        assert look(self.reader) == self.published

    def teardown(self) -> None:
        self.holding.close()
        self.store.publish()
        assert check(self.folder) == []
        self.store.close()
        self.reader.close()
        self.stack.close()


@pytest.mark.parametrize("kept", ["little", "much"])
def test_an_archive_lives_like_a_dict(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "CHANGES", 3 if kept == "little" else 1_000)
    monkeypatch.setattr(words, "ALWAYS_REWRITTEN", 0)
    monkeypatch.setattr(words, "REMOVED_SHARE", 0.5 if kept == "little" else 50.0)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=ACTS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
