"""The floors of `eval/baseline.json` hold: what a change must not make worse.

The data sets beside the project are gated where they are; their archives stay in
`.onrecord-eval`, so that only the first run builds them. That takes ten minutes of two cores for
the largest, and two for the next; these are gated at night (`make test-nightly`) and by
`onrecord eval gate`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.gate import Baseline, check, measure
from onrecord.eval.measures import intervals
from tests.eval.conftest import Measured
from tests.nightly import NIGHTLY

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
DATA = PROJECT.parent / "shared" / "data"
JOBS = 2
LARGE = {"rtqa-dev-2022", "squad2-dev-half"}  # 3,315 articles; 1,000 questions


@pytest.mark.parametrize("name", Baseline.read().datasets)
def test_no_floor_is_broken(name: str, measured: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "RESAMPLES", 20)  # floors are of values, not of intervals
    if name in LARGE and not NIGHTLY:
        pytest.skip(f"{name} takes two to ten minutes: set ONRECORD_NIGHTLY=1")
    pinned = Baseline.read().datasets[name]
    found: dict[str, Any] | None = measured.figures
    if name != measured.figures["dataset"]["name"]:
        found = measure(name, pinned.sample, DATA, PROJECT / ".onrecord-eval", JOBS)
    if found is None:
        pytest.skip(f"{name} is not beside the project (../shared/data)")
    verdicts = check(pinned, found)
    assert verdicts
    assert [verdict for verdict in verdicts if not verdict.held] == []
