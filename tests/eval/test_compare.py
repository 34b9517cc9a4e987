"""Two runs side by side: what b does better than a, and whether chance explains it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from onrecord.eval import figures
from onrecord.eval.compare import compare, write
from onrecord.eval.datasets import UnreadableDataset
from onrecord.eval.judge import Case
from onrecord.eval.measures import per_question

MakeCase = Callable[..., Case]
Keep = Callable[..., Path]
RR, ACCURACY, AUROC = "articles/RR", "abstention/selective accuracy", "abstention/AUROC"


@pytest.fixture
def kept(tmp_path: Path, judged: MakeCase) -> Keep:
    """Keeps a run, a letter a question: right, wrong, nothing found or unanswerable."""

    def keep(name: str, firsts: str, sha256: str = "sha-one", step: float = 0.01) -> Path:
        cases = [make(judged, number, first, step) for number, first in enumerate(firsts)]
        found = {
            "command": f"run {name}",
            "system": {"encoder": name},
            "dataset": {"name": "harbour", "sha256": sha256},
            "measures": {name: {} for name in (RR, ACCURACY, *([AUROC] if "u" in firsts else []))},
        }
        (tmp_path / name).mkdir()
        figures.write(tmp_path / name, found, cases, per_question(cases, {}))
        return tmp_path / name

    return keep


def make(judged: MakeCase, number: int, first: str, step: float) -> Case:
    confidence = 0.5 + step * number
    if first == "u":
        return judged(f"q{number:02}", answerable=False, answered=False, confidence=confidence)
    articles: Sequence[str] = {"r": ["a", "b"], "w": ["b", "a"], "n": []}[first]
    answered = first != "n"
    return judged(
        f"q{number:02}", gold={"a": 1}, articles=articles, answered=answered, confidence=confidence
    )


def test_a_difference_is_b_minus_a_over_the_questions_of_both(kept: Keep) -> None:
    # Reciprocal ranks 1, .5, 1, .5 against 1, 1, 1, 0
    row = compare(kept("a", "rwrw"), kept("b", "rrrn"))["measures"][RR]
    assert (row["a"], row["b"], row["difference"]) == (0.75, 0.75, 0.0)
    assert (row["wins"], row["losses"], row["ties"]) == (1, 1, 2)
    assert row["questions"] == 4
    assert row["low"] == -row["high"] < 0
    assert row["p"] == 1.0


def test_a_difference_at_every_question_is_no_chance(kept: Keep) -> None:
    row = compare(kept("a", "w" * 20), kept("b", "r" * 20))["measures"][RR]
    assert (row["difference"], row["low"], row["high"]) == (0.5, 0.5, 0.5)
    assert (row["wins"], row["losses"], row["ties"]) == (20, 0, 0)
    assert row["p"] < 0.001


def test_what_is_no_mean_over_questions_has_no_p(kept: Keep) -> None:
    # Confidence rises with the number in a: no pair right. It falls in b: all of them.
    a, b = kept("a", "r" * 12 + "u" * 12), kept("b", "r" * 12 + "u" * 12, step=-0.01)
    row = compare(a, b)["measures"][AUROC]
    assert (row["a"], row["b"], row["difference"]) == (0.0, 1.0, 1.0)
    assert [row[name] for name in ("p", "wins", "losses", "ties")] == [None] * 4
    assert row["questions"] == 24


def test_only_questions_that_have_the_measure_in_both_are_compared(
    kept: Keep,
) -> None:
    # The accuracy of what was answered: of the second and third alone in both.
    row = compare(kept("a", "nrrw"), kept("b", "rwrn"))["measures"][ACCURACY]
    assert (row["questions"], row["a"], row["b"], row["difference"]) == (2, 1.0, 0.5, -0.5)
    assert (row["wins"], row["losses"], row["ties"]) == (0, 1, 1)


def test_measures_that_no_question_shares_have_no_numbers(kept: Keep) -> None:
    row = compare(kept("a", "rrnn"), kept("b", "nnrr"))["measures"][ACCURACY]
    assert row["questions"] == 0
    assert {row[name] for name in ("a", "b", "difference", "p")} == {None}


def test_a_comparison_says_what_was_compared(kept: Keep) -> None:
    found = compare(kept("base", "rw"), kept("better", "rr"))
    assert found["a"] == {"label": "base", "command": "run base", "system": {"encoder": "base"}}
    assert found["b"] == {
        "label": "better",
        "command": "run better",
        "system": {"encoder": "better"},
    }
    assert found["dataset"] == {"name": "harbour", "sha256": "sha-one"}
    assert found["focus"] == RR  # the first, where none of those that matter most was measured


def test_runs_of_different_data_sets_are_refused_with_both_names(
    kept: Keep,
) -> None:
    a, b = kept("a", "rw"), kept("b", "rw", "sha-two")
    said = rf"harbour \(sha-one\) in {a}, harbour \(sha-two\) in {b}"
    with pytest.raises(UnreadableDataset, match=said):
        compare(a, b)


def test_a_comparison_is_kept_as_it_is(tmp_path: Path, kept: Keep) -> None:
    found: dict[str, Any] = compare(kept("a", "rw"), kept("b", "rr"))
    target = write(found, tmp_path / "new" / "folder")
    assert target == tmp_path / "new" / "folder" / "comparison.json"
    assert json.loads(target.read_text(encoding="utf-8")) == found
