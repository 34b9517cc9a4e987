"""KeyFile are shown once, kept as hashes, and found in constant time."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest

from onrecord.service.keys import KeyFile


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "inside" / "keys.json")


def test_a_made_key_is_found_with_its_role(keys: KeyFile) -> None:
    reader, writer = keys.make("reader"), keys.make("writer")
    found = [keys.find(key) for key in (reader, writer)]
    assert [key.role for key in found if key] == ["reader", "writer"]


def test_the_file_holds_the_hash_and_not_the_key(keys: KeyFile, tmp_path: Path) -> None:
    key = keys.make("reader")
    written = (tmp_path / "inside" / "keys.json").read_text()
    assert key not in written
    assert hashlib.sha256(key.encode()).hexdigest() in written


def test_only_its_owner_may_read_the_file(keys: KeyFile, tmp_path: Path) -> None:
    keys.make("reader")
    mode = (tmp_path / "inside" / "keys.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_key_is_long_and_never_the_same(keys: KeyFile) -> None:
    made = {keys.make("reader") for _ in range(5)}
    assert len(made) == 5
    assert all(len(key) >= 40 for key in made)


@pytest.mark.parametrize("given", ["", "onr_", "onr_wrong", "\ud800", "ключ"])
def test_what_is_no_key_is_not_found(keys: KeyFile, given: str) -> None:
    keys.make("reader")
    assert keys.find(given) is None


def test_without_a_file_there_are_no_keys(keys: KeyFile) -> None:
    assert keys.all() == ()
    assert not keys.any_writer()


def test_a_key_made_by_another_process_is_good_at_once(keys: KeyFile, tmp_path: Path) -> None:
    assert not keys.any_writer()
    key = KeyFile(tmp_path / "inside" / "keys.json").make("writer")
    assert keys.any_writer()
    assert keys.find(key) is not None


def test_a_removed_key_is_worthless(keys: KeyFile) -> None:
    key = keys.make("reader")
    (made,) = keys.all()
    assert keys.remove(made.name)
    assert keys.find(key) is None
    assert not keys.remove(made.name)
