"""Floors: what a run allows, what breaks them, and the line that a lower one leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.gate import (
    Baseline,
    OtherDataset,
    Pinned,
    Verdict,
    check,
    floors_of,
    lower_to,
    measure,
    raise_to,
)


def figures(sha256: str = "one", **values: float) -> dict[str, Any]:
    """A run's figures; `first` stands for quotes/answer@1 and so on."""
    names = {
        "verbatim": "quotes/verbatim",
        "first": "quotes/answer@1",
        "auroc": "abstention/AUROC",
        "tenth": "quotes/answer@10",
    }
    measures = {
        names[short]: {"value": value, "questions": 1_000} for short, value in values.items()
    }
    return {"dataset": {"name": "harbour", "sha256": sha256}, "measures": measures}


def pinned(**floors: float) -> Baseline:
    named = {"verbatim": "quotes/verbatim", "first": "quotes/answer@1"}
    kept = {named[short]: floor for short, floor in floors.items()}
    return Baseline({"harbour": Pinned("one", 50, kept), "other": Pinned("two", None, {})})


def test_a_floor_leaves_two_hundredths_and_what_must_be_one_nothing() -> None:
    assert floors_of(figures(verbatim=1.0, first=0.8765, auroc=0.9)) == {
        "quotes/verbatim": 1.0,
        "quotes/answer@1": 0.85,
        "abstention/AUROC": 0.88,
    }


def test_a_floor_is_never_below_zero_and_only_of_a_gated_measure() -> None:
    assert floors_of(figures(first=0.01, tenth=0.9)) == {"quotes/answer@1": 0.0}


def test_a_small_set_leaves_two_questions() -> None:
    small = {"measures": {"quotes/answer@1": {"value": 0.75, "questions": 20}}}
    assert floors_of(small) == {"quotes/answer@1": 0.65}


def test_a_value_at_its_floor_holds_and_one_below_does_not() -> None:
    floors = {"quotes/verbatim": 1.0, "quotes/answer@1": 0.85, "abstention/AUROC": 0.9}
    verdicts = check(Pinned("one", None, floors), figures(verbatim=0.999999, first=0.85))
    assert verdicts == [
        Verdict("quotes/verbatim", 1.0, 0.999999),
        Verdict("quotes/answer@1", 0.85, 0.85),
        Verdict("abstention/AUROC", 0.9, None),
    ]
    assert [verdict.held for verdict in verdicts] == [False, True, False]


def test_another_version_of_the_data_set_is_not_held_to_the_floors() -> None:
    said = "harbour is not what its floors were set on: expected sha256 one, got three"
    for refuse in (check, lambda kept, found: raise_to(pinned(), found)):
        with pytest.raises(OtherDataset, match=said):
            refuse(Pinned("one", None, {}), figures("three"))


def test_raising_lowers_nothing_and_takes_in_new_measures() -> None:
    before = pinned(verbatim=1.0, first=0.5)
    after = raise_to(before, figures(verbatim=0.9, first=0.8, auroc=0.95))
    assert after.datasets["harbour"] == Pinned(
        "one",
        50,
        {"quotes/verbatim": 1.0, "quotes/answer@1": 0.78, "abstention/AUROC": 0.93},
    )
    assert after.datasets["other"] == Pinned("two", None, {})
    assert after.lowered == ()
    kept = raise_to(pinned(first=0.5), figures(verbatim=1.0))  # the run lacks the measure
    assert kept.datasets["harbour"].floors == {"quotes/answer@1": 0.5, "quotes/verbatim": 1.0}


def test_lowering_leaves_a_line_for_each_floor_that_sank() -> None:
    before = Baseline(pinned(verbatim=1.0, first=0.9).datasets, ({"reason": "an earlier one"},))
    today = {datetime.now(UTC).date().isoformat()}
    after = lower_to(before, figures(verbatim=1.0, first=0.7, auroc=0.9), "smaller index")
    today.add(datetime.now(UTC).date().isoformat())  # a test may run past midnight
    assert after.datasets["harbour"] == Pinned(
        "one",
        50,
        {"quotes/verbatim": 1.0, "quotes/answer@1": 0.68, "abstention/AUROC": 0.88},
    )
    earlier, line = after.lowered
    assert earlier == {"reason": "an earlier one"}
    assert line["date"] in today
    assert {name: line[name] for name in line if name != "date"} == {
        "dataset": "harbour",
        "measure": "quotes/answer@1",
        "from": 0.9,
        "to": 0.68,
        "reason": "smaller index",
    }


def test_lowering_tells_of_a_measure_that_is_gone_and_of_another_version() -> None:
    after = lower_to(pinned(first=0.5), figures("three", verbatim=1.0), "new questions")
    assert after.datasets["harbour"] == Pinned("three", 50, {"quotes/verbatim": 1.0})
    changes = [(line["measure"], line["from"], line["to"]) for line in after.lowered]
    assert changes == [("quotes/answer@1", 0.5, None), ("sha256", "one", "three")]


def test_lowering_to_more_leaves_no_line() -> None:
    assert lower_to(pinned(first=0.5), figures(first=0.9), "none").lowered == ()


def test_floors_come_back_from_their_file(tmp_path: Path) -> None:
    before = lower_to(pinned(verbatim=1.0, first=0.9), figures(first=0.7), "“why”")
    before.write(tmp_path / "baseline.json")
    assert Baseline.read(tmp_path / "baseline.json") == before


def test_the_shipped_floors_can_be_read_and_name_the_shipped_questions() -> None:
    shipped = Baseline.read()
    assert "seeds" in shipped.datasets
    assert shipped.datasets["seeds"].sample is None


def test_a_data_set_that_is_not_there_is_not_measured(tmp_path: Path) -> None:
    assert measure("rtqa-dev-2022", None, None, tmp_path, 1) is None
    assert measure("rtqa-dev-2022", None, tmp_path, tmp_path, 1) is None
