"""Killed at any instruction, damaged on disk: the archive opens again with all it acknowledged."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.local.archive import LocalStore
from index.store import Entry
from index.types import Article, Filter, Passage, Span

BUILD = {"encoder": "toy"}
VECTOR = np.array([0.6, 0.8, 0.0, 0.0], dtype=np.float32)


def put(store: LocalStore, name: str, text: str) -> None:
    """Put an article of a passage a line."""
    entries, start = [], 0
    for line in text.split("\n"):
        span = Span(start, start + len(line))
        start += len(line) + 1
        passage = Passage(name, span, line, len(line.split()), (span,))
        entries.append(Entry(passage, VECTOR, VECTOR.reshape(1, -1)))
    store.put(Article(name, "", text), entries, f"/news/{name}.txt")


def contents(folder: Path) -> dict[str, str]:
    """Every article of the archive by id, after a look whether all its parts agree."""
    store = LocalStore(folder, BUILD, 4)
    with store.snapshot() as snapshot:
        articles = {a.id: a.text for a in snapshot.articles(Filter(), None, 1000).articles}
        lines = sorted(line for text in articles.values() for line in text.split("\n"))
        near = [key for key, _ in snapshot.nearest(VECTOR, 1000, Filter())]
        words = [key for key, _ in snapshot.matching(["ferri"], 1000, Filter())]
        for keys in (near, words):
            assert sorted(e.passage.text for e in snapshot.entries(keys).values()) == lines
        assert (snapshot.stats().articles, snapshot.stats().passages) == (
            len(articles),
            len(lines),
        )
    store.close()
    return articles


def run_child(script: str, folder: Path) -> subprocess.Popen[str]:
    """A process that has `store` and `put`, and dies of what the script does."""
    prelude = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import os\nfrom pathlib import Path\n"
        "from index.local import archive, base, derived, published, vectors, word_folders\n"
        "from test_recovery import BUILD, put\n"
        f"store = archive.LocalStore(Path({str(folder)!r}), BUILD, 4)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", prelude + script], stdout=subprocess.PIPE, text=True
    )


CHANGES = """
vectors.CHANGES = {changes}
put(store, "kept", "ferry kept")
put(store, "changed", "ferry before")
put(store, "deleted", "ferry deleted")
store.publish()
put(store, "added", "ferry added\\nferry added too")
if {removals}:
    put(store, "changed", "ferry after")
    store.delete("deleted")
{death}
store.publish()
os._exit(1)
"""
DIE = "lambda *a, **k: os._exit(9)"
AFTER = "def after(*a, **k):\n    whole(*a, **k)\n    os._exit(9)\n"
DEATHS = {
    "before publishing": "os._exit(9)",
    "before the words": f"word_folders.write_words = {DIE}",
    "after the words": f"whole = word_folders.write_words\n{AFTER}word_folders.write_words = after",
    "before the vectors": f"derived.write_base = {DIE}",
    "amid the vectors": f"base.write_stamp = {DIE}",
    "after the vectors": f"whole = derived.write_base\n{AFTER}derived.write_base = after",
    "amid the record": (
        f"whole = archive.schema.write_meta\n{AFTER}archive.schema.write_meta = after"
    ),
    "before the removed are forgotten": f"archive.records.forget_removed = {DIE}",
    "before tidying": f"published.remove_stale = {DIE}",
    "amid tidying": f"whole = published.remove_stale\n{AFTER}published.remove_stale = after",
}
BASE_IS_WRITTEN = 0
BASE_IS_KEPT = 1_000


@pytest.mark.parametrize(
    ("death", "removals", "changes"),
    [
        *((death, True, BASE_IS_WRITTEN) for death in DEATHS),
        ("after the words", False, BASE_IS_WRITTEN),  # they share the old folder's files
        ("after the vectors", False, BASE_IS_WRITTEN),
        ("after the words", True, BASE_IS_KEPT),
        ("amid the record", False, BASE_IS_KEPT),
    ],
)
def test_whenever_a_publish_dies_every_change_is_there(
    tmp_path: Path, death: str, removals: bool, changes: int
) -> None:
    child = run_child(
        CHANGES.format(death=DEATHS[death], removals=removals, changes=changes), tmp_path
    )
    assert child.wait(60) == 9
    assert child.stdout
    child.stdout.close()
    wanted = {"kept": "ferry kept", "added": "ferry added\nferry added too"}
    wanted |= (
        {"changed": "ferry after"}
        if removals
        else {"changed": "ferry before", "deleted": "ferry deleted"}
    )
    assert contents(tmp_path) == wanted
    assert contents(tmp_path) == wanted


def test_a_put_that_dies_before_it_is_acknowledged_leaves_nothing(tmp_path: Path) -> None:
    child = run_child(
        f'put(store, "kept", "ferry kept")\nwhole = archive.records.insert_article\n{AFTER}'
        'archive.records.insert_article = after\nput(store, "half", "ferry half")',
        tmp_path,
    )
    assert child.wait(60) == 9
    assert child.stdout
    child.stdout.close()
    assert contents(tmp_path) == {"kept": "ferry kept"}


@pytest.mark.parametrize("acknowledged", [1, 8, 21])
def test_a_killed_process_loses_nothing_that_it_acknowledged(
    tmp_path: Path, acknowledged: int
) -> None:
    child = run_child(
        "for number in range(100_000):\n"
        '    put(store, f"a{number}", f"ferry {number}\\nferry {number} again")\n'
        "    print(number, flush=True)\n"
        "    if number % 4 == 3:\n"
        "        store.publish()\n",
        tmp_path,
    )
    assert child.stdout
    said = [int(child.stdout.readline()) for _ in range(acknowledged)]
    child.send_signal(signal.SIGKILL)
    said += [int(line) for line in child.stdout.read().split()]
    assert child.wait(60) == -signal.SIGKILL
    child.stdout.close()
    kept = contents(tmp_path)
    assert set(kept) >= {f"a{number}" for number in said}
    assert len(kept) <= len(said) + 1
    assert all(text == f"ferry {name[1:]}\nferry {name[1:]} again" for name, text in kept.items())


def test_a_store_dropped_without_closing_loses_nothing(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, BUILD, 4)
    put(store, "a", "ferry one")
    store._writer.close()
    del store
    assert contents(tmp_path) == {"a": "ferry one"}


WANTED = {"a": "ferry one\nferry two", "b": "ferry three"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed archive of two articles, to be damaged."""
    store = LocalStore(tmp_path, BUILD, 4)
    for name, text in WANTED.items():
        put(store, name, text)
    store.publish()
    store.close()
    return tmp_path


