"""The service against its own OpenAPI document, by schemathesis with every check on."""

from __future__ import annotations

import pytest
from schemathesis.checks import CHECKS

from tests.proof.conftest import Scratch
from tests.proof.contract import try_contract

pytestmark = pytest.mark.slow

PHASES = {"examples", "coverage", "fuzzing", "stateful"}


@pytest.mark.parametrize("readers_need_keys", [False, True])
def test_every_call_keeps_to_the_contract(scratch: Scratch, readers_need_keys: bool) -> None:
    app = scratch.app(readers_need_keys=readers_need_keys)
    trial = try_contract(app, scratch.writer)
    assert trial.faults == []
    assert set(trial.checks) == {*CHECKS.get_all_names(), "max_response_time"}
    assert trial.phases == PHASES
    assert trial.operations == {
        f"{method.upper()} {path}"
        for path, operations in app.openapi()["paths"].items()
        for method in operations
    }
