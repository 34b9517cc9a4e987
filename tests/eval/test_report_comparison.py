"""The page of a comparison: differences with their verdicts, and the questions that moved."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.glossary import judge_difference
from onrecord.eval.report import write_comparison
from tests.eval.report_pages import words
from tests.eval.report_runs import make_case, make_quote, write_run

FOCUS = "quotes/answer RR"


def difference(a: float, b: float, low: float | None, high: float | None) -> dict[str, Any]:
    counts = {"wins": 2, "losses": 1, "ties": 7, "questions": 10}
    return {"a": a, "b": b, "difference": b - a, "low": low, "high": high, "p": 0.0004, **counts}


COMPARISON: dict[str, Any] = {
    "dataset": {
        "name": "tiny",
        "sha256": "cd" * 32,
        "questions": 3,
        "answerable": 3,
        "unanswerable": 0,
    },
    "a": {"label": "tiny-dense", "command": "run a", "system": {"ranking": {"depth": 100, "k": 1}}},
    "b": {"label": "full", "command": "run b", "system": {"ranking": {"depth": 50}, "new": True}},
    "focus": FOCUS,
    "measures": {
        "quotes/answer@1": difference(0.5, 0.75, 0.1, 0.4),
        "quotes/answer@3": difference(0.8, 0.75, -0.1, 0.05),
        "abstention/calibration error": difference(0.1, 0.2, 0.02, 0.2),
        "abstention/AUROC": {**difference(0.5, 0.5, None, None), "wins": None, "p": None},
    },
}


def compare(folder: Path, **facts: Any) -> str:
    """B wins `won`, loses `lost` and leaves `same` as it was."""
    runs = {}
    for run, scores in (("a", (0.0, 1.0, 0.5)), ("b", (1.0, 0.5, 0.5))):
        cases = [
            make_case(name, values={FOCUS: score})
            for name, score in zip(("won", "lost", "same"), scores, strict=True)
        ]
        quotes = {name: [make_quote(f"Said {run}: 104%")] for name in ("won", "lost")}
        runs[run] = write_run(folder / run, cases, quotes)
    target = folder / "comparison.html"
    assert write_comparison({**COMPARISON, **facts}, runs["a"], runs["b"], target) == target
    return target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("measure", "low", "high", "verdict"),
    [
        ("quotes/answer@1", 0.1, 0.2, "better"),
        ("quotes/answer@1", -0.2, -0.1, "worse"),
        ("quotes/answer@1", 0.0, 0.2, "open"),
        ("quotes/answer@1", None, None, "open"),
        ("abstention/calibration error", 0.1, 0.2, "worse"),
        ("abstention/area under risk", -0.2, -0.1, "better"),
    ],
)
def test_a_difference_is_judged_by_its_interval_and_its_direction(
    measure: str, low: float | None, high: float | None, verdict: str
) -> None:
    assert judge_difference(measure, {"low": low, "high": high}) == verdict


def test_differences_are_shown_with_interval_chance_and_counts(tmp_path: Path) -> None:
    page = words(compare(tmp_path))
    assert "0.500 0.750 ▲ +0.250 +0.100 to +0.400 &lt;0.001 2 / 7 / 1 10" in page
    assert "0.800 0.750 −0.050 −0.100 to +0.050" in page
    assert "0.100 0.200 ▼ +0.100 +0.020 to +0.200" in page
    assert "0.500 0.500 0.000 – – – 10" in page
    assert "tiny: from dense to full" in page


def test_settings_that_differ_come_first_and_are_emphasised(tmp_path: Path) -> None:
    page = compare(tmp_path)
    rows = re.findall(r'<tr class="differs">.*?</tr>', page)
    assert [words(row).split() for row in rows] == [
        ["ranking", "·", "depth", "≠", "100", "50"],
        ["ranking", "·", "k", "≠", "1", "–"],
        ["new", "≠", "–", "true"],
    ]


def test_lost_and_won_questions_stand_side_by_side(tmp_path: Path) -> None:
    page = words(compare(tmp_path))
    lost, won = page.index("B is worse than A here."), page.index("B is better than A here.")
    assert lost < page.index("What of lost? 1.000 → 0.500") < won
    assert won < page.index("What of won? 0.000 → 1.000")
    assert "What of same?" not in page
    assert page.index("Said a:", won) < page.index("Said b:", won)


def test_a_focus_that_no_question_has_is_said_so(tmp_path: Path) -> None:
    page = words(compare(tmp_path, focus="articles/AP"))
    assert page.count("No question has a value of articles/AP in both runs.") == 2


def test_the_same_comparison_gives_the_same_bytes(tmp_path: Path) -> None:
    assert compare(tmp_path / "one") == compare(tmp_path / "two")
