"""Readers in threads and in processes, while others write: whole generations and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.index.local import vectors, words
from onrecord.index.local.store import LocalStore
from tests.index.local.toy import EVERYTHING, WORD, folder_in_memory, open_toy, put, toy_vector
from tests.nightly import amount

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[3]
SECONDS = amount(4, 120)
ARTICLES = 5
READERS = 3
READER = """
import sys, time
from pathlib import Path
from tests.index.local.test_stress import read_once
from tests.index.local.toy import open_toy
store, seen, until = open_toy(Path(sys.argv[1])), set(), time.monotonic() + float(sys.argv[2])
while time.monotonic() < until or (len(seen) < 2 and time.monotonic() < until + 60):
    seen.add(read_once(store))
print(len(seen))
"""
WRITER = """
import sys, time
from pathlib import Path
from onrecord.index.local import vectors, words
from tests.index.local.test_stress import write_once
from tests.index.local.toy import open_toy
vectors.CHANGES = 7
store, number, over = open_toy(Path(sys.argv[1])), 0, Path(sys.argv[2])
while number < 2 or not over.exists():
    number += 1
    write_once(store, sys.argv[3], number)
    time.sleep(0.1)  # the lock is nobody's meanwhile, so the other writer has its turn
print(number)
"""


def write_once(store: LocalStore, writer: str, number: int) -> None:
    """Publish the same new text in every article, one after the other; delete one and bring it."""
    for name in range(ARTICLES):
        put(store, f"a{name}", f"ferry {writer} {number}\nferry harbour {writer} {number}")
    if number % 3 == 0:
        store.delete("a1", tombstone=False)
        put(store, "a1", f"ferry {writer} {number}\nferry harbour {writer} {number}")
    store.publish()


def read_once(store: LocalStore) -> str:
    """The text that all articles have; fails where any part of the archive is of another one."""
    with store.snapshot() as snapshot:
        stats = snapshot.stats()
        articles = snapshot.articles(EVERYTHING, None, 100).articles
        (text,) = {article.text for article in articles}
        near = [key for key, _ in snapshot.nearest(toy_vector("x"), 100, EVERYTHING)]
        words = [key for key, _ in snapshot.matching([WORD], 100, EVERYTHING)]
        assert set(near) == set(words)
        assert len(near) == len(words) == stats.passages == 2 * ARTICLES
        entries = snapshot.passages(near)
        assert len(entries) == len(near)
        assert {entry.passage.text for entry in entries.values()} == set(text.split("\n"))
        assert stats.articles == len(articles) == ARTICLES
        assert snapshot.stats() == stats
    return text


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An archive of one generation."""
    monkeypatch.setattr(vectors, "CHANGES", 7)
    monkeypatch.setattr(words, "ALWAYS_REWRITTEN", 0)
    monkeypatch.setattr(words, "REMOVED_SHARE", 2.0)
    with folder_in_memory() as folder:
        store = open_toy(folder)
        write_once(store, "first", 0)
        store.close()
        yield folder


def test_threads_see_whole_generations_while_one_of_them_writes(folder: Path) -> None:
    store, wrong, seen, over = open_toy(folder), [], set(), threading.Event()

    def read() -> None:
        try:
            while not over.is_set():
                seen.add(read_once(store))
        except BaseException as error:
            wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    until, written = time.monotonic() + SECONDS, 0
    while not wrong and (time.monotonic() < until or written <= 3 or len(seen) <= 3):
        written += 1
        write_once(store, "thread", written)
    over.set()
    for reader in readers:
        reader.join()
    store.close()
    assert wrong == []


def test_processes_see_whole_generations_while_two_of_them_write(
    folder: Path, tmp_path: Path
) -> None:
    def start(script: str, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", script, str(folder), *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    over = tmp_path / "over"
    writers = [start(WRITER, over, "one"), start(WRITER, over, "two")]
    readers = [start(READER, SECONDS) for _ in range(2)]
    said = [process.communicate(timeout=SECONDS + 300) for process in readers]
    over.touch()
    said += [process.communicate(timeout=300) for process in writers]
    assert [stderr for _, stderr in said] == [""] * 4
    assert [json.loads(stdout) > 1 for stdout, _ in said] == [True] * 4, said
    store = open_toy(folder)
    assert read_once(store).startswith("ferry ")
    store.close()
