"""`docs/scale.md`: what an archive of so many passages takes and how fast it answers.

The archive is built in one process and asked in a fresh one, so that memory and opening are those
of a service that starts.
"""

from __future__ import annotations

import json
import resource
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from onrecord.eval.lab.synthetic import (
    DAYS,
    DIMENSION,
    FIRST_DAY,
    OUTLETS,
    PASSAGES,
    SyntheticQuestion,
    make_articles,
    make_questions,
)
from onrecord.eval.lab.tables import DOCS, table, write_report
from onrecord.index.local.store import LocalStore
from onrecord.index.question import AnalysedQuestion, find_terms
from onrecord.index.ranking import Ranking, retrieve
from onrecord.index.store import Snapshot
from onrecord.index.types import Filter

BUILD = {"encoder": "made by chance"}
QUESTIONS = 200
CHANGES = 5
RANKING = Ranking()
NARROW = Filter(FIRST_DAY, FIRST_DAY + timedelta(days=DAYS // 100))  # a hundredth of the articles
WIDE = Filter(outlets=(OUTLETS[2],))
FILTERS = {"": Filter(), " narrow": NARROW, " wide": WIDE}
Ask = Callable[[Snapshot, SyntheticQuestion, Filter], Any]


def measure_scale(size: int, folder: Path) -> dict[str, Any]:
    """The figures of one size; the archive is left in `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    figures: dict[str, Any] = {"passages": size}
    for measure in (_build, _ask):
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            figures |= process.submit(measure, size, folder).result()
    return figures | _sizes(folder)


def write_scale(figures: Mapping[str, Any], folder: Path = DOCS) -> list[Path]:
    """Put one size's figures into `scale.json`, and write the table; returns the files written."""
    file = folder / "scale.json"
    found = json.loads(file.read_text(encoding="utf-8"))
    found["scale"][str(figures["passages"])] = figures
    return write_report(found, file, {"scale": render(found["scale"])}, folder / "scale.md")


def render(found: Mapping[str, Mapping[str, Any]]) -> str:
    """A row for each figure, a column for each size."""
    columns = sorted(found.values(), key=lambda figures: int(figures["passages"]))
    heads = ["", *(f"{figures['passages']:,} passages" for figures in columns)]
    rows = (
        [name.replace("_", " "), *(_show(figures.get(name)) for figures in columns)]
        for name in columns[-1]
    )
    return table(heads, rows)


def _show(figure: Any) -> str:
    """A figure, or its parts with their names; a dash where it is not known of this size."""
    if isinstance(figure, dict):
        return ", ".join(f"{part} {value}" for part, value in figure.items())
    return "–" if figure is None else str(figure)


def _build(size: int, folder: Path) -> dict[str, float]:
    store = LocalStore(folder, BUILD, DIMENSION)
    putting = 0.0
    for article, entries in make_articles(size):
        putting += _seconds(store.put, article, entries, f"/bench/{article.id}")
    publishing = _seconds(store.publish)
    store.close()
    return {
        "put_s": round(putting, 1),
        "publish_s": round(publishing, 1),
        "build_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _ask(size: int, folder: Path) -> dict[str, Any]:
    before = _memory()
    started = time.perf_counter()
    store = LocalStore(folder, BUILD, DIMENSION)
    with store.snapshot() as snapshot:
        figures: dict[str, Any] = {"open_s": round(time.perf_counter() - started, 3)}
        rows = range(1, size + 1, max(1, size // QUESTIONS))  # all over the archive
        questions = make_questions(list(snapshot.passages(rows).values()))[:QUESTIONS]
        for name, ask in SEARCHES.items():
            for kind, where in FILTERS.items():
                figures[name + kind] = _times(snapshot, ask, questions, where)
        figures["recall"] = _recall(snapshot, questions, Filter())
        figures["recall wide"] = _recall(snapshot, questions, WIDE)
    figures["memory_mb"] = {name: value - before[name] for name, value in _memory().items()}
    figures["change_ms"] = _change(store, size)
    store.close()
    return figures


def _seconds(call: Callable[..., Any], *arguments: Any) -> float:
    started = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - started


SEARCHES: dict[str, Ask] = {
    "dense": lambda snapshot, asked, where: snapshot.nearest(asked.vector, RANKING.depth, where),
    "words": lambda snapshot, asked, where: snapshot.matching(
        _read(snapshot, asked).searched(RANKING.common_share), RANKING.depth, where
    ),
    "hybrid": lambda snapshot, asked, where: retrieve(
        snapshot, _read(snapshot, asked), where, RANKING, RANKING.depth
    ),
}


def _read(snapshot: Snapshot, asked: SyntheticQuestion) -> AnalysedQuestion:
    return AnalysedQuestion(asked.text, tuple(find_terms(asked.text, snapshot)), asked.vector)


def _times(
    snapshot: Snapshot, ask: Ask, questions: Sequence[SyntheticQuestion], where: Filter
) -> dict[str, float]:
    """Milliseconds per question, after a round that brings pages into memory as in a service."""
    for question in questions:
        ask(snapshot, question, where)
    walls, worked = [], time.process_time()
    for question in questions:
        walls.append(1000 * _seconds(ask, snapshot, question, where))
    cpu = 1000 * (time.process_time() - worked) / len(questions)
    spread = {f"p{share}": round(float(np.percentile(walls, share)), 2) for share in (50, 95)}
    return {**spread, "cpu": round(cpu, 2)}


def _recall(snapshot: Snapshot, questions: Sequence[SyntheticQuestion], where: Filter) -> float:
    """Recall@10 of the dense search against one that leaves nothing out."""
    dense = snapshot._generation.dense  # type: ignore[attr-defined]
    exact = replace(dense, base=replace(dense.base, probed=dense.base.lists))
    shares = []
    for question in questions:
        truth = {row for row, _ in exact.search(question.vector, 10, where)}
        found = {row for row, _ in dense.search(question.vector, 10, where)}
        shares.append(len(truth & found) / max(1, len(truth)))
    return round(float(np.mean(shares)), 4)


def _change(store: LocalStore, size: int) -> dict[str, float]:
    """Milliseconds until a new, a changed and a deleted article are what the next query sees."""
    times: dict[str, list[float]] = {"add": [], "replace": [], "delete": []}
    made = islice(make_articles(PASSAGES * CHANGES, seed=9), CHANGES)
    for number, (article, entries) in enumerate(made):
        name = f"posted{size}-{number}"
        own = [replace(e, passage=replace(e.passage, article_id=name)) for e in entries]
        first, second = (replace(article, id=name, title=title) for title in ("First", "Second"))
        changes: dict[str, Callable[[], object]] = {
            "add": partial(store.put, first, own, "posted"),
            "replace": partial(store.put, second, own, "posted"),
            "delete": partial(store.delete, name, tombstone=False),
        }
        for kind, change in changes.items():
            times[kind].append(1000 * (_seconds(change) + _seconds(store.publish)))
    return {kind: round(float(np.median(taken)), 1) for kind, taken in times.items()}


def _sizes(folder: Path) -> dict[str, Any]:
    """Megabytes on disk, by part."""
    parts = {"records": "archive.sqlite*", "vectors": "vectors-*/*", "words": "words-*/*"}
    sizes = {
        name: sum(file.stat().st_size for file in folder.glob(pattern))
        for name, pattern in parts.items()
    }
    return {"disk_mb": {name: round(size / 1e6) for name, size in sizes.items()}}


def _memory() -> dict[str, int]:
    """Megabytes: of this process alone, and mapped from files, which the system takes back."""
    status = Path("/proc/self/status").read_text()
    lines = dict(line.split(":", 1) for line in status.splitlines())
    kinds = {"own": "RssAnon", "mapped": "RssFile"}
    return {name: int(lines[line].split()[0]) // 1024 for name, line in kinds.items()}
