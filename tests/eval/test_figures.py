"""The figures of a run of four kinds of question, each of them known beforehand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onrecord.eval import figures
from onrecord.eval.datasets import Dataset
from onrecord.eval.judge import Case
from onrecord.eval.measures import per_question
from onrecord.eval.replies import Returned, Timing

MakeQuote = Callable[..., Returned]
MakeCase = Callable[..., Case]
TIMINGS = (Timing(10.0, 5.0), Timing(30.0, 15.0))
OF_A_KIND = 12  # so many that no draw of the bootstrap is without a kind


@pytest.fixture(scope="module")
def cases(quoted: MakeQuote, judged: MakeCase) -> list[Case]:
    """Questions answered rightly, wrongly, unanswerable ones, and some that nobody judged."""
    ferry = {"answers": ["dawn"], "gold": {"ferry": 1}, "quotes": [quoted()]}
    found = {"right": [True], "articles": ["ferry"], "groups": ["name"]}
    missed = {"right": [False], "articles": ["crane", "ferry"]}
    absent = {"answerable": False, "answered": False, "groups": ["name", "far"]}
    return [
        case
        for number in range(OF_A_KIND)
        for case in (
            judged(f"right{number}", **ferry, **found, confidence=0.9),
            judged(f"wrong{number}", **ferry, **missed, confidence=0.6),
            judged(f"absent{number}", **absent, confidence=0.2),
            judged(f"unknown{number}", answerable=None, confidence=0.5),
        )
    ]


@pytest.fixture(scope="module")
def found(cases: list[Case]) -> dict[str, Any]:
    return figures.compute(dataset(cases), cases, per_question(cases, {}), TIMINGS)


def dataset(cases: list[Case]) -> Dataset:
    return Dataset("harbour", tuple(case.question for case in cases), (), "sha-one", {}, {})


def test_questions_are_counted_by_kind(found: dict[str, Any]) -> None:
    assert found["dataset"] == {
        "name": "harbour",
        "sha256": "sha-one",
        "questions": 48,
        "answerable": 24,
        "unanswerable": 12,
    }


@pytest.mark.parametrize(
    ("measure", "value", "questions"),
    [
        ("quotes/answer@1", 0.5, 24),
        ("quotes/verbatim", 1.0, 24),
        ("evidence/F1", 1.0, 12),
        ("articles/RR", 0.75, 24),
        ("articles/nDCG@10", 0.815465, 24),  # (1 + 1 / log2(3)) / 2
        ("abstention/answered", 1.0, 24),
        ("abstention/refused", 1.0, 12),
        ("abstention/selective accuracy", 0.5, 24),
        ("abstention/AUROC", 1.0, 36),
        ("abstention/area under risk", 0.388889, 36),  # 0, 1/2 and 2/3, a third each
    ],
)
def test_a_measure_is_the_mean_over_its_questions(
    measure: str, value: float, questions: int, found: dict[str, Any]
) -> None:
    measured = found["measures"][measure]
    assert (measured["value"], measured["questions"]) == (value, questions)


def test_an_interval_surrounds_its_value(found: dict[str, Any]) -> None:
    # 1.96 standard errors of .5 / sqrt(24)
    half = found["measures"]["quotes/answer@1"]
    assert (half["low"], half["high"]) == pytest.approx((0.3, 0.7), abs=0.05)
    for name in ("quotes/verbatim", "abstention/AUROC"):
        assert (found["measures"][name]["low"], found["measures"][name]["high"]) == (1.0, 1.0)


def test_one_question_has_no_interval(judged: MakeCase) -> None:
    cases = [judged("q1", answers=["x"])]
    found = figures.compute(dataset(cases), cases, per_question(cases, {}), ())
    assert found["measures"]["quotes/answer@1"] == {
        "value": 0.0,
        "low": None,
        "high": None,
        "questions": 1,
    }


def test_what_no_question_has_is_left_out(found: dict[str, Any]) -> None:
    assert not [name for name in found["measures"] if name.startswith("passages/")]
    assert "quotes/date" not in found["measures"]


def test_groups_are_measured_on_their_members(found: dict[str, Any]) -> None:
    assert list(found["groups"]) == ["far", "name"]
    assert found["groups"]["far"] == {"questions": 12, "measures": {"abstention/refused": 1.0}}
    name = found["groups"]["name"]
    assert name["questions"] == 24
    assert name["measures"]["quotes/answer@1"] == 1.0
    assert name["measures"]["abstention/refused"] == 1.0


def test_a_curve_has_a_point_a_threshold(found: dict[str, Any]) -> None:
    assert found["curves"]["risk_coverage"] == [[0.333333, 0.0], [0.666667, 0.5], [1.0, 0.666667]]


def test_reliability_has_a_point_a_bin(judged: MakeCase) -> None:
    cases = [
        judged("q1", confidence=0.9, gold={"a": 1}),
        judged("q2", confidence=0.6, gold={"a": 1}),
    ]
    curves = figures.compute(dataset(cases), cases, {}, ())["curves"]
    assert curves["reliability"] == [[0.6, 1.0, 0.5], [0.9, 1.0, 0.5]]


def test_a_long_curve_keeps_both_ends_and_at_most_two_hundred_points(judged: MakeCase) -> None:
    cases = [judged(f"q{n}", confidence=n / 1000, answers=["x"]) for n in range(500)]
    cases.append(judged("best", confidence=0.999, answers=["x"], right=[True]))
    curve = figures.compute(dataset(cases), cases, {}, ())["curves"]["risk_coverage"]
    assert len(curve) == 200
    assert curve[0] == [0.001996, 0.0]
    assert curve[-1] == [1.0, 0.998004]


def test_where_nobody_judged_there_are_no_curves(judged: MakeCase) -> None:
    cases = [judged("q1", answerable=None)]
    found = figures.compute(dataset(cases), cases, per_question(cases, {}), ())
    assert found["curves"] == {"risk_coverage": [], "reliability": []}
    assert found["measures"] == {}
    assert found["latency"] == {}


def test_latency_is_that_of_the_timings(found: dict[str, Any]) -> None:
    assert found["latency"]["total"]["p50"] == 20.0
    assert found["latency"]["service"]["p50"] == 10.0


def test_a_row_holds_a_question_with_its_verdicts_and_values(
    tmp_path: Path, cases: list[Case], found: dict[str, Any]
) -> None:
    figures.write(tmp_path, {**found, "command": "“eval”"}, cases, per_question(cases, {}))
    read, rows = figures.read(tmp_path)
    assert read == {**found, "command": "“eval”"}
    assert [row["id"] for row in rows] == [case.question.id for case in cases]
    assert rows[2] == {
        "id": "absent0",
        "question": "Question absent0?",
        "history": [],
        "today": None,
        "groups": ["name", "far"],
        "answerable": False,
        "answers": [],
        "relevant": [],
        "answered": False,
        "confidence": 0.2,
        "correct": False,
        "right": [],
        "values": {"abstention/refused": 1.0},
    }
    assert rows[1]["values"]["articles/RR"] == 0.5
    assert (rows[0]["correct"], rows[0]["relevant"]) == (True, ["ferry"])


def test_an_unfinished_run_has_no_figures(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        figures.read(tmp_path)


def test_percentiles_lie_between_neighbours() -> None:
    timings = [Timing(took, took / 2) for took in (50.0, 10.0, 30.0, 20.0, 40.0)]
    assert figures.percentiles(timings) == {
        "total": {"p50": 30.0, "p90": 46.0, "p95": 48.0, "p99": 49.6},
        "service": {"p50": 15.0, "p90": 23.0, "p95": 24.0, "p99": 24.8},
    }


def test_percentiles_are_rounded_and_there_are_none_of_no_reply() -> None:
    assert figures.percentiles([Timing(1.23456, 0.005)])["total"]["p50"] == 1.23
    assert figures.percentiles([]) == {}
