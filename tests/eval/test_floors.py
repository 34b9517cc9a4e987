"""The floors of `eval/baseline.json` hold: what a change must not make worse.

The data sets beside the project are gated where they are; their archives are kept in
`.onrecord-eval`, so only the first run has to build them (minutes).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.eval.gate import Baseline, check, measure

PROJECT = Path(__file__).parents[2]
DATA = PROJECT.parent / "shared" / "data"
JOBS = 2


@pytest.mark.parametrize("name", Baseline.read().datasets)
def test_no_floor_is_broken(name: str) -> None:
    pinned = Baseline.read().datasets[name]
    found = measure(name, pinned.sample, DATA, PROJECT / ".onrecord-eval", JOBS)
    if found is None:
        pytest.skip(f"{name} is not beside the project (../shared/data)")
    verdicts = check(pinned, found)
    assert verdicts
    assert [verdict for verdict in verdicts if not verdict.held] == []
