"""Rounds of samples into ratios, and ratios held against what was asked for.

A ratio is the peer's figure by the project's own of the same round, through the same kind of door:
over HTTP where the peer serves HTTP, in one process otherwise. Its spread is that of the rounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

OWN = "onrecord"  # without its evidence reader, as the peers are without one
OWN_READ = "onrecord with its reader"
MEASURES = ("indexed", "cold", "p50", "p95", "rate", "memory")
OF_DOORS = ("p50", "p95", "rate", "memory")  # the project has each twice
INSIDE = " inside"  # of its own figures in one process

Samples = Mapping[str, Mapping[str, float]]  # by label and measure


@dataclass(frozen=True, slots=True)
class Ratio:
    """A peer's figure by the project's own: median, least and largest of the rounds."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What was asked for, what was found, and whether that holds it."""

    name: str
    wanted: str
    found: str
    held: bool


def compare(rounds: Sequence[Samples], served: Sequence[str]) -> dict[str, dict[str, Ratio]]:
    """Ratios by peer and measure; `served` are the labels of those that were asked over HTTP.

    The project with its evidence reader is compared like a peer: that is what the reader costs.
    """
    labels = [label for label in rounds[0] if label != OWN]
    return {
        label: {name: _ratio(rounds, label, name, label in served) for name in MEASURES}
        for label in labels
    }


def hold_bars(
    rounds: Sequence[Samples],
    ratios: Mapping[str, Mapping[str, Ratio]],
    loads: Sequence[Mapping[str, float]],
    seeds_mb: float,
) -> list[Bar]:
    """The bars of the project on two cores, by the medians of the rounds."""
    peers = {label: found for label, found in ratios.items() if label != OWN_READ}
    middles = {
        name: {label: found[name].middle for label, found in peers.items()} for name in MEASURES
    }
    hybrid = {label: value for label, value in middles["p50"].items() if label.endswith("hybrid")}
    cold = median(samples[OWN]["cold"] for samples in rounds)
    worst = max(load["p99"] / load["p50"] for load in loads)
    fewest = min(load["requests"] for load in loads)
    calm = f"{worst:.1f} × in the worst of {len(loads)} runs of {fewest:,.0f}"
    return [
        Bar("cold start", "≤ 1.5 s", f"{cold:.2f} s", cold <= 1.5),
        _at_least("cold start, fastest peer", 8, min(middles["cold"].values())),
        _at_least("warm p50, fastest peer", 4, min(middles["p50"].values())),
        _at_least("warm p50, fastest hybrid peer", 6, min(hybrid.values())),
        _at_least("memory, leanest peer", 2, min(middles["memory"].values())),
        Bar("memory on the seeds", "≤ 350 MB", f"{seeds_mb:.0f} MB", seeds_mb <= 350),
        _at_least(
            "passages a second, by the fastest peer's", 1.8, 1 / max(middles["indexed"].values())
        ),
        _at_least(
            "questions a second, by the fastest peer's", 2, 1 / max(middles["rate"].values())
        ),
        Bar("p99 under load, by the median", "≤ 10 ×", calm, worst <= 10 and fewest >= 2_000),
    ]


def _ratio(rounds: Sequence[Samples], label: str, name: str, served: bool) -> Ratio:
    own = name if served or name not in OF_DOORS else name + INSIDE
    found = [samples[label][name] / samples[OWN][own] for samples in rounds]
    return Ratio(median(found), min(found), max(found))


def _at_least(name: str, wanted: float, found: float) -> Bar:
    return Bar(name, f"≥ {wanted:g} ×", f"{found:.1f} ×", found >= wanted)
