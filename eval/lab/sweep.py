"""Measure the ranking with one setting at a time moved away from its default.

The answerable questions of the development sets are asked, and each set weighs the same. A value is
better than the default only if chance would not give the paired difference in reciprocal rank;
`chosen` is the best such value, else the default. Where some chosen values are not the defaults,
all chosen values are also measured together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onrecord.eval.archives import build_archive
from onrecord.eval.datasets import Dataset, load, resolve
from onrecord.eval.lab.publish import Say, judge_archive
from onrecord.eval.lab.tables import DOCS, table, write_report
from onrecord.eval.measures import intervals, quotes
from onrecord.eval.systems import ArchiveOpening, describe_ranking
from onrecord.index.ranking import Ranking
from onrecord.service.archive import load_encoder
from onrecord.service.settings import Settings

DATASETS = ("rtqa-dev-2022", "squad2-dev-half", "timeqa-human-train")
SAMPLE = 1_200  # questions of a set; all of the smaller ones
OBJECTIVE = "quotes/answer RR"
SHOWN = ("quotes/answer@1", "quotes/answer@3", OBJECTIVE, "evidence/F1")
ALPHA = 0.05
FACTORS: dict[str, tuple[float | int | bool, ...]] = {
    "dense_weight": (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0),
    "evidence_weight": (0.0, 0.15, 0.25, 0.35, 0.45, 0.6, 0.8),
    "coverage_weight": (0.0, 0.4, 0.8, 1.2, 2.0),
    "kind_weight": (0.0, 0.1, 0.2, 0.3, 0.4),
    "common_share": (0.02, 0.04, 0.08, 0.16, 1.0),
    "time_weight": (0.0, 0.2, 0.4, 0.6, 0.8, 1.2),
    "depth": (50, 100, 200, 400),  # no less than the quotes that are asked for
    "reranked": (50, 100),
    "passage_tokens": (100, 160, 220),
}

Value = float | int | bool
Moved = Mapping[str, Value]  # the settings that are not at their defaults
Measured = Mapping[str, Mapping[str, Mapping[str, float]]]  # by data set, measure and question


def sweep(data: Path, work: Path, jobs: int, say: Say) -> dict[str, Any]:
    """Every factor's values with their measures, and the value that was chosen.

    `say` is told each variant when it has been measured. Archives are kept in `work`.
    """
    settings = Settings()
    defaults = {**asdict(Ranking()), "passage_tokens": settings.passage_tokens}
    encoder = load_encoder(settings)
    asked = [_answerable(load(str(data / name), sample=None)) for name in DATASETS]

    def measure(moved: Moved) -> Measured:
        tokens = moved.get("passage_tokens", settings.passage_tokens)
        used = settings.model_copy(update={"passage_tokens": tokens})
        weights: Any = {name: value for name, value in moved.items() if name != "passage_tokens"}
        measured = {}
        for dataset in asked:
            folder = build_archive(work, dataset.name, dataset.pages, used, encoder)
            opening = ArchiveOpening(folder, used, replace(Ranking(), **weights))
            measured[dataset.name] = quotes.measure(judge_archive(dataset, opening, jobs))
        return measured

    shipped = measure({})
    factors: dict[str, dict[str, Any]] = {}
    for factor, values in FACTORS.items():
        rows = []
        for value in values:
            default = value == defaults[factor]
            found = shipped if default else measure({factor: value})
            rows.append(_row(value, default, found, shipped))
            say(f"{factor} = {value}: {rows[-1]['objective']:.4f}")
        factors[factor] = {"values": rows, "chosen": _choose(rows)}
    chosen = {factor: measured["chosen"] for factor, measured in factors.items()}
    changed = {name: value for name, value in chosen.items() if value != defaults[name]}
    together = measure(changed) if changed else shipped
    return {
        "command": "onrecord eval sweep --data DIR",
        "datasets": {
            dataset.name: {"sha256": dataset.sha256, "questions": len(dataset.questions)}
            for dataset in asked
        },
        "objective": OBJECTIVE,
        "system": describe_ranking(settings, encoder.description.identity, Ranking()),
        "factors": factors,
        "together": {"changed": changed, **_row(None, not changed, together, shipped)},
    }


def write_sweep(found: Mapping[str, Any], folder: Path = DOCS) -> list[Path]:
    """Write `sweep.json` and the tables of `sweep.md`; returns the files written."""
    together = found["together"]
    changed = ", ".join(f"`{name}` {value}" for name, value in together["changed"].items())
    row = (f"{together['objective']:.4f}", f"{together['difference']:+.4f}", together["p"] or "")
    tables = {
        "sweep": "\n\n".join(_tables(found)),
        "together": table(
            ["chosen over the defaults", "mean RR", "difference", "p"], [[changed or "none", *row]]
        ),
    }
    return write_report(found, folder / "sweep.json", tables, folder / "sweep.md")


def _tables(found: Mapping[str, Any]) -> Iterator[str]:
    names = ("first", "first three", "RR", "evidence")
    heads = [f"{dataset}: {name}" for dataset in found["datasets"] for name in names]
    for factor, measured in found["factors"].items():
        rows = []
        for row in measured["values"]:
            cells = [
                f"{row['datasets'][name][one]:.3f}" for name in found["datasets"] for one in SHOWN
            ]
            chosen = row["value"] == measured["chosen"]
            value = f"**{row['value']}**" if chosen else row["value"]
            against = ["default", ""] if row["default"] else [f"{row['difference']:+.4f}", row["p"]]
            rows.append([value, f"{row['objective']:.4f}", *against, *cells])
        made = table(["value", "mean RR", "difference", "p", *heads], rows)
        yield f"## {factor}: {measured['chosen']}\n\n{made}"


def _answerable(dataset: Dataset) -> Dataset:
    """The questions that have an answer, a sample of them where there are many."""
    answerable = [question for question in dataset.questions if question.answers]
    step = max(1, -(-len(answerable) // SAMPLE))
    return resolve(replace(dataset, questions=tuple(answerable[::step])), {})


def _row(value: Value | None, default: bool, found: Measured, shipped: Measured) -> dict[str, Any]:
    """A value's measures by data set, its objective, and whether chance explains the difference."""
    ours, theirs = _parts(found), _parts(shipped)
    return {
        "value": value,
        "default": default,
        "objective": round(float(ours.sum()), 4),
        "difference": round(float((ours - theirs).sum()), 4),
        "p": None if default else round(intervals.randomisation_test(ours, theirs), 4),
        "datasets": {
            name: {
                measure: round(float(np.mean([*measures[measure].values()])), 4)
                for measure in SHOWN
            }
            for name, measures in found.items()
        },
    }


def _parts(found: Measured) -> NDArray[np.float64]:
    """Each question's part of the objective: their sum is the mean over sets of the sets' means."""
    columns = [np.array([*measures[OBJECTIVE].values()]) for measures in found.values()]
    return np.concatenate([column / len(column) / len(columns) for column in columns])


def _choose(rows: Sequence[Mapping[str, Any]]) -> Value:
    """The best value that beats the default by more than chance, else the default."""
    better = [row for row in rows if row["default"] or (row["difference"] > 0 and row["p"] < ALPHA)]
    best: Value = max(better, key=lambda row: row["difference"])["value"]
    return best
