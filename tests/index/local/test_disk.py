"""A full disk and a read-only one: a clear error, and the archive as it was."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from onrecord.index.errors import ArchiveUnwritable
from onrecord.index.local.backup import backup
from onrecord.index.local.check import check
from onrecord.index.local.database import translate_errors
from onrecord.index.local.store import LocalStore
from tests.index.local.toy import contents, look, open_toy, put

DISK = "4m"
WANTED = {"a": "ferry one", "b": "ferry two"}
LONG = "\n".join(f"ferry {line} " + "harbour " * 20 for line in range(200))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own; skips where none can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mount(folder, "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs"):
        pytest.skip("no file system can be mounted here (it takes root)")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def mount(folder: Path, *options: str) -> bool:
    """Whether it could be mounted."""
    if os.geteuid() != 0:
        return False
    done = subprocess.run(["mount", *options, str(folder)], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture
def store(disk: Path) -> Iterator[LocalStore]:
    """An archive on it, with two articles."""
    opened = open_toy(disk / "archive")
    for name, text in WANTED.items():
        put(opened, name, text)
    opened.publish()
    yield opened
    opened.close()


def fill(disk: Path, spare: int = 0) -> Path:
    """A file that takes all the room but a little."""
    free = os.statvfs(disk)
    file = disk / "filler"
    with file.open("wb") as stream:
        stream.write(b"\0" * max(0, free.f_bavail * free.f_bsize - spare))
    return file


def put_many(store: LocalStore) -> None:
    """Put more than the disk holds."""
    for number in range(100):
        put(store, f"c{number}", LONG)


def test_a_put_on_a_full_disk_says_so_and_stores_nothing(store: LocalStore, disk: Path) -> None:
    filler = fill(disk)
    with pytest.raises(ArchiveUnwritable, match=r"the disk of .*archive is full"):
        put_many(store)
    filler.unlink()
    store.publish()
    held = look(store)
    assert held == {**WANTED, **{name: LONG for name in held if name.startswith("c")}}
    assert check(disk / "archive") == []


@pytest.mark.parametrize("spare", [0, 40_000, 80_000, 160_000, 320_000])
def test_a_publish_on_a_full_disk_leaves_readers_where_they_were(
    store: LocalStore, disk: Path, spare: int
) -> None:
    put(store, "c", "ferry three")
    filler = fill(disk, spare)
    published = True
    with suppress(ArchiveUnwritable):
        published = False
        store.publish()
        published = True
    assert look(store) == ({**WANTED, "c": "ferry three"} if published else WANTED)
    assert published or spare < 320_000
    filler.unlink()
    store.publish()
    assert look(store) == {**WANTED, "c": "ferry three"}
    assert check(disk / "archive") == []


def test_after_a_full_disk_the_next_to_open_finds_everything(store: LocalStore, disk: Path) -> None:
    put(store, "c", "ferry three")
    filler = fill(disk)
    with pytest.raises(ArchiveUnwritable):
        store.rebuild()
    store.close()
    filler.unlink()
    assert contents(disk / "archive") == {**WANTED, "c": "ferry three"}


def test_a_backup_that_does_not_fit_leaves_the_one_before(store: LocalStore, disk: Path) -> None:
    file = disk / "backup"
    backup(disk / "archive", file)
    before = file.read_bytes()
    filler = fill(disk)
    with pytest.raises(ArchiveUnwritable, match="is full"):
        backup(disk / "archive", file)
    assert file.read_bytes() == before
    assert not list(disk.glob(".backup*"))
    filler.unlink()


def test_an_archive_on_a_read_only_disk_opens_with_a_clear_error(disk: Path) -> None:
    folder = disk / "archive"
    store = open_toy(folder)
    put(store, "a", "ferry one")
    store.publish()
    store.close()
    assert mount(disk, "-o", "remount,ro")
    try:
        with pytest.raises(ArchiveUnwritable, match=r"archive cannot be written to"):
            open_toy(folder)
    finally:
        assert mount(disk, "-o", "remount,rw")
    assert contents(folder) == {"a": "ferry one"}


@pytest.mark.parametrize("folder", [".", "gone"])
def test_a_failing_disk_is_not_called_full(tmp_path: Path, folder: str) -> None:
    failing = sqlite3.OperationalError("disk I/O error")
    failing.sqlite_errorname = "SQLITE_IOERR_WRITE"
    said = "cannot be written to: disk I/O error"
    with pytest.raises(ArchiveUnwritable, match=said), translate_errors(tmp_path / folder):
        raise failing
