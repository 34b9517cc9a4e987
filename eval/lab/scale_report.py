"""`docs/scale.json` and the table of `docs/scale.md`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from onrecord.eval.lab.publish import write_tables

Figures = Mapping[str, Any]


def write_report(folder: Path, figures: Figures) -> None:
    """Add one size's figures to `scale.json`, in place of the ones before, and write the table."""
    file = folder / "scale.json"
    kept = json.loads(file.read_text(encoding="utf-8"))
    kept["scale"][str(figures["passages"])] = figures
    file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    write_tables({"scale": render(kept["scale"])}, folder / "scale.md")


def render(found: Mapping[str, Figures]) -> str:
    """A row a figure, a column a size."""
    columns = sorted(found.values(), key=lambda figures: int(figures["passages"]))
    lines = [_row(["", *(f"{figures['passages']:,} passages" for figures in columns)])]
    lines += [_row(["---"] * (len(columns) + 1))]
    for label, show in ROWS.items():
        lines.append(_row([label, *(show(figures) for figures in columns)]))
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _number(name: str) -> Any:
    """The figure; a dash where it is not known of this size."""
    return lambda figures: "–" if figures[name] is None else str(figures[name])


def _time(name: str) -> Any:
    def show(figures: Figures) -> str:
        found = figures[name]
        cpu = f", CPU {found['cpu']}" if "cpu" in found else ""
        return f"{found['p50']} / {found['p95']}{cpu}"

    return show


def _parts(name: str) -> Any:
    return lambda figures: ", ".join(f"{part} {size}" for part, size in figures[name].items())


ROWS: dict[str, Any] = {
    "articles put, s": _number("put_s"),
    "published, s": _number("publish_s"),
    "most memory while building, MB": _number("build_peak_mb"),
    "on disk, MB": _parts("disk_mb"),
    "opened, s": lambda figures: str(figures["open_s"]),
    "memory of an open archive that was asked, MB": _parts("memory_mb"),
    "dense": _time("dense"),
    "dense, a hundredth of the articles": _time("dense narrow"),
    "dense, one outlet of six": _time("dense wide"),
    "recall@10 of dense": lambda figures: str(figures["recall"]),
    "recall@10, one outlet": lambda figures: str(figures["recall wide"]),
    "words (BM25)": _time("words"),
    "words, a hundredth": _time("words narrow"),
    "words, one outlet": _time("words wide"),
    "whole retrieval": _time("hybrid"),
    "whole retrieval, a hundredth": _time("hybrid narrow"),
    "whole retrieval, one outlet": _time("hybrid wide"),
    "whole retrieval, four at once": lambda figures: (
        f"{_time('concurrent')(figures)}; {figures['concurrent']['per_s']} a second"
    ),
    "a change until the next query sees it": _parts("change_ms"),
}
