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
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from onrecord.eval.lab.publish import write_tables
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
from onrecord.index.local.store import LocalStore
from onrecord.index.ranking import Ranking, retrieve
from onrecord.index.store import Snapshot
from onrecord.index.text import analyse, drop_stop_words
from onrecord.index.types import Filter

BUILD = {"encoder": "made by chance"}
QUESTIONS = 200
THREADS = 4
CHANGES = 5
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


def write_scale(folder: Path, figures: Mapping[str, Any]) -> None:
    """Add one size's figures to `scale.json`, in place of the ones before, and write the table."""
    file = folder / "scale.json"
    kept = json.loads(file.read_text(encoding="utf-8"))
    kept["scale"][str(figures["passages"])] = figures
    file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    write_tables({"scale": render(kept["scale"])}, folder / "scale.md")


def render(found: Mapping[str, Mapping[str, Any]]) -> str:
    """A row a figure, a column a size."""
    columns = sorted(found.values(), key=lambda figures: int(figures["passages"]))
    lines = [_row(["", *(f"{figures['passages']:,} passages" for figures in columns)])]
    lines += [_row(["---"] * (len(columns) + 1))]
    for name in columns[-1]:
        lines.append(_row([name.replace("_", " "), *(_show(of.get(name)) for of in columns)]))
    return "\n".join(lines)


def _show(figure: Any) -> str:
    """A figure, or its parts with their names; a dash where it is not known of this size."""
    if isinstance(figure, dict):
        return ", ".join(f"{part} {value}" for part, value in figure.items())
    return "–" if figure is None else str(figure)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _build(size: int, folder: Path) -> dict[str, float]:
    store = LocalStore(folder, BUILD, DIMENSION)
    putting = 0.0
    for article, entries in make_articles(size):
        started = time.perf_counter()
        store.put(article, entries, f"/bench/{article.id}")
        putting += time.perf_counter() - started
    started = time.perf_counter()
    store.publish()
    publishing = time.perf_counter() - started
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
        questions = _questions(snapshot, size)
        for name, ask in SEARCHES.items():
            for kind, where in FILTERS.items():
                figures[name + kind] = _times(snapshot, ask, questions, where)
        figures["recall"] = _recall(snapshot, questions, Filter())
        figures["recall wide"] = _recall(snapshot, questions, WIDE)
    figures["concurrent"] = _together(store, questions)
    figures["memory_mb"] = {name: value - before[name] for name, value in _memory().items()}
    figures["change_ms"] = _change(store, size)
    store.close()
    return figures


def _questions(snapshot: Snapshot, size: int) -> list[SyntheticQuestion]:
    """Made of passages all over the archive."""
    rows = range(1, size + 1, max(1, size // QUESTIONS))
    return make_questions(list(snapshot.passages(rows).values()))[:QUESTIONS]


def _dense(snapshot: Snapshot, question: SyntheticQuestion, where: Filter) -> None:
    snapshot.nearest(question.vector, Ranking().depth, where)


def _words(snapshot: Snapshot, question: SyntheticQuestion, where: Filter) -> None:
    words = drop_stop_words(analyse(question.text), Ranking().common_share)
    snapshot.matching(words, Ranking().depth, where)


def _hybrid(snapshot: Snapshot, question: SyntheticQuestion, where: Filter) -> None:
    retrieve(snapshot, question.text, question.vector, where, Ranking(), Ranking().depth)


SEARCHES: dict[str, Ask] = {"dense": _dense, "words": _words, "hybrid": _hybrid}


def _times(
    snapshot: Snapshot, ask: Ask, questions: Sequence[SyntheticQuestion], where: Filter
) -> dict[str, float]:
    """Milliseconds, after a round that brings pages into memory as a service has them."""
    walls, works = [], []
    for question in questions:
        ask(snapshot, question, where)
    for question in questions:
        started, worked = time.perf_counter(), time.process_time()
        ask(snapshot, question, where)
        walls.append(1000 * (time.perf_counter() - started))
        works.append(1000 * (time.process_time() - worked))
    return {**_spread(walls), "cpu": round(float(np.median(works)), 2)}


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


def _together(store: LocalStore, questions: Sequence[SyntheticQuestion]) -> dict[str, float]:
    """Hybrid questions from several threads at once."""

    def ask(question: SyntheticQuestion) -> float:
        started = time.perf_counter()
        with store.snapshot() as snapshot:
            _hybrid(snapshot, question, Filter())
        return (time.perf_counter() - started) * 1000

    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        times = list(threads.map(ask, questions))
    rate = len(questions) / (time.perf_counter() - started)
    return {"per_s": round(rate, 1), **_spread(times)}


def _change(store: LocalStore, size: int) -> dict[str, float]:
    """Milliseconds until a new, a changed and a deleted article are what the next query sees."""
    times: dict[str, list[float]] = {"add": [], "replace": [], "delete": []}
    for number, (made, entries) in enumerate(
        islice(make_articles(PASSAGES * CHANGES, seed=9), CHANGES)
    ):
        for kind, title in (("add", "First"), ("replace", "Second"), ("delete", "")):
            name = f"posted{size}-{number}"
            article = replace(made, id=name, title=title)
            mine = [replace(e, passage=replace(e.passage, article_id=name)) for e in entries]
            started = time.perf_counter()
            if title:
                store.put(article, mine, "posted")
            else:
                store.delete(name, tombstone=False)
            store.publish()
            times[kind].append((time.perf_counter() - started) * 1000)
    return {kind: round(float(np.median(taken)), 1) for kind, taken in times.items()}


def _spread(times: Sequence[float]) -> dict[str, float]:
    return {f"p{share}": round(float(np.percentile(times, share)), 2) for share in (50, 95)}


def _sizes(folder: Path) -> dict[str, Any]:
    """Megabytes on disk, by part."""

    def megabytes(pattern: str) -> int:
        return round(sum(file.stat().st_size for file in folder.glob(pattern)) / 1e6)

    parts = {"records": "archive.sqlite*", "vectors": "vectors-*/*", "words": "words-*/*"}
    return {"disk_mb": {name: megabytes(pattern) for name, pattern in parts.items()}}


def _memory() -> dict[str, int]:
    """Megabytes: of this process alone, and mapped from files, which the system takes back."""
    status = Path("/proc/self/status").read_text()
    lines = dict(line.split(":", 1) for line in status.splitlines())
    kinds = {"own": "RssAnon", "mapped": "RssFile"}
    return {name: int(lines[line].split()[0]) // 1024 for name, line in kinds.items()}
