"""Stamps: a folder that is not as it was written is known, by a look or by every byte."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from onrecord.index.local.stamps import damaged_parts, look, read_stamp, write_stamp


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "vectors-3"
    folder.mkdir()
    (folder / "large").write_bytes(b"head" + b"body" * 50)
    (folder / "small").write_bytes(b"all of it")
    (folder / ".writer.lock").write_bytes(b"")
    return folder


def test_a_stamp_comes_back_with_its_facts(folder: Path) -> None:
    sha256 = write_stamp(folder, {"generation": 3}, {"large": 4})
    stamp = read_stamp(folder, sha256)
    assert stamp.facts == {"generation": 3}
    assert {name: (part.size, part.head) for name, part in stamp.parts.items()} == {
        "large": (204, 4),
        "small": (9, 65_536),
    }
    look(folder, stamp)
    assert damaged_parts(folder, stamp) == []


@pytest.mark.parametrize(
    ("name", "written", "seen_by_a_look"),
    [
        ("large", b"hEad" + b"body" * 50, True),
        ("large", b"head" + b"body" * 49, True),
        ("large", b"head" + b"body" * 49 + b"bodY", False),
        ("small", b"all of iT", True),
        ("small", None, True),
    ],
)
def test_damage_is_found(
    folder: Path, name: str, written: bytes | None, seen_by_a_look: bool
) -> None:
    stamp = read_stamp(folder, write_stamp(folder, {}, {"large": 4}))
    (folder / name).unlink()
    if written is not None:
        (folder / name).write_bytes(written)
    assert len(damaged_parts(folder, stamp)) == 1
    if seen_by_a_look:
        with pytest.raises(ValueError, match=name):
            look(folder, stamp)
    else:
        look(folder, stamp)


def test_another_stamp_is_refused_and_both_are_named(folder: Path) -> None:
    first = write_stamp(folder, {"generation": 3})
    second = write_stamp(folder, {"generation": 4})
    with pytest.raises(ValueError, match=f"expected sha256 {first}, got {second}"):
        read_stamp(folder, first)
    (folder / "stamp.json").unlink()
    with pytest.raises(ValueError, match=r"stamp\.json is missing"):
        read_stamp(folder, second)


def test_a_known_part_is_not_read_again(folder: Path) -> None:
    known = read_stamp(folder, write_stamp(folder, {})).parts
    os.truncate(folder / "small", 0)
    (folder / "large").write_bytes(b"HEAD" + b"body" * 50)
    after = read_stamp(folder, write_stamp(folder, {}, known=known)).parts
    assert after["large"] == known["large"]
    assert after["small"].size == 0
