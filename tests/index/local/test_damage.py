"""Damaged on disk: `check` finds every flipped bit, and what is cut short is rebuilt on opening."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.index.errors import ArchiveDamaged
from onrecord.index.local import vectors
from onrecord.index.local.backup import open_as_built
from onrecord.index.local.check import check
from onrecord.index.local.database import RECORDS
from tests.index.local.toy import contents, folder_in_memory, look, open_toy, put

pytestmark = pytest.mark.slow

WANTED = {f"a{number}": f"ferry {number}\nferry harbour {number}" for number in range(30)}
KINDS = ("exact", "lists")


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Where archives are made and damaged."""
    with folder_in_memory() as folder:
        yield folder


@pytest.fixture(params=KINDS)
def folder(scratch: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed archive, to be damaged; its dense index is of either kind."""
    folder = scratch / request.param
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 10 if request.param == "lists" else 1_000)
    monkeypatch.setattr(vectors, "NARROW_SHARE", 1.0)  # so that tests see everything
    store = open_toy(folder)
    for name, text in WANTED.items():
        put(store, name, text)
    store.publish()
    put(store, "a0", "ferry gone")
    store.delete("a0")
    put(store, "a0", WANTED["a0"])
    store.publish()
    store.close()
    return folder


def derived_files(folder: Path) -> list[Path]:
    """Every file that is derived, locks and empty ones left out."""
    files = [*folder.glob("vectors-*/*"), *folder.glob("words-*/*")]
    return sorted(file for file in files if file.stat().st_size)


def flip(file: Path, place: int) -> None:
    """Turn one bit around."""
    written = bytearray(file.read_bytes())
    written[place] ^= 0x10
    file.unlink()  # files may be shared with other folders
    file.write_bytes(written)


def newest(folder: Path) -> list[Path]:
    """The derived files that readers use."""
    meta = dict(sqlite3.connect(folder / RECORDS).execute("SELECT key, value FROM meta"))
    return [file for file in derived_files(folder) if file.parent.name in meta.values()]


def different(folder: Path) -> list[Path]:
    """Those that depend on the dense index's kind, and once the others."""
    return [file for file in newest(folder) if folder.name == "exact" or "words" not in str(file)]


def test_a_whole_archive_has_nothing_wrong(folder: Path) -> None:
    assert check(folder) == []
    assert {file.parent.name.split("-")[0] for file in newest(folder)} == {"vectors", "words"}


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_flipped_bit_in_any_derived_file_is_found_and_repaired(
    folder: Path, scratch: Path, share: float
) -> None:
    for number, file in enumerate(different(folder)):
        damaged = scratch / str(number)
        shutil.copytree(folder, damaged)
        hurt = damaged / file.relative_to(folder)
        flip(hurt, int(share * (hurt.stat().st_size - 1)))
        found = check(damaged)
        assert found, f"{file.name}: a flipped bit was not found"
        assert all(finding.derived for finding in found)
        assert any(file.parent.name in finding.problem for finding in found)
        store = open_as_built(damaged)
        store.rebuild()
        assert look(store) == WANTED
        store.close()
        assert check(damaged) == [], file.name


@pytest.mark.parametrize("kept", [None, 0, 0.5, -1])
def test_a_missing_or_truncated_derived_file_is_rebuilt_on_opening(
    folder: Path, scratch: Path, kept: float | None
) -> None:
    for number, file in enumerate(different(folder)):
        damaged = scratch / str(number)
        shutil.copytree(folder, damaged)
        hurt = damaged / file.relative_to(folder)
        whole = hurt.read_bytes()
        hurt.unlink()
        if kept is not None:
            hurt.write_bytes(whole[: -1 if kept == -1 else int(kept * len(whole))])
        assert contents(damaged) == WANTED, file.name
        assert check(damaged) == [], file.name


@pytest.mark.parametrize("kind", ["vectors", "words"])
@pytest.mark.parametrize("emptied", [False, True])
def test_a_missing_or_empty_folder_is_rebuilt_on_opening(
    folder: Path, kind: str, emptied: bool
) -> None:
    for derived in folder.glob(f"{kind}-*"):
        shutil.rmtree(derived)
        if emptied:
            derived.mkdir()
    assert contents(folder) == WANTED
    assert check(folder) == []


@pytest.mark.parametrize("byte", range(0, 45, 3))
def test_a_damaged_header_is_found_on_opening(
    folder: Path, byte: int, caplog: pytest.LogCaptureFixture
) -> None:
    """FAISS itself would read sizes from it and take them for true."""
    (file,) = (file for file in newest(folder) if file.suffix == ".faiss")
    flip(file, byte)
    with caplog.at_level(logging.WARNING, "onrecord.index"):
        assert contents(folder) == WANTED
    assert "its head is damaged" in caplog.text


def test_folders_of_another_archive_are_not_taken_for_its_own(folder: Path, scratch: Path) -> None:
    other = scratch / "other"
    store = open_toy(other)
    for name in WANTED:
        put(store, name, f"ferry otherwise {name}\nferry more {name}")
    store.publish()
    store.close()
    for kind in ("vectors", "words"):
        mine = next(file.parent for file in newest(folder) if file.parent.name.startswith(kind))
        theirs = next(file.parent for file in newest(other) if file.parent.name.startswith(kind))
        shutil.rmtree(mine)
        shutil.copytree(theirs, mine)
    assert contents(folder) == WANTED


def test_a_reader_that_finds_the_published_folder_gone_has_it_rebuilt(folder: Path) -> None:
    store = open_toy(folder)
    other = open_toy(folder)
    put(other, "new", "ferry new")
    other.publish()
    for derived in folder.glob("words-*"):
        shutil.rmtree(derived)
    assert look(store) == {**WANTED, "new": "ferry new"}
    store.close()
    other.close()


def test_a_changed_text_is_found_and_cannot_be_repaired(folder: Path) -> None:
    change(folder, "UPDATE articles SET text = 'ferry 9' || substr(text, 8) WHERE id = 'a3'")
    found = check(folder)
    assert not found[0].derived
    assert found[0].problem.startswith("article a3: expected a text of sha256 ")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE articles SET outlet = 'x' WHERE id = 'a3'", "its record is not the one"),
        ("UPDATE articles SET record = '{' WHERE id = 'a3'", "its record cannot be read"),
        ('UPDATE passages SET "end" = 900 WHERE row = 5', "it is not the article's text"),
        ("UPDATE passages SET sentences = x'' WHERE row = 5", "not in order"),
        ("UPDATE passages SET vector = zeroblob(16) WHERE row = 5", "not of unit length"),
        ("UPDATE passages SET vector = zeroblob(12) WHERE row = 5", "cannot be read"),
        ("UPDATE passages SET words = zeroblob(8) WHERE row = 5", "are not those of its text"),
        ("UPDATE passages SET shingles = zeroblob(8) WHERE row = 5", "are not those of its text"),
        ("UPDATE passages SET words = zeroblob(7) WHERE row = 5", "cannot be read"),
        ("UPDATE passages SET article = 4000 WHERE row = 5", "its article is missing"),
        ("UPDATE passages SET article = 1 WHERE row = 8", "its article is missing"),
    ],
)
def test_what_is_wrong_with_the_record_of_truth_is_named(
    folder: Path, statement: str, said: str
) -> None:
    if "article = 1 " in statement:
        change(folder, "UPDATE articles SET removed = 2 WHERE row = 1")
    change(folder, statement)
    assert any(said in finding.problem for finding in check(folder) if not finding.derived)


@pytest.mark.parametrize("row", [5, 41])
def test_vectors_that_are_not_the_passages_own_are_found(folder: Path, row: int) -> None:
    connection = sqlite3.connect(folder / RECORDS)
    (other,) = connection.execute("SELECT vector FROM passages WHERE row = 20").fetchone()
    connection.execute("UPDATE passages SET vector = ? WHERE row = ?", (other, row))
    connection.commit()
    connection.close()
    assert any("are not those of the passages" in finding.problem for finding in check(folder))


def test_a_record_of_truth_that_is_none_says_what_to_do(folder: Path) -> None:
    (folder / RECORDS).write_bytes(b"not a database at all " * 400)
    with pytest.raises(ArchiveDamaged, match=r"restore a backup with `onrecord restore FILE`"):
        open_toy(folder)
    with pytest.raises(ArchiveDamaged, match=r"restore a backup"):
        check(folder)


def change(folder: Path, statement: str) -> None:
    """Change the record of truth behind the archive's back."""
    connection = sqlite3.connect(folder / RECORDS)
    connection.execute(statement)
    connection.commit()
    connection.close()
