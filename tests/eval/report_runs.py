"""Run folders small enough to know by heart."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from onrecord.eval.replies import Reply, Returned
from onrecord.index.types import Span

SETTINGS = {"encoder": "tiny/" + "ab" * 32, "ranking": {"depth": 100}, "min_confidence": 0.3}


def make_quote(text: str, start: int = 0, **facts: Any) -> Returned:
    """A quote that begins at `start` of its article."""
    known: dict[str, Any] = {
        "article": "a1",
        "span": Span(start, start + len(text)),
        "text": text,
        "highlights": (),
        "also_in": (),
        "title": "A headline",
        "outlet": "The Paper",
        "url": "https://paper.example/a1",
        "published": "2022-06-17",
        "verbatim": True,
    }
    return Returned(**{**known, **facts})


def make_case(name: str, **facts: Any) -> dict[str, Any]:
    """An answerable question that was answered in its first quote."""
    known = {
        "id": name,
        "question": f"What of {name}?",
        "history": [],
        "groups": [],
        "answerable": True,
        "answers": ["104%"],
        "relevant": ["a1"],
        "answered": True,
        "confidence": 0.8,
        "correct": True,
        "right": [True],
        "values": {"quotes/answer@3": 1.0, "quotes/answer RR": 1.0},
    }
    return {**known, **facts}


def make_measure(value: float, low: float | None, high: float | None, questions: int) -> Any:
    """A measure as `figures.json` holds it."""
    return {"value": value, "low": low, "high": high, "questions": questions}


def write_run(
    folder: Path,
    cases: Sequence[Mapping[str, Any]],
    quotes: Mapping[str, Sequence[Returned]],
    **figures: Any,
) -> Path:
    """A run's folder; `quotes` are those of a question, by its id, and one that is right else."""
    folder.mkdir(parents=True)
    kinds = [case["answerable"] for case in cases]
    known = {
        "command": "onrecord eval run tiny",
        "system": SETTINGS,
        "dataset": {
            "name": "tiny",
            "sha256": "cd" * 32,
            "questions": len(cases),
            "answerable": kinds.count(True),
            "unanswerable": kinds.count(False),
        },
        "measures": {},
        "groups": {},
        "curves": {"risk_coverage": [], "reliability": []},
        "latency": {"total": {"p50": 10.0, "p90": 18.0, "p95": 19.0, "p99": 19.8}},
    }
    (folder / "figures.json").write_text(json.dumps({**known, **figures}), encoding="utf-8")
    replies = [
        Reply(
            question=case["id"],
            answered=case["answered"],
            reason=None if case["answered"] else "weak_evidence",
            confidence=case["confidence"],
            quotes=tuple(quotes.get(case["id"], [make_quote("It was 104% of the plan.")])),
            fingerprint="f",
        ).as_line()
        for case in cases
    ]
    timings = [{"total_ms": 10.0 + at, "service_ms": 9.0} for at, _ in enumerate(cases)]
    for name, lines in (("cases", cases), ("answers", replies), ("latency", timings)):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder
