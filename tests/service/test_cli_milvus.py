"""The command line on an archive in Milvus: build in parts, copy, ask, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from onrecord.service.cli import commands

Invoke = Callable[..., Result]
PAGES = {
    f"{name}.json": json.dumps(
        {"id": name, "title": title, "text": text, "published": "2024-05-02"}
    )
    for name, title, text in (
        ("ferry", "Night ferry stops", "The night ferry sails no more after the storm."),
        ("crane", "Crane reopens", "Engineers replaced 312 bolts of the eastern crane."),
        ("museum", "Museum record", "The glass museum counted 90,318 visitors."),
        ("orchard", "Orchards bloom", "Apple trees bloomed on the slopes before May."),
        ("library", "Library lends tools", "641 readers borrowed a tool from the library."),
    )
}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder of pages; two of them are byte for byte the same."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text)
    (folder / "copy-of-ferry.json").write_text(PAGES["ferry.json"])
    return folder


@pytest.fixture
def invoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, milvus_lite: None) -> Iterator[Invoke]:
    """Runs a command on an archive in Milvus Lite, or a local one where asked."""
    from milvus_lite.server_manager import server_manager_instance

    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("ONRECORD_MILVUS_URI", str(tmp_path / "milvus.db"))

    def run(command: str, *arguments: object, store: str = "milvus") -> Result:
        monkeypatch.setenv("ONRECORD_STORE", store)
        where = ["--archive", str(tmp_path / "archive")]
        return CliRunner().invoke(commands, [command, *map(str, arguments), *where])

    yield run
    server_manager_instance.release_all()


def listed(invoke: Invoke, store: str = "milvus") -> list[tuple[str, str]]:
    """Id and sha256 of all articles."""
    found = json.loads(invoke("articles", "--json", store=store).stdout)
    return sorted((article["id"], article["sha256"]) for article in found)


def asked(invoke: Invoke, store: str) -> list[tuple[str, str]]:
    """What a question brings, best first."""
    question = "How many bolts of the eastern crane did engineers replace?"
    answer = json.loads(invoke("ask", question, "--json", store=store).stdout)
    return [(quote["id"], quote["text"]) for quote in answer["quotes"] or answer["nearest"]]


def test_the_parts_of_a_build_make_the_whole_in_any_order_and_twice(
    invoke: Invoke, pages: Path
) -> None:
    for part in ("2/3", "3/3", "1/3", "2/3"):
        assert invoke("build", pages, "--shard", part).exit_code == 0
    in_parts = listed(invoke)
    assert [name for name, _ in in_parts] == ["crane", "ferry", "library", "museum", "orchard"]
    again = invoke("build", pages)
    assert "5 unchanged" in " ".join(again.stdout.split())
    assert listed(invoke) == in_parts
    assert invoke("build", pages, store="local").exit_code == 0
    assert listed(invoke, "local") == in_parts


def test_a_copied_archive_answers_as_the_one_it_was_copied_from(
    invoke: Invoke, pages: Path
) -> None:
    invoke("build", pages, store="local")
    invoke("delete", "museum", store="local")
    (pages / "crane.json").write_text(PAGES["crane.json"].replace("312", "412"))
    invoke("build", pages, store="local")
    copied = invoke("copy", "--to", "milvus", store="local")
    assert copied.stdout == "copied 4 articles to milvus; 0 were there already\n"
    assert listed(invoke) == listed(invoke, "local")
    assert asked(invoke, "milvus") == asked(invoke, "local") != []
    again = invoke("copy", "--to", "milvus", store="local")
    assert again.stdout == "copied 0 articles to milvus; 4 were there already\n"
    rebuilt = " ".join(invoke("build", pages).stdout.split())
    assert "4 unchanged" in rebuilt
    assert "1 left out: deleted by hand" in rebuilt


def test_an_article_is_deleted_for_good(invoke: Invoke, pages: Path) -> None:
    invoke("build", pages)
    assert invoke("delete", "ferry").exit_code == 0
    invoke("build", pages)
    assert "ferry" not in dict(listed(invoke))


@pytest.mark.parametrize("shard", ["0/3", "4/3", "1", "a/b", "1/", "-1/3", ""])
def test_a_part_that_is_none_is_refused(invoke: Invoke, pages: Path, shard: str) -> None:
    result = invoke("build", pages, "--shard", shard)
    assert result.exit_code == 2
    assert "expected I/N" in result.stderr


def test_a_part_removes_nothing(invoke: Invoke, pages: Path) -> None:
    result = invoke("build", pages, "--shard", "1/2", "--mirror")
    assert result.exit_code == 2
    assert "without it" in result.stderr


@pytest.mark.parametrize("command", [("check",), ("backup", "x"), ("restore", "x")])
def test_care_of_files_is_for_local_archives(invoke: Invoke, command: tuple[str, ...]) -> None:
    result = invoke(*command)
    assert result.exit_code == 2
    assert "works on a local archive" in result.stderr
