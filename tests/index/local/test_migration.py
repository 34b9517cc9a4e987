"""Archives of earlier schemas open, and hold what they held."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from onrecord.index.local import database
from onrecord.index.local.backup import restore
from onrecord.index.local.check import check
from onrecord.index.local.database import RECORDS
from onrecord.index.text.terms import read_term_ids
from onrecord.index.types import Filter
from tests.index.local.toy import contents, look, open_toy, put, toy_article

WANTED = {"a": "ferry two", "b": "ferry three\nferry harbour"}
# What the third schema had otherwise, the second had not, and the first one had and had not.
THIRD_SCHEMA = """
UPDATE passages SET words = x'010000000d000000';
UPDATE meta SET value = '3' WHERE key = 'schema';
"""
SECOND_SCHEMA = """
ALTER TABLE passages DROP COLUMN words;
ALTER TABLE passages DROP COLUMN shingles;
UPDATE meta SET value = '2' WHERE key = 'schema';
"""
FIRST_SCHEMA = f"""{SECOND_SCHEMA}
DROP INDEX articles_listed;
DROP INDEX articles_by_digest;
DROP INDEX articles_by_erased;
ALTER TABLE articles DROP COLUMN erased;
CREATE INDEX articles_by_date ON articles (first, id);
DELETE FROM meta WHERE key NOT IN ('schema', 'generation', 'published', 'build', 'words');
UPDATE meta SET value = '1' WHERE key = 'schema';
UPDATE meta SET value = 'words-0' WHERE key = 'words';
"""


def make_earlier(folder: Path, schema_statements: str) -> Path:
    """An archive of an earlier schema, with an earlier version of one article."""
    store = open_toy(folder)
    put(store, "a", "ferry one")
    store.publish()
    for name, text in WANTED.items():
        put(store, name, text)
    store.publish()
    store.close()
    connection = sqlite3.connect(folder / RECORDS)
    connection.executescript(schema_statements)
    connection.close()
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive of the first schema."""
    folder = make_earlier(tmp_path / "archive", FIRST_SCHEMA)
    for kind in ("words", "vectors"):
        for derived in folder.glob(f"{kind}-*"):
            shutil.rmtree(derived)
    (folder / "vectors.faiss").write_bytes(b"an index of the first schema")
    return folder


def test_an_archive_of_the_first_schema_is_migrated_on_opening(folder: Path) -> None:
    store = open_toy(folder)
    assert look(store) == WANTED
    with store.snapshot() as snapshot:
        older = snapshot.article("a", toy_article("a", "ferry one").sha256)
        assert older is not None
    put(store, "c", "ferry new")
    store.delete("b")
    store.publish()
    assert look(store) == {"a": "ferry two", "c": "ferry new"}
    store.close()
    assert check(folder) == []
    assert not (folder / "vectors.faiss").exists()


@pytest.mark.parametrize(
    ("schema", "statements"), [(2, SECOND_SCHEMA), (3, THIRD_SCHEMA)], ids=["2", "3"]
)
def test_words_of_an_earlier_schema_are_read_again(
    tmp_path: Path, schema: int, statements: str
) -> None:
    folder = make_earlier(tmp_path / "archive", statements)
    assert [finding.problem for finding in check(folder)] == [
        f"it is of schema {schema}: opening it makes that 4"
    ]
    store = open_toy(folder)
    assert look(store) == WANTED
    with store.snapshot() as snapshot:
        keys = [key for key, _ in snapshot.matching(["ferri"], 9, Filter())]
        found = snapshot.passages(keys).values()
        stored = [(one.stored_term_ids, read_term_ids(one.passage)) for one in found]
        assert len(stored) == 3
        assert all(ids and ids.equals(wanted) for ids, wanted in stored)
    put(store, "c", "ferry new")
    store.publish()
    store.close()
    assert check(folder) == []


def test_a_backup_of_the_first_schema_is_restored_and_left_as_it_is(
    folder: Path, tmp_path: Path
) -> None:
    file = shutil.copyfile(folder / RECORDS, tmp_path / "backup")
    before = file.read_bytes()
    restore(tmp_path / "other", file)
    assert contents(tmp_path / "other") == WANTED
    assert file.read_bytes() == before


def test_a_migration_that_dies_is_done_by_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object, **named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(database, "write_meta", fail)
        with pytest.raises(KeyboardInterrupt):
            open_toy(folder)
    assert contents(folder) == WANTED


def test_a_migrated_archive_is_laid_out_as_a_new_one(folder: Path, tmp_path: Path) -> None:
    open_toy(folder).close()
    open_toy(tmp_path / "new").close()

    def layout(archive: Path) -> set[tuple[str, str]]:
        connection = sqlite3.connect(archive / RECORDS)
        found = set(connection.execute("SELECT type, name FROM sqlite_master"))
        for table in ("articles", "passages"):
            found |= set(
                connection.execute(f"SELECT '{table}', name FROM pragma_table_info('{table}')")
            )
        connection.close()
        return found

    assert layout(folder) == layout(tmp_path / "new")
