"""Manifests: a folder that is not as it was written is recognised, by its heads or every byte."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from onrecord.index.local.manifest import find_damage, open_folder, read_manifest, write_manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "vectors-3"
    folder.mkdir()
    (folder / "large").write_bytes(b"head" + b"body" * 50)
    (folder / "small").write_bytes(b"all of it")
    (folder / ".writer.lock").write_bytes(b"")
    return folder


def test_a_manifest_comes_back_with_its_facts(folder: Path) -> None:
    sha256 = write_manifest(folder, {"generation": 3}, {"large": 4})
    manifest = open_folder(folder, sha256)
    assert manifest.facts == {"generation": 3}
    assert {name: (part.size, part.head) for name, part in manifest.files.items()} == {
        "large": (204, 4),
        "small": (9, 65_536),
    }
    assert list(find_damage(folder, manifest, heads_only=False)) == []


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
    sha256 = write_manifest(folder, {}, {"large": 4})
    (folder / name).unlink()
    if written is not None:
        (folder / name).write_bytes(written)
    manifest = read_manifest(folder, sha256)
    (problem,) = find_damage(folder, manifest, heads_only=False)
    assert name in problem
    if seen_by_a_look:
        with pytest.raises(ValueError, match=name):
            open_folder(folder, sha256)
    else:
        open_folder(folder, sha256)


def test_another_manifest_is_refused_and_both_are_named(folder: Path) -> None:
    first = write_manifest(folder, {"generation": 3})
    second = write_manifest(folder, {"generation": 4})
    with pytest.raises(ValueError, match=f"expected sha256 {first}, got {second}"):
        read_manifest(folder, first)
    (folder / "stamp.json").unlink()
    with pytest.raises(ValueError, match=r"stamp\.json is missing"):
        read_manifest(folder, second)


def test_a_known_part_is_not_read_again(folder: Path) -> None:
    known = read_manifest(folder, write_manifest(folder, {})).files
    os.truncate(folder / "small", 0)
    (folder / "large").write_bytes(b"HEAD" + b"body" * 50)
    after = read_manifest(folder, write_manifest(folder, {}, known=known)).files
    assert after["large"] == known["large"]
    assert after["small"].size == 0
