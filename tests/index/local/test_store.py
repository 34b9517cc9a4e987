"""The local store: several processes on one folder, and settings that must agree."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord.index.errors import ArchiveBusy, ArchiveMismatch, Conflict
from onrecord.index.local import database, lock, records, words
from onrecord.index.local.store import LocalStore
from onrecord.index.types import Article
from tests.index.local.toy import EVERYTHING, open_toy, put, toy_vector

Open = Callable[[], LocalStore]


def seen(store: LocalStore, word: str) -> list[str]:
    """The texts that both searches show, the word's alone."""
    with store.snapshot() as snapshot:
        near = snapshot.passages(
            [key for key, _ in snapshot.nearest(toy_vector("x"), 100, EVERYTHING)]
        )
        keys = [key for key, _ in snapshot.matching([word], 100, EVERYTHING)]
        assert set(keys) <= set(near)
        return sorted(near[key].passage.text for key in keys)


@pytest.fixture
def open_archive(tmp_path: Path, request: pytest.FixtureRequest) -> Open:
    """Opens the one archive of the test, as often as it is called."""

    def opened() -> LocalStore:
        store = open_toy(tmp_path / "archive")
        request.addfinalizer(store.close)
        return store

    return opened


def test_an_article_without_pages_has_the_digest_that_it_had_before_there_were_pages() -> None:
    article = Article("ferry", "Ferry delayed", "The ferry was late.")
    known = "830c7d767b698d6b4c9bdd9fe0a576db389b39cc029e00c04734250cc61567f9"
    assert records.digest(article) == known != records.digest(replace(article, pages=(0,)))


def test_a_second_process_sees_what_the_first_published(open_archive: Open) -> None:
    first, second = open_archive(), open_archive()
    put(first, "a", "ferry one")
    assert seen(second, "ferri") == []
    first.publish()
    assert seen(second, "ferri") == ["ferry one"]
    put(second, "b", "ferry two")
    second.publish()
    assert seen(first, "ferri") == ["ferry one", "ferry two"]


def test_two_processes_write_in_turn(open_archive: Open) -> None:
    stores = [open_archive(), open_archive()]
    for number in range(6):
        put(stores[number % 2], f"a{number}", f"ferry {number}")
        if number == 4:
            assert stores[0].delete("a1")
        stores[number % 2].publish()
    for store in [*stores, open_archive()]:
        assert seen(store, "ferri") == [f"ferry {number}" for number in (0, 2, 3, 4, 5)]


def test_a_second_writer_is_told_that_the_archive_is_busy(
    open_archive: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.05)
    first, second = open_archive(), open_archive()
    put(first, "a", "ferry one")
    with pytest.raises(ArchiveBusy, match=r"another process is writing to .*archive"):
        put(second, "b", "ferry two")
    assert seen(second, "ferri") == []
    first.publish()
    put(second, "b", "ferry two")
    second.publish()
    assert seen(first, "ferri") == ["ferry one", "ferry two"]


def test_opening_beside_a_living_writer_publishes_nothing_of_its(open_archive: Open) -> None:
    first = open_archive()
    put(first, "a", "ferry one")
    second = open_archive()
    assert seen(second, "ferri") == []
    assert first.publish() == 1
    assert seen(second, "ferri") == ["ferry one"]


def test_closing_lets_the_next_writer_in(
    open_archive: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.05)
    first, second = open_archive(), open_archive()
    put(first, "a", "ferry one")
    first.close()
    put(second, "b", "ferry two")
    second.publish()
    assert seen(second, "ferri") == ["ferry one", "ferry two"]


