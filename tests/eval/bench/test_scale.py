"""`eval bench scale`: an archive is built, asked and reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onrecord.eval.bench.dense import KINDS, measure_dense
from onrecord.eval.bench.report import write_report
from onrecord.eval.cli import commands


def test_a_size_is_measured_and_reported(tmp_path: Path) -> None:
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


def test_a_size_measured_again_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    row = {"vectors": 9, "index": "exact", "setting": "", "build_s": 0.1, "bytes": 4}
    times = {"p50": 1.0, "p95": 2.0, "cpu": 1.0}
    for recall in (0.5, 0.75):
        write_report(tmp_path, "dense", {**row, **times, "recall": recall})
    text = (tmp_path / "scale.md").read_text("utf-8")
    assert "| 9 | exact |  | 0.1 | 4 | 1.0 / 2.0 | 1.0 | 0.750 |" in text
    assert "0.500" not in text


def test_every_kind_of_index_is_compared_with_an_exact_search() -> None:
    rows = list(measure_dense(4_000, lambda line: None))
    assert {row["index"] for row in rows} == {kind.name for kind in KINDS}
    exact = [row for row in rows if row["index"] == "exact"]
    assert [row["recall"] for row in exact] == [1.0]
    assert all(row["recall"] > 0.8 for row in rows)
    lists = [row["recall"] for row in rows if row["index"] == "lists (IVF)"]
    assert lists == sorted(lists)
    assert [row["bytes"] for row in exact] == [4 * 384]


@pytest.mark.parametrize("size", ["0", "999", "many"])
def test_a_size_that_is_none_exits_2(size: str) -> None:
    assert CliRunner().invoke(commands, ["bench", "scale", "--size", size]).exit_code == 2
