"""The command line's care of an archive: check, backup and restore."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from onrecord.index.local.database import RECORDS
from onrecord.service.cli import commands

Invoke = Callable[..., Result]
FERRY = {"id": "ferry", "title": "Night ferry stops", "text": "The night ferry sails no more."}
CRANE = {"id": "crane", "title": "Crane reopens", "text": "Engineers replaced 312 bolts."}


@pytest.fixture
def invoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Runs a command on an archive of this test's own."""
    monkeypatch.setenv("COLUMNS", "300")

    def run(command: str, *arguments: object) -> Result:
        where = ["--archive", str(tmp_path / "archive")]
        return CliRunner().invoke(commands, [command, *map(str, arguments), *where])

    return run


@pytest.fixture
def archive(invoke: Invoke, tmp_path: Path) -> Path:
    """An archive of two articles."""
    pages = tmp_path / "pages.jsonl"
    pages.write_text("".join(json.dumps(record) + "\n" for record in (FERRY, CRANE)))
    assert invoke("build", pages).exit_code == 0
    return tmp_path / "archive"


def listed(invoke: Invoke) -> list[str]:
    """The ids of all articles."""
    return sorted(article["id"] for article in json.loads(invoke("articles", "--json").stdout))


def test_a_whole_archive_passes_the_check(invoke: Invoke, archive: Path) -> None:
    result = invoke("check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{archive}: everything is as it must be\n"


def test_a_flipped_bit_fails_the_check_until_it_is_repaired(invoke: Invoke, archive: Path) -> None:
    (file,) = archive.glob("vectors-*/exact.faiss")
    written = bytearray(file.read_bytes())
    written[-9] ^= 1
    file.write_bytes(written)
    result = invoke("check")
    assert result.exit_code == 1
    assert "exact.faiss is not as it was written" in result.stderr
    assert "run with --repair" in result.stderr
    result = invoke("check", "--repair")
    assert result.exit_code == 0
    assert "rebuilt what is derived, as generation" in result.stdout
    assert invoke("check").exit_code == 0
    assert listed(invoke) == ["crane", "ferry"]


def test_a_changed_text_fails_the_check_even_after_repair(invoke: Invoke, archive: Path) -> None:
    connection = sqlite3.connect(archive / RECORDS)
    connection.execute("UPDATE articles SET text = replace(text, 'night', 'light')")
    connection.commit()
    connection.close()
    result = invoke("check", "--repair")
    assert result.exit_code == 1
    assert "article ferry: expected a text of sha256" in result.stderr
    assert "restore a backup" in result.stderr


def test_a_backup_brings_back_what_was_deleted(
    invoke: Invoke, archive: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    result = invoke("backup", file)
    assert (result.exit_code, result.stdout) == (0, f"backed up to {file}\n")
    invoke("delete", "ferry")
    assert listed(invoke) == ["crane"]
    result = invoke("restore", file)
    assert (result.exit_code, result.stdout) == (0, f"restored {archive} from {file}\n")
    assert listed(invoke) == ["crane", "ferry"]
    assert invoke("check").exit_code == 0


@pytest.mark.parametrize("command", [["check"], ["backup", "file"]])
def test_an_archive_that_is_not_there_exits_2(
    invoke: Invoke, tmp_path: Path, command: list[str]
) -> None:
    result = invoke(*command)
    assert result.exit_code == 2
    assert "there is no archive at" in result.stderr
    assert not (tmp_path / "archive").exists()