def test_a_mismatch_names_both_values(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    LocalStore(folder, {"encoder": "minilm", "passage tokens": "220"}, 4).close()
    with pytest.raises(ArchiveMismatch) as raised:
        LocalStore(folder, {"encoder": "minilm", "passage tokens": "100"}, 4)
    assert "passage tokens is 100, the archive has 220" in str(raised.value)
    assert "encoder" not in str(raised.value)
    assert str(folder) in str(raised.value)
    LocalStore(folder, {"encoder": "minilm", "passage tokens": "220"}, 4).close()


def test_an_archive_of_a_later_schema_is_refused(tmp_path: Path, open_archive: Open) -> None:
    open_archive().close()
    connection = sqlite3.connect(tmp_path / "archive" / database.RECORDS)
    connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    connection.commit()
    connection.close()
    with pytest.raises(
        ArchiveMismatch,
        match=r"expected schema 4 or earlier, got 99: a later onrecord wrote it\. Upgrade",
    ):
        open_archive()


def test_a_failed_put_leaves_nothing_behind(
    open_archive: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_archive()
    put(store, "a", "ferry one")

    def insert_half(connection: sqlite3.Connection, *arguments: Any) -> None:
        whole(connection, *arguments)
        raise OSError("the lamp went out")

    whole = records.insert_article
    with monkeypatch.context() as patched:
        patched.setattr(records, "insert_article", insert_half)
        with pytest.raises(OSError, match="the lamp went out"):
            put(store, "a", "ferry changed")
    store.publish()
    assert seen(store, "ferri") == ["ferry one"]


def test_a_reader_overtaken_by_a_publish_sees_the_newer_generation_whole(
    open_archive: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_archive()
    put(store, "a", "ferry one")
    store.publish()
    read_meta, overtaken = database.read_meta, []

    def publish_meanwhile(connection: sqlite3.Connection) -> dict[str, str]:
        meta = read_meta(connection)
        if connection is not store._writer and not overtaken:
            overtaken.append(True)
            put(store, "a", "ferry two")
            store.publish()
        return meta

    monkeypatch.setattr(database, "read_meta", publish_meanwhile)
    assert seen(store, "ferri") == ["ferry two"]
    assert overtaken


def test_readers_in_threads_never_see_half_a_change(open_archive: Open) -> None:
    store = open_archive()
    put(store, "a", "ferry 0")
    put(store, "b", "ferry 0")
    store.publish()
    done, wrong = threading.Event(), []

    def read() -> None:
        while not done.is_set():
            texts = seen(store, "ferri")
            if len(texts) != 2 or texts[0] != texts[1]:
                wrong.append(texts)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 9):
        put(store, "a", f"ferry {number}")
        put(store, "b", f"ferry {number}")
        store.publish()
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert seen(store, "ferri") == ["ferry 8", "ferry 8"]


def test_a_change_that_changes_nothing_keeps_nobody_out(
    open_archive: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.05)
    first, second = open_archive(), open_archive()
    assert not first.delete("nobody")
    put(second, "a", "ferry one")
    second.publish()
    with pytest.raises(Conflict):
        first.put(Article("a", "", "ferry"), [], "/elsewhere")
    put(second, "b", "ferry two")
    second.publish()
    assert seen(first, "ferri") == ["ferry one", "ferry two"]


def test_a_second_writer_waits_with_a_message(
    open_archive: Open, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = open_archive(), open_archive()
    put(first, "a", "ferry one")
    publishing = threading.Timer(0.3, first.publish)
    with caplog.at_level("INFO", "onrecord.index"):
        publishing.start()
        put(second, "b", "ferry two")
    publishing.join()
    second.publish()
    assert "waiting for another process that writes to it" in caplog.text
    assert seen(first, "ferri") == ["ferry one", "ferry two"]


def test_a_reader_never_waits_for_a_writer(open_archive: Open) -> None:
    writer, reader = open_archive(), open_archive()
    put(writer, "a", "ferry one")
    writer.publish()
    with writer.changing():  # holds the lock, the connection and a write transaction
        assert seen(reader, "ferri") == ["ferry one"]
        thread = threading.Thread(target=seen, args=(writer, "ferri"))
        thread.start()
        thread.join(5)
        assert not thread.is_alive()


def test_vectors_of_other_dimensions_are_named(tmp_path: Path, open_archive: Open) -> None:
    store = open_archive()
    put(store, "a", "ferry one")
    store.close()
    with pytest.raises(ArchiveMismatch, match=r"expected vectors of 8 dimensions, got 4: another"):
        LocalStore(tmp_path / "archive", {"encoder": "toy"}, 8)


def test_what_changed_is_kept_beside_the_base(open_archive: Open, tmp_path: Path) -> None:
    """A new article writes no vector of the others."""
    store = open_archive()
    for number in range(20):
        put(store, f"a{number}", f"ferry {number}")
    store.publish()
    (base,) = (tmp_path / "archive").glob("vectors-*")
    put(store, "new", "ferry new")
    put(store, "a3", "ferry three")
    store.delete("a4")
    store.publish()
    assert list((tmp_path / "archive").glob("vectors-*")) == [base]
    wanted = sorted(
        ["ferry new", "ferry three", *(f"ferry {n}" for n in range(20) if n not in (3, 4))]
    )
    assert seen(store, "ferri") == wanted
    assert seen(open_archive(), "ferri") == wanted


def test_an_archive_put_in_the_place_of_another_is_followed(
    open_archive: Open, tmp_path: Path
) -> None:
    store = open_archive()
    put(store, "a", "ferry one")
    store.publish()
    assert seen(store, "ferri") == ["ferry one"]
    shutil.rmtree(tmp_path / "archive")
    assert seen(store, "ferri") == ["ferry one"]  # until there is another
    other = open_archive()
    put(other, "b", "ferry two")
    other.publish()
    assert seen(store, "ferri") == ["ferry two"]
    put(store, "c", "ferry three")
    store.publish()
    assert seen(other, "ferri") == ["ferry three", "ferry two"]


def test_an_archive_of_other_settings_in_its_place_is_refused(
    open_archive: Open, tmp_path: Path
) -> None:
    store = open_archive()
    shutil.rmtree(tmp_path / "archive")
    LocalStore(tmp_path / "archive", {"encoder": "minilm"}, 4).close()
    for _ in range(2):
        with pytest.raises(ArchiveMismatch, match="encoder is toy, the archive has minilm"):
            seen(store, "ferri")


def test_a_large_word_index_forgets_without_being_rewritten(
    open_archive: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "ALWAYS_REWRITTEN", 0)
    monkeypatch.setattr(words, "REMOVED_SHARE", 0.2)
    store, other = open_archive(), open_archive()
    for number in range(20):
        put(store, f"a{number}", f"ferry {number}")
    store.publish()
    with store.snapshot() as snapshot:
        exact = snapshot.stats().fingerprint
    store.delete("a3")
    store.publish()
    assert "ferry 3" not in seen(other, "ferri")
    assert len(seen(store, "ferri")) == 19
    with store.snapshot() as snapshot:
        assert snapshot.document_frequencies(["ferri"]) == {
            "ferri": 20
        }  # still counted, so the fingerprint ...
        inexact = snapshot.stats().fingerprint
    put(store, "a3", "ferry 3")
    store.publish()
    for number in range(4, 9):
        store.delete(f"a{number}")
    store.publish()
    for number in range(4, 9):
        put(store, f"a{number}", f"ferry {number}")
    store.publish()
    with store.snapshot() as snapshot:
        assert snapshot.document_frequencies(["ferri"]) == {"ferri": 20}  # rewritten
        assert snapshot.stats().fingerprint == exact
    assert inexact != exact  # ... says so
    assert len(seen(other, "ferri")) == 20


@pytest.mark.parametrize("erased", [True, False])
def test_what_is_removed_leaves_no_numbers_of_its_words(
    open_archive: Open, tmp_path: Path, erased: bool
) -> None:
    store = open_archive()
    for name in ("a", "b"):
        put(store, name, f"the ferry of line {name} was late again")
    store.publish()
    if erased:
        store.delete("a")
    else:
        put(store, "a", "the ferry of line a was on time at last")
    store.publish()
    connection = sqlite3.connect(tmp_path / "archive" / "archive.sqlite")
    kept = connection.execute(
        "SELECT removed IS NULL, length(words) > 0, length(shingles) > 0 FROM passages"
    ).fetchall()
    connection.close()
    assert set(kept) == {(1, 1, 1), (0, 0, 0)}
