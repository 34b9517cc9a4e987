"""`docs/scale.md` and the figures behind it, `docs/scale.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Figures = dict[str, Any]
HEAD = """# How far it goes

Archives of articles made by chance (`eval/bench/corpus.py`), built and asked on two cores that
other work kept busy meanwhile. Times are milliseconds, the encoder aside, p50 / p95 of 200
questions; `CPU` is how long a question keeps one core busy, which other work changes little. Made
by

```sh
onrecord eval bench scale --size 10000 --size 100000 --size 1000000
onrecord eval bench dense
```
"""
DENSE = """
## Which dense index

FAISS's kinds on vectors of 384 dimensions, one question at a time on one core.
"""


def write_report(folder: Path, kind: str, figures: Figures) -> None:
    """Add one size's or one index's figures, in place of the ones before, and write both files."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "scale.json"
    kept = json.loads(file.read_text()) if file.exists() else {"scale": {}, "dense": {}}
    kept[kind][_name(kind, figures)] = figures
    file.write_text(json.dumps(kept, indent=1) + "\n")
    (folder / "scale.md").write_text(_write(kept), encoding="utf-8")


def _name(kind: str, figures: Figures) -> str:
    if kind == "scale":
        return str(figures["passages"])
    return " ".join(str(figures[part]) for part in ("vectors", "index", "setting"))


def _write(kept: dict[str, dict[str, Figures]]) -> str:
    columns = sorted(kept["scale"].values(), key=lambda figures: int(figures["passages"]))
    lines = [_row(["", *(f"{figures['passages']:,} passages" for figures in columns)])]
    lines += [_row(["---"] * (len(columns) + 1))]
    for label, show in ROWS.items():
        lines.append(_row([label, *(show(figures) for figures in columns)]))
    text = HEAD + "\n" + "\n".join(lines) + "\n"
    if kept["dense"]:
        text += DENSE + "\n" + "\n".join(_dense(list(kept["dense"].values()))) + "\n"
    return text


def _dense(rows: list[Figures]) -> list[str]:
    names = ["vectors", "index", "setting", "built in, s", "bytes each", "p50 / p95", "CPU"]
    lines = [_row([*names, "recall@10"]), _row(["---"] * (len(names) + 1))]
    for row in rows:
        shown = [f"{row['vectors']:,}", row["index"], row["setting"], str(row["build_s"])]
        shown += [str(row["bytes"]), f"{row['p50']} / {row['p95']}", str(row["cpu"])]
        lines.append(_row([*shown, f"{row['recall']:.3f}"]))
    return lines


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
