"""The floors that a change must not fall below, pinned in `baseline.json`.

A floor belongs to one data set as its files were. It rises with `--raise`; it sinks, or moves to
another version of its data set, only with `--lower REASON`, which leaves a line in the file. To pin
a new set, give it an entry without floors and run `onrecord eval gate --lower "new"`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from onrecord.eval.datasets import SHIPPED, load
from onrecord.eval.run import Target, evaluate
from onrecord.index.errors import OnrecordError

BASELINE = Path(__file__).with_name("baseline.json")
# What a floor leaves to other processors' rounding: the larger of a share and of two questions. A
# measure that must be 1 has no margin.
MARGIN = 0.02
MARGIN_QUESTIONS = 2
EXACT = ("quotes/verbatim", "quotes/date", "quotes/attribution")
GATED = (
    *EXACT,
    "quotes/answer@1",
    "quotes/answer@3",
    "quotes/answer@5",
    "evidence/F1",
    "articles/nDCG@10",
    "passages/nDCG@10",
    "abstention/AUROC",
    "abstention/answered",
    "abstention/refused",
    "abstention/selective accuracy",
)


@dataclass(frozen=True, slots=True)
class Pinned:
    """One data set's floors: which questions of which version of it, and the least of each."""

    sha256: str
    sample: int | None
    floors: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Baseline:
    """All floors by data set, and a line for each that was ever lowered."""

    datasets: Mapping[str, Pinned]
    lowered: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def read(cls, file: Path = BASELINE) -> Self:
        """The floors in a file."""
        written = json.loads(file.read_text(encoding="utf-8"))
        pinned = {name: Pinned(**entry) for name, entry in written["datasets"].items()}
        return cls(pinned, tuple(written["lowered"]))

    def write(self, file: Path = BASELINE) -> None:
        """Keep the floors in a file."""
        datasets = {name: asdict(pinned) for name, pinned in sorted(self.datasets.items())}
        text = json.dumps({"datasets": datasets, "lowered": list(self.lowered)}, indent=1)
        file.write_text(text + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A measure against its floor; `value` is None where the run does not have the measure."""

    measure: str
    floor: float
    value: float | None

    @property
    def held(self) -> bool:
        """Whether the floor was reached."""
        return self.value is not None and self.value >= self.floor


class OtherDataset(OnrecordError):
    """Floors were set on another version of the data set."""


def measure(
    name: str, sample: int | None, data: Path | None, work: Path, jobs: int
) -> dict[str, Any] | None:
    """The figures of a data set as it is shipped or lies in `data`; None where it does not."""
    if name not in SHIPPED and (data is None or not (data / name).is_dir()):
        return None
    dataset = load(name if name in SHIPPED else str(data) + f"/{name}", sample=sample)
    folder = work / "runs" / f"gate-{name}"
    return evaluate(dataset, Target(work), folder, jobs, "onrecord eval gate --data DIR")


def check(pinned: Pinned, figures: Mapping[str, Any]) -> list[Verdict]:
    """A verdict a floor. Raises `OtherDataset` where other questions are pinned than were asked."""
    found = figures["dataset"]["sha256"]
    if found != pinned.sha256:
        raise OtherDataset(
            f"{figures['dataset']['name']} is not what its floors were set on: "
            f"expected sha256 {pinned.sha256}, got {found}"
        )
    return [
        Verdict(name, floor, figures["measures"].get(name, {}).get("value"))
        for name, floor in pinned.floors.items()
    ]


def raise_to(baseline: Baseline, figures: Mapping[str, Any]) -> Baseline:
    """The baseline with each floor at what the run allows, none lower than before.

    Raises `OtherDataset` like `check`.
    """
    name = figures["dataset"]["name"]
    pinned = baseline.datasets[name]
    check(pinned, figures)
    floors = {
        measure: max(floor, pinned.floors.get(measure, floor))
        for measure, floor in {**pinned.floors, **floors_of(figures)}.items()
    }
    datasets = {**baseline.datasets, name: Pinned(pinned.sha256, pinned.sample, floors)}
    return Baseline(datasets, baseline.lowered)


def lower_to(baseline: Baseline, figures: Mapping[str, Any], reason: str) -> Baseline:
    """The baseline with this data set's floors at what the run allows, and why some are lower.

    Also takes in another version of the data set.
    """
    name, sha256 = figures["dataset"]["name"], figures["dataset"]["sha256"]
    before, floors = baseline.datasets[name], floors_of(figures)
    changes: list[dict[str, Any]] = [
        {"measure": measure, "from": floor, "to": floors.get(measure)}
        for measure, floor in before.floors.items()
        if floors.get(measure, -1.0) < floor
    ]
    if before.sha256 not in ("", sha256):
        changes.append({"measure": "sha256", "from": before.sha256, "to": sha256})
    said = {"date": datetime.now(UTC).date().isoformat(), "dataset": name, "reason": reason}
    datasets = {**baseline.datasets, name: Pinned(sha256, before.sample, floors)}
    return Baseline(datasets, (*baseline.lowered, *({**said, **change} for change in changes)))


def floors_of(figures: Mapping[str, Any]) -> dict[str, float]:
    """The floors that a run allows: its values less a margin, in hundredths."""
    found = figures["measures"]
    return {name: _floor(name, found[name]) for name in GATED if name in found}


def _floor(name: str, measured: Mapping[str, Any]) -> float:
    value, questions = float(measured["value"]), int(measured["questions"])
    if name in EXACT:
        return value
    margin = max(MARGIN, MARGIN_QUESTIONS / questions)
    return max(0.0, math.floor(round((value - margin) * 100, 6)) / 100)
