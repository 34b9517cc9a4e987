"""Killed at any instruction: the archive opens again with all that it acknowledged."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from onrecord.index.local import vectors
from tests.index.local.toy import contents, open_toy, put

PROJECT = Path(__file__).parents[3]


def run_child(script: str, folder: Path) -> subprocess.Popen[str]:
    """A process that has `store` and `put`, and dies of what the script does."""
    prelude = (
        "import os\nfrom pathlib import Path\n"
        "from onrecord.index.local import database, generations, records, vectors, words\n"
        "from tests.index.local.toy import open_toy, put\n"
        f"store = open_toy(Path({str(folder)!r}))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", prelude + script], stdout=subprocess.PIPE, text=True, cwd=PROJECT
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
    "before the words": f"words.write_words = {DIE}",
    "after the words": f"whole = words.write_words\n{AFTER}words.write_words = after",
    "before the vectors": f"generations.write_base = {DIE}",
    "amid the vectors": f"vectors.write_manifest = {DIE}",
    "after the vectors": f"whole = generations.write_base\n{AFTER}generations.write_base = after",
    "amid the record": (f"whole = database.write_meta\n{AFTER}database.write_meta = after"),
    "before the removed are forgotten": f"records.clear_removed = {DIE}",
    "before tidying": f"generations.remove_stale = {DIE}",
    "amid tidying": f"whole = generations.remove_stale\n{AFTER}generations.remove_stale = after",
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
        f'put(store, "kept", "ferry kept")\nwhole = records.insert_article\n{AFTER}'
        'records.insert_article = after\nput(store, "half", "ferry half")',
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
    store = open_toy(tmp_path)
    put(store, "a", "ferry one")
    store._writer.close()
    del store
    assert contents(tmp_path) == {"a": "ferry one"}


def test_only_two_folders_of_a_kind_are_kept(tmp_path: Path) -> None:
    store = open_toy(tmp_path)
    for number in range(6):
        put(store, "a", f"ferry {number}")
        store.publish()
    store.close()
    assert len(list(tmp_path.glob("words-*"))) <= 2
    assert len(list(tmp_path.glob("vectors-*"))) <= 2


def test_rows_of_removed_passages_go_when_a_base_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "CHANGES", 4)
    store = open_toy(tmp_path)
    for number in range(20):
        put(store, "a", f"ferry {number}")
        store.publish()
    rows = store._writer.execute("SELECT count(*), max(length(vector)) FROM passages")
    assert rows.fetchone() <= (5, 16)
    removed = store._writer.execute("SELECT max(length(vector)) FROM passages WHERE removed > 0")
    assert removed.fetchone()[0] in (None, 0)
    store.close()
