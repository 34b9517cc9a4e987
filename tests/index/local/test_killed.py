"""Killed at any instant: every acknowledged article is there afterwards, and no half of one.

`ONRECORD_NIGHTLY=1` in front kills hundreds of writers instead of dozens.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from onrecord.index.local.check import check
from tests.index.local.toy import contents, folder_in_memory, open_toy, toy_article
from tests.nightly import amount

pytestmark = pytest.mark.slow

ROUNDS = amount(40, 600)
LONGEST_LIFE = 0.25  # seconds; an act takes 1 to 20 ms, opening about 10
EVERY = 10  # rounds between two looks at every byte
PROJECT = Path(__file__).parents[3]


@dataclass
class Known:
    """What the archive must hold, by what writers said."""

    articles: dict[str, str] = field(default_factory=dict)
    older: dict[str, set[str]] = field(default_factory=dict)

    def apply(self, act: str, name: str, text: str) -> None:
        """Note that a change was acknowledged."""
        if act == "put":
            if name in self.articles:
                self.older.setdefault(name, set()).add(self.articles[name])
            self.articles[name] = text
        elif act == "delete":
            self.articles.pop(name, None)
            self.older.pop(name, None)


@pytest.fixture
def writers() -> Iterator[subprocess.Popen[str]]:
    """A process that has imported everything and forks writers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.index.local.life"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        cwd=PROJECT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    yield process
    process.kill()
    process.communicate()


def kill_one(writers: subprocess.Popen[str], folder: Path, seed: int) -> Iterator[list[str]]:
    """What a writer says, to its end at a random instant."""
    assert writers.stdin
    assert writers.stdout
    writers.stdin.write(f"{folder} {seed}\n")
    for line in writers.stdout:
        said = json.loads(line)
        if said == ["dead"]:
            return
        if said[0] == "pid":
            after = random.Random(seed).uniform(0, LONGEST_LIFE)
            killing = threading.Timer(after, os.kill, (int(said[1]), signal.SIGKILL))
            killing.start()
        else:
            yield said


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_in_memory() as folder:
        yield folder


def test_writers_killed_at_random_instants_lose_nothing(
    writers: subprocess.Popen[str], folder: Path
) -> None:
    known, acts, pending_survived, killed_amid = Known(), 0, 0, set()
    for seed in range(ROUNDS):
        begun: list[str] | None = None
        for said in kill_one(writers, folder, seed):
            if said[0] == "begin":
                begun = said[1:]
            elif said[0] == "done":
                assert begun
                known.apply(*begun)
                acts, begun = acts + 1, None
        found = contents(folder)
        if found != known.articles:  # the act that was under way is there, whole, or it is not
            assert begun, f"round {seed} lost what it had acknowledged"
            known.apply(*begun)
            pending_survived += 1
        assert found == known.articles, f"round {seed}"
        killed_amid.add(begun[0] if begun else "")
        assert_older_versions(folder, known)
        if seed % EVERY == 0:
            assert check(folder) == []
    assert acts > ROUNDS  # the writers got somewhere
    assert len(killed_amid) > 2  # and died amid several kinds of act
    print(
        f"\n{ROUNDS} writers killed amid {sorted(killed_amid)}; {acts} acts acknowledged, ", end=""
    )
    print(f"{pending_survived} done but not yet said")


def assert_older_versions(folder: Path, known: Known) -> None:
    """Versions that were replaced stay readable by their sha256."""
    store = open_toy(folder)
    with store.snapshot() as snapshot:
        for name, texts in known.older.items():
            for text in texts:
                found = snapshot.article(name, toy_article(name, text).sha256)
                assert found is not None
                assert found.text == text
    store.close()