@pytest.mark.parametrize("kept", [None, 0, 3, 50, 120, -1])
def test_a_missing_or_truncated_vector_file_is_rebuilt(folder: Path, kept: int | None) -> None:
    file = folder / "vectors.faiss"
    whole = file.read_bytes()
    file.unlink()
    if kept is not None:
        file.write_bytes(whole[:kept])
    assert contents(folder) == WANTED


@pytest.mark.parametrize("garbage", [b"\x00" * 300, b"not an index at all " * 20])
def test_a_vector_file_of_garbage_is_rebuilt(folder: Path, garbage: bytes) -> None:
    (folder / "vectors.faiss").write_bytes(garbage)
    assert contents(folder) == WANTED


def test_a_vector_file_of_an_earlier_generation_is_caught_up(folder: Path) -> None:
    old = (folder / "vectors.faiss").read_bytes()
    store = LocalStore(folder, BUILD, 4)
    put(store, "c", "ferry four")
    store.delete("a")
    store.publish()
    store.close()
    (folder / "vectors.faiss").write_bytes(old)
    assert contents(folder) == {"b": "ferry three", "c": "ferry four"}


def test_a_missing_word_folder_is_rebuilt(folder: Path) -> None:
    for words in folder.glob("words-*"):
        shutil.rmtree(words)
    assert contents(folder) == WANTED


def test_an_empty_word_folder_is_rebuilt(folder: Path) -> None:
    for words in folder.glob("words-*"):
        shutil.rmtree(words)
        words.mkdir()
    assert contents(folder) == WANTED


@pytest.mark.parametrize("kept", [0, 0.5])
def test_a_damaged_word_folder_is_rebuilt(folder: Path, kept: float) -> None:
    for part in folder.glob("words-*/*"):
        if part.is_file() and part.stat().st_size:
            part.write_bytes(part.read_bytes()[: int(part.stat().st_size * kept)])
    assert contents(folder) == WANTED


def test_only_two_word_folders_are_kept(folder: Path) -> None:
    store = LocalStore(folder, BUILD, 4)
    for number in range(4):
        put(store, "a", f"ferry {number}")
        store.publish()
    store.close()
    assert len(list(folder.glob("words-*"))) <= 2
