"""`docs/peers.md`, `.svg` and `.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any

from onrecord.eval.lab.peers.ratios import INSIDE, OWN

PAPER = "#ffffff"  # the plot stands alone, on whatever page shows it
FIGURE_IN = (8.4, 4.6)
Found = Mapping[str, Any]
# Each measure as tables head it, and whether the larger figure is the better one.
HEADS = {
    "indexed": ("passages indexed a second", True),
    "cold": ("cold start to first answer", False),
    "p50": ("warm p50", False),
    "p95": ("warm p95", False),
    "rate": ("questions a second, 8 clients", True),
    "memory": ("peak memory", False),
}
UNITS = {"indexed": "", "cold": " s", "p50": " ms", "p95": " ms", "rate": "", "memory": " MB"}

INTRODUCTION = """\
# Comparison with peers

All systems search the same articles, cut into the same passages, with the same model ({model}) and
the same questions, on one machine ({machine}). They take turns in {rounds} rounds of one run, and
each measurement has processes of its own. {passages:,} passages of `{main}` are searched. Peers run
in environments of their own, each set up as its documentation says, with the plain
sentence-transformers model: {versions}.

A ratio is the peer's figure divided by the project's own of the same round; the smallest and the
largest round are in brackets. For times and memory, more than 1 is in the project's favour, for
rates less than 1. Where a peer serves HTTP (txtai's API, Haystack's Hayhooks) both were asked over
HTTP, else both in one process. No question is asked of a process twice, so none is answered from
memory. No peer has an evidence reader, so `{own}` is the project without its own. With it, which is
the default, the project has a row of its own.

![The peers' figures divided by the project's own]({plot})

This page was made by `{command}`.
"""


def write_peers(found: Found, folder: Path) -> list[Path]:
    """Write the three files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"peers.{ending}" for ending in ("json", "md", "svg")]
    texts = json.dumps(found, indent=1) + "\n", _write(found, files[2].name), plot(found)
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def render(found: Found) -> str:
    """The tables, one below the other."""
    parts = {
        "Peers divided by the project": _ratios(found),
        "Targets": _bars(found),
        "Figures, as medians of the rounds": _figures(found),
        "Quality of what they find": _quality(found),
        "By number of clients, over HTTP": _crowds(found),
        "Memory of a service of `seeds/`": _memory(found),
        "Long load, 8 clients": _loads(found),
    }
    return "\n".join(f"## {name}\n\n" + "\n".join(lines) + "\n" for name, lines in parts.items())


def plot(found: Found) -> str:
    """A panel a measure: each peer's ratio with its spread, on a logarithmic axis."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "onrecord", "font.size": 8, "svg.fonttype": "path"}):
        figure = Figure(FIGURE_IN, layout="constrained")
        figure.set_facecolor(PAPER)
        panels = figure.subplots(2, 3, sharey=True).ravel()
        for axes, name in zip(panels, HEADS, strict=True):
            _draw(axes, name, found["ratios"])
        drawn = StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()


def _draw(axes: Any, name: str, ratios: Mapping[str, Any]) -> None:
    labels = [*ratios][::-1]
    for place, label in enumerate(labels):
        ratio = ratios[label][name]
        axes.plot([ratio["low"], ratio["high"]], [place, place], color="grey", lw=1)
        axes.plot(ratio["middle"], place, "o", color="black", ms=4)
    axes.axvline(1, color="black", lw=1, ls=":")
    axes.set_xscale("log")
    axes.set_yticks(range(len(labels)), labels)
    axes.set_title(HEADS[name][0], loc="left")
    axes.spines[["top", "right"]].set_visible(False)


def _write(found: Found, drawing: str) -> str:
    pins = [pin for pins in found["versions"].values() for pin in pins]
    told = {
        "rounds": found["sizes"]["rounds"],
        "main": next(iter(found["quality"])),
        "versions": ", ".join(pins),
        "plot": drawing,
        "own": OWN,
    }
    known = {name: found[name] for name in ("model", "machine", "passages", "command")}
    return INTRODUCTION.format(**known, **told) + "\n" + render(found)


def _ratios(found: Found) -> Iterator[str]:
    yield _row(["peer by own", "asked", *(head for head, _ in HEADS.values())])
    yield "|---" * (2 + len(HEADS)) + "|"
    for label, ratios in found["ratios"].items():
        yield _row([label, found["doors"][label], *(_spread(ratios[name]) for name in HEADS)])


def _bars(found: Found) -> Iterator[str]:
    yield _row(["on two cores", "wanted", "found", ""])
    yield "|---|---|---|---|"
    for bar in found["bars"]:
        yield _row([bar["name"], bar["wanted"], bar["found"], "held" if bar["held"] else "missed"])


def _figures(found: Found) -> Iterator[str]:
    rounds = found["rounds"]
    yield _row(["system", "asked", *(head for head, _ in HEADS.values())])
    yield "|---" * (2 + len(HEADS)) + "|"
    for label in rounds[0]:
        yield _row([label, found["doors"][label], *_medians(rounds, label, "")])
    yield _row([OWN, "in process", *_medians(rounds, OWN, INSIDE)])


def _medians(rounds: list[Any], label: str, behind: str) -> Iterator[str]:
    for name in HEADS:
        known = [samples[label].get(name + behind) for samples in rounds]
        yield "–" if None in known else _number(median(known)) + UNITS[name]


def _quality(found: Found) -> Iterator[str]:
    heads = ("nDCG@10", "first", "first three")
    names = [f"{name}: {head}" for name in found["quality"] for head in heads]
    yield _row(["system", *names])
    yield "|---" * (1 + len(names)) + "|"
    for label in found["rounds"][0]:
        of = [found["quality"][name].get(label, {}) for name in found["quality"]]
        yield _row([label, *(_share(one.get(head)) for one in of for head in heads)])
    asked = ", ".join(
        f"{name} {next(iter(of.values()))['questions']:.0f}"
        for name, of in found["quality"].items()
    )
    yield ""
    yield "nDCG@10 is over articles; `first` and `first three`: a passage with the answer."
    yield "The evidence reader is not asked about pages that it learned from."
    yield f"Questions: {asked}."


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".removeprefix("0")


def _crowds(found: Found) -> Iterator[str]:
    yield _row(["system", "clients", "p50", "p99", "questions a second"])
    yield "|---|---|---|---|---|"
    for label, crowds in found["crowds"].items():
        for clients, of in crowds.items():
            yield _row([label, clients, *_times(of), _number(of["rate"])])


def _memory(found: Found) -> Iterator[str]:
    yield _row(["system", "peak"])
    yield "|---|---|"
    for label, peak in found["seeds_mb"].items():
        yield _row([label, f"{_number(peak)} MB"])


def _loads(found: Found) -> Iterator[str]:
    yield _row(["system", "questions", "p50", "p99", "p99 by p50", "questions a second"])
    yield "|---|---|---|---|---|---|"
    for label, runs in found["load"].items():
        for of in runs:
            by = f"{of['p99'] / of['p50']:.1f} ×"
            yield _row([label, str(of["requests"]), *_times(of), by, _number(of["rate"])])


def _times(of: Mapping[str, float]) -> list[str]:
    return [f"{_number(of[share])} ms" for share in ("p50", "p99")]


def _spread(ratio: Mapping[str, float]) -> str:
    middle, low, high = (_number(ratio[name]) for name in ("middle", "low", "high"))
    return f"{middle} ({low}–{high})"


def _number(value: float) -> str:
    """Three digits, as many of them behind the point as there is need for."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
