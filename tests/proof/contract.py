"""Try a service against its own OpenAPI document, by schemathesis, and tell what came out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import schemathesis
from fastapi import FastAPI
from schemathesis import engine
from schemathesis.engine.events import EngineEvent, FatalError, NonFatalError, ScenarioFinished
from schemathesis.engine.recorder import CheckNode, ScenarioRecorder

from tests.nightly import amount
from tests.proof.unstated import filter_failure

SEED = 9457  # the same requests are drawn every time
REQUESTS = amount(15, 1_000)  # drawn for each operation, besides examples and boundaries
CHAINS = amount(10, 300)
SLOWEST_SECONDS = 30


@dataclass
class Trial:
    """How often each check was made, and every fault with the request that shows it."""

    requests: int = 0
    operations: set[str] = field(default_factory=set)
    phases: set[str] = field(default_factory=set)
    checks: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def note(self, event: EngineEvent) -> None:
        """Count what one step of the trial made known."""
        if isinstance(event, FatalError):
            raise event.exception
        if isinstance(event, NonFatalError):
            self.faults.append(f"{event.label}: {event.value!r}")
        if isinstance(event, ScenarioFinished):
            self.phases.add(event.phase.value)
            self._count(event.recorder)

    def _count(self, scenario: ScenarioRecorder) -> None:
        self.requests += len(scenario.interactions)
        self.operations |= {node.value.operation.label for node in scenario.cases.values()}
        for checks in scenario.checks.values():
            self.checks.update(check.name for check in checks)
            self.faults += [_say(check) for check in checks if check.failure_info]


def try_contract(app: FastAPI, key: str) -> Trial:
    """Every operation: the document's examples, the bounds of its schemas, requests at random that
    keep to the document or break it; then chains of calls, where what one gives another takes.
    """
    config = schemathesis.Config.from_dict(
        {
            "seed": SEED,
            "generation": {"deterministic": True, "no-shrink": True, "mode": "all"},
            "phases": {
                "fuzzing": {"generation": {"max-examples": REQUESTS}},
                "stateful": {"generation": {"max-examples": CHAINS}},
            },
            "auth": {"openapi": {"key": {"bearer": key}}},
            "checks": {"max_response_time": SLOWEST_SECONDS},
            "continue-on-failure": True,
        }
    )
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
    schema.hook(filter_failure)
    trial = Trial()
    for event in engine.from_schema(schema).execute():
        trial.note(event)
    return trial


def _say(check: CheckNode) -> str:
    found = check.failure_info
    return f"{check.name}: {found.failure.title}\n{found.failure.message}\n{found.code_sample}"
