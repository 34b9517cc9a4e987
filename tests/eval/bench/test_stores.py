"""Both stores rank alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onrecord.eval.bench.stores import Agreement, agree


def test_the_overlap_is_the_share_that_both_bring() -> None:
    pairs = [(["a", "b"], ["b", "c"]), (["a", "b"], ["a", "b"]), ([], ["x"])]
    assert agree(pairs) == Agreement(overlap=0.75, same_first=0.5, questions=2)


def test_nothing_found_is_no_agreement() -> None:
    with pytest.raises(ValueError, match="got 1 without"):
        agree([([], [])])


def test_milvus_ranks_the_seeds_as_the_local_store_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pymilvus", reason="pymilvus is not installed")
    pytest.importorskip("milvus_lite", reason="milvus-lite is not installed")
    from typer.testing import CliRunner

    from onrecord.eval.bench.cli import commands

    monkeypatch.setenv("ONRECORD_MILVUS_URI", str(tmp_path / "milvus.db"))
    work = ["--work", str(tmp_path / "work"), "--out", str(tmp_path)]
    result = CliRunner().invoke(commands, ["stores", "seeds", "--sample", "30", *work])
    assert result.exit_code == 0
    copied, vectors, words, whole = result.stdout.splitlines()
    assert copied == "copied 5 articles; 0 were there"
    assert vectors == "vectors: overlap@10 1.000, same first 1.000, 30 questions"
    assert float(words.split()[2].rstrip(",")) >= 0.95
    kept = json.loads((tmp_path / "stores.json").read_text())["seeds"]["exact"]
    assert kept["vectors"] == {"overlap": 1.0, "same_first": 1.0, "questions": 30}
    assert float(whole.split()[2].rstrip(",")) >= 0.95
