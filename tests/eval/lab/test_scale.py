"""`eval bench scale`: an archive is built, asked and reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onrecord.eval.cli import commands
from onrecord.eval.lab import scale
from onrecord.eval.lab.scale import measure_scale, write_scale

pytestmark = pytest.mark.slow


def test_a_size_is_measured_and_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "QUESTIONS", 20)
    (tmp_path / "scale.json").write_text('{"scale": {}}')
    (tmp_path / "scale.md").write_text("before\n<!-- scale -->\n<!-- /scale -->\nafter\n")
    file, page = write_scale(measure_scale(1_000, tmp_path / "archive"), tmp_path)
    figures = json.loads(file.read_text())["scale"]["1000"]
    assert figures["passages"] == 1_000
    assert (figures["recall"], figures["recall wide"]) == (1.0, 1.0)
    for search in ("dense", "words", "hybrid", "dense narrow", "words wide"):
        assert 0 < figures[search]["p50"] <= figures[search]["p95"]
        assert figures[search]["cpu"] > 0
    assert set(figures["change_ms"]) == {"add", "replace", "delete"}
    assert figures["disk_mb"]["records"] > 5
    assert "|  | 1,000 passages |" in page.read_text("utf-8")


@pytest.mark.parametrize("size", ["999", "many"])
def test_a_size_that_is_none_exits_2(size: str) -> None:
    assert CliRunner().invoke(commands, ["bench", "scale", "--size", size]).exit_code == 2
