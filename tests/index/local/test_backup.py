"""Backups: one file that holds everything, made and restored while others read and write."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.index.errors import ArchiveDamaged, ArchiveMismatch
from onrecord.index.local.backup import backup, open_as_built, restore
from onrecord.index.local.check import check
from onrecord.index.local.database import RECORDS
from onrecord.index.local.store import LocalStore
from onrecord.index.store import Source
from tests.index.local.toy import BUILD, contents, look, open_toy, put, toy_article

PROJECT = Path(__file__).parents[3]
WANTED = {"a": "ferry two\nferry harbour", "b": "ferry three"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    """An archive of two articles, one in its second version, a third deleted by hand."""
    opened = open_toy(tmp_path / "archive")
    put(opened, "a", "ferry one")
    put(opened, "c", "ferry gone")
    opened.publish()
    for name, text in WANTED.items():
        put(opened, name, text)
    opened.delete("c")
    opened.sources.remember(Source("/news/a.txt", "ab" * 32, 1, ("a",)))
    opened.publish()
    yield opened
    opened.close()


@pytest.fixture
def file(store: LocalStore, tmp_path: Path) -> Path:
    """A backup of it."""
    backup(store.folder, tmp_path / "backup")
    return tmp_path / "backup"


def test_a_backup_is_restored_with_versions_sources_and_tombstones(
    store: LocalStore, file: Path, tmp_path: Path
) -> None:
    with store.snapshot() as snapshot:
        before = snapshot.stats()
    restore(tmp_path / "other", file)
    other = open_toy(tmp_path / "other")
    assert look(other) == WANTED
    with other.snapshot() as snapshot:
        older = snapshot.article("a", toy_article("a", "ferry one").sha256)
        assert older is not None
        assert older.text == "ferry one"
        assert snapshot.stats().fingerprint == before.fingerprint
    assert other.is_deleted("c")
    assert other.sources.all() == [Source("/news/a.txt", "ab" * 32, 1, ("a",))]
    assert other.location("a") == "/news/a.txt"
    other.close()
    assert check(tmp_path / "other") == []


def test_restoring_replaces_all_there_was_and_readers_see_it(store: LocalStore, file: Path) -> None:
    put(store, "d", "ferry new")
    put(store, "a", "ferry four")
    store.delete("b")
    generation = store.publish()
    with store.snapshot() as held:
        restore(store.folder, file)
        assert held.article("d") is not None
        assert held.article("b") is None
    assert look(store) == WANTED
    with store.snapshot() as snapshot:
        assert snapshot.stats().generation > generation
        assert snapshot.article("d") is None
        assert snapshot.article("a", toy_article("a", "ferry four").sha256) is None
    put(store, "d", "ferry after")
    store.publish()
    assert contents(store.folder) == {**WANTED, "d": "ferry after"}
    assert check(store.folder) == []


def test_a_backup_holds_what_is_stored_and_not_yet_published(
    store: LocalStore, tmp_path: Path
) -> None:
    put(store, "d", "ferry new")
    store.delete("b")
    backup(store.folder, tmp_path / "backup")
    restore(tmp_path / "other", tmp_path / "backup")
    assert contents(tmp_path / "other") == {"a": WANTED["a"], "d": "ferry new"}


def test_a_backup_of_a_running_writer_is_one_moment_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    open_toy(folder).close()
    script = (
        "import sys; from pathlib import Path; from tests.index.local.toy import open_toy, put\n"
        "store = open_toy(Path(sys.argv[1]))\n"
        "for number in range(100_000):\n"
        '    put(store, f"a{number}", f"ferry {number}")\n'
        "    if number % 5 == 4: store.publish()\n"
        "    print(number, flush=True)\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    assert writer.stdout
    for number in range(4):
        said = int(writer.stdout.readline())
        backup(folder, tmp_path / f"backup{number}")
        restore(tmp_path / str(number), tmp_path / f"backup{number}")
        held = contents(tmp_path / str(number))
        assert len(held) > said
        assert held == {f"a{at}": f"ferry {at}" for at in range(len(held))}
    writer.kill()
    writer.communicate()


def test_a_restore_that_dies_leaves_the_archive_as_it_was(store: LocalStore, file: Path) -> None:
    put(store, "d", "ferry new")
    store.publish()
    script = (
        "import os, sys; from pathlib import Path\n"
        "from onrecord.index.local import backup, records\n"
        "whole = records.replace_records\n"
        "def half(*given):\n    whole(*given)\n    os._exit(9)\n"
        "records.replace_records = half\n"
        "backup.restore(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    )
    died = subprocess.run(
        [sys.executable, "-c", script, str(store.folder), str(file)], cwd=PROJECT, check=False
    )
    assert died.returncode == 9
    assert look(store) == {**WANTED, "d": "ferry new"}
    assert contents(store.folder) == {**WANTED, "d": "ferry new"}
    restore(store.folder, file)
    assert look(store) == WANTED


@pytest.mark.parametrize("kept", [0, 100, 5_000, -4_096])
def test_a_backup_that_is_not_whole_is_refused(store: LocalStore, file: Path, kept: int) -> None:
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(ArchiveDamaged, match=r"backup is not a complete backup"):
        restore(store.folder, file)
    assert look(store) == WANTED


def test_a_missing_backup_is_named(store: LocalStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no backup at .*nowhere"):
        restore(store.folder, tmp_path / "nowhere")


def test_a_backup_of_another_encoder_is_refused_and_both_are_named(
    store: LocalStore, file: Path, tmp_path: Path
) -> None:
    LocalStore(tmp_path / "other", {"encoder": "minilm"}, 4).close()
    with pytest.raises(ArchiveMismatch, match="encoder is toy, the archive has minilm"):
        restore(tmp_path / "other", file)


def test_restoring_over_a_damaged_archive_puts_it_aside(store: LocalStore, file: Path) -> None:
    store.close()
    (store.folder / RECORDS).write_bytes(b"not a database at all " * 400)
    restore(store.folder, file)
    assert contents(store.folder) == WANTED
    assert (store.folder / f"damaged-{RECORDS}").read_bytes().startswith(b"not a database")


def test_an_archive_opens_as_it_was_built_whatever_that_was(store: LocalStore) -> None:
    store.close()
    opened = open_as_built(store.folder)
    assert look(opened) == WANTED
    opened.close()
    assert BUILD == {"encoder": "toy"}


def test_a_backup_is_a_plain_sqlite_file(file: Path) -> None:
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT count(*) FROM articles").fetchone() == (3,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_an_archive_that_lost_its_last_article_is_whole_and_restored(
    tmp_path: Path,
) -> None:
    folder, file = tmp_path / "archive", tmp_path / "backup"
    store = open_toy(folder)
    put(store, "a", "ferry nine")
    store.publish()
    assert store.delete("a", tombstone=False)
    store.publish()
    store.close()
    assert check(folder) == []
    backup(folder, file)
    restore(folder, file)
    assert check(folder) == []
    store = open_toy(folder)
    put(store, "a", "ferry ten")
    store.publish()
    assert look(store) == {"a": "ferry ten"}
    store.close()
