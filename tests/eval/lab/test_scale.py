"""`eval bench scale`: an archive is built, asked and reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onrecord.eval.cli import commands

pytestmark = pytest.mark.slow


def test_a_size_is_measured_and_reported(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "scale.json").write_text('{"scale": {}}')
    (docs / "scale.md").write_text("before\n<!-- scale -->\n<!-- /scale -->\nafter\n")
    flags = ["--size", "1000", "--out", str(tmp_path / "docs"), "--work", str(tmp_path)]
    result = CliRunner().invoke(commands, ["bench", "scale", *flags])
    assert (result.exit_code, result.exception) == (0, None)
    figures = json.loads((tmp_path / "docs" / "scale.json").read_text())["scale"]["1000"]
    assert figures["passages"] == 1_000
    assert (figures["recall"], figures["recall wide"]) == (1.0, 1.0)
    for search in ("dense", "words", "hybrid", "dense narrow", "words wide"):
        assert 0 < figures[search]["p50"] <= figures[search]["p95"]
        assert figures[search]["cpu"] > 0
    assert set(figures["change_ms"]) == {"add", "replace", "delete"}
    assert figures["disk_mb"]["records"] > 5
    written = (tmp_path / "docs" / "scale.md").read_text("utf-8")
    assert "|  | 1,000 passages |" in written
    assert not (tmp_path / "bench" / "1000").exists()


@pytest.mark.parametrize("size", ["0", "999", "many"])
def test_a_size_that_is_none_exits_2(size: str) -> None:
    assert CliRunner().invoke(commands, ["bench", "scale", "--size", size]).exit_code == 2
