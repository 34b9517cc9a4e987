"""Figures on pages that a reader was trained on come from another reader."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from onrecord.eval.lab import fold_readers
from onrecord.eval.lab.fold_readers import FoldReaders, find_folds
from onrecord.index.reranker import RerankerScore
from onrecord.index.types import Passage, Span

PASSAGE = ("", Passage("a", Span(0, 2), "It", 1, (Span(0, 2),)))


class Says:
    """A reader that always says the same number."""

    def __init__(self, number: float) -> None:
        self.identity = f"says {number}"
        self.number = number

    def score(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[RerankerScore]:
        return [RerankerScore(self.number) for _ in passages]


def test_a_question_is_read_by_the_reader_that_never_saw_its_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readers = {Path("fold-0"): Says(0.0), Path("fold-1"): Says(1.0)}
    monkeypatch.setattr(fold_readers, "_open", readers.__getitem__)
    reader = FoldReaders(Says(9.0), {"Who?": Path("fold-1"), "Why?": Path("fold-0")})
    asked = ["Who?", "Why?", "When?"]
    assert [reader.score(one, [PASSAGE])[0].log_odds for one in asked] == [1.0, 0.0, 9.0]
    assert reader.identity == "says 9.0"


def test_folds_count_only_when_every_reader_is_there(tmp_path: Path) -> None:
    assert find_folds(tmp_path) == {}
    folder = tmp_path / "reader"
    (folder / "fold-0").mkdir(parents=True)
    (folder / "folds.json").write_text(json.dumps({"Who?": 0, "Why?": 1}))
    (folder / "fold-0" / "reader.json").write_text("{}")
    assert find_folds(tmp_path) == {}
    (folder / "fold-1").mkdir()
    (folder / "fold-1" / "reader.json").write_text("{}")
    assert find_folds(tmp_path) == {"Who?": folder / "fold-0", "Why?": folder / "fold-1"}
