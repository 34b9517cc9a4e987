"""Measure what docs/quality.md reports, write `docs/figures.json` and the tables made from it.

The tables stand between marks, so that a test can hold the page to the figures and the figures to
the data sets and settings that they were measured with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from onrecord.eval.datasets import Dataset, load
from onrecord.eval.lab.published import PUBLISHED, repeat_published
from onrecord.eval.options import Retriever
from onrecord.eval.run import Target, evaluate
from onrecord.service.confidence import CALIBRATION
from onrecord.service.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
QUALITY = PROJECT / "docs" / "quality.md"
FIGURES = QUALITY.with_name("figures.json")
COMMAND = "onrecord eval publish --data DIR --pages DIR"
RANKED = ("rtqa-dev-2022", "squad2-dev-half", "timeqa-human-train", "scifact")
SAMPLE = 2_000  # questions of a set; all of the smaller ones
REAL_PAGES = PROJECT / "tests" / "quality" / "real_pages.jsonl"
COLUMNS = {
    "quotes/answer@1": "first",
    "quotes/answer@3": "first three",
    "quotes/answer@5": "first five",
    "evidence/F1": "evidence",
    "articles/nDCG@10": "nDCG@10",
}
TRUST = {
    "quotes/verbatim": "verbatim",
    "quotes/date": "date",
    "quotes/attribution": "attribution",
    "quotes/answer@1": "first",
    "quotes/answer@3": "first three",
    "abstention/answered": "answered",
    "abstention/refused": "refused",
    "abstention/AUROC": "AUROC",
}

Report = Callable[[str], None]
Row = Mapping[str, Any]


def publish(data: Path, pages: Path, work: Path, jobs: int, report: Report) -> list[Path]:
    """Measure everything, write the figures and the tables; returns the files written."""
    rankings = []
    for name in RANKED:
        dataset = load(str(data / name), sample=SAMPLE)
        for retriever in get_args(Retriever):
            rankings.append(_measure(dataset, retriever, (), work, jobs))
            report(f"{name}, {retriever}")
    answers = [
        _measure(load("seeds"), "full", (), work, jobs),
        _measure(load(str(REAL_PAGES)), "full", (pages,), work, jobs),
    ]
    report("scifact, as published")
    found = {
        "command": COMMAND,
        "rankings": rankings,
        "answers": answers,
        "published": repeat_published(data / "scifact"),
    }
    FIGURES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return [FIGURES, write_tables(render(found))]


def render(found: Mapping[str, Any]) -> dict[str, str]:
    """The tables by the names of their marks."""
    calibration = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    return {
        "rankings": "\n".join(_rank(found["rankings"])),
        "answers": "\n".join(_answers(found["answers"])),
        "published": "\n".join(_published(found["published"])),
        "calibration": "\n".join(_calibration(calibration)),
    }


def write_tables(tables: Mapping[str, str], page: Path = QUALITY) -> Path:
    """Write each table between its marks in a page; returns the page."""
    text = page.read_text(encoding="utf-8")
    for name, table in tables.items():
        text = fill(text, name, table)
    page.write_text(text, encoding="utf-8")
    return page


def fill(text: str, name: str, table: str) -> str:
    """The text with a table between its marks. Raises `ValueError` where they are missing."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, re.S)
    if found is None:
        raise ValueError(f"expected the mark <!-- {name} --> in the text")
    return f"{text[: found.start(1)]}{table}\n{text[found.end(1) :]}"


def _measure(
    dataset: Dataset, retriever: Retriever, pages: tuple[Path, ...], work: Path, jobs: int
) -> dict[str, Any]:
    """A run's figures without what would differ from one machine, or one time, to another."""
    target = Target(work, pages=pages, retriever=retriever)
    folder = work / "runs" / f"{dataset.name}-{retriever}"
    found = evaluate(dataset, target, folder, jobs, COMMAND)
    return {
        "dataset": found["dataset"],
        "retriever": retriever,
        "system": {name: value for name, value in found["system"].items() if name != "jobs"},
        "measures": found["measures"],
        "groups": found["groups"],
    }


def _rank(rows: list[Row]) -> Iterator[str]:
    yield f"| questions of | ranking | {' | '.join(COLUMNS.values())} |"
    yield "|---" * (2 + len(COLUMNS)) + "|"
    for row in rows:
        dataset, retriever = row["dataset"], row["retriever"]
        shown = f"**{retriever}**" if retriever == "full" else retriever
        found = {name: measure["value"] for name, measure in row["measures"].items()}
        yield _line(f"{dataset['name']} ({dataset['answerable']})", shown, found, COLUMNS)
        linked = row["groups"].get("editor linked")
        if linked:
            name = f"{dataset['name']}, linked ({linked['questions']})"
            yield _line(name, shown, linked["measures"], COLUMNS)


def _answers(rows: list[Row]) -> Iterator[str]:
    yield f"| questions | {' | '.join(TRUST.values())} |"
    yield "|---" * (1 + len(TRUST)) + "|"
    for row in rows:
        dataset = row["dataset"]
        name = f"{dataset['name']} ({dataset['answerable']} + {dataset['unanswerable']})"
        found = {name: measure["value"] for name, measure in row["measures"].items()}
        yield f"| {name} | {' | '.join(_say(found.get(measure)) for measure in TRUST)} |"


def _published(found: Mapping[str, float]) -> Iterator[str]:
    yield "| scifact, nDCG@10 | published | here |"
    yield "|---|---|---|"
    for known in PUBLISHED:
        yield f"| {known.name} | {known.said} | {_say(found[known.retriever])} |"


def _calibration(calibration: Mapping[str, Any]) -> Iterator[str]:
    yield "| asked of | questions | AUROC | answered, of the answerable | refused, of the others |"
    yield "|---|---|---|---|---|"
    for situation, found in calibration["fits"][Settings().reranker]["figures"].items():
        shares = (found["answered_of_answerable"], found["no_answer_of_unanswerable"])
        numbers = [found["questions"], _say(found["auroc"]), *map(_say, shares)]
        yield f"| {situation} | {' | '.join(map(str, numbers))} |"


def _line(name: str, retriever: str, found: Mapping[str, float], columns: Mapping[str, str]) -> str:
    return f"| {name} | {retriever} | {' | '.join(_say(found.get(m)) for m in columns)} |"


def _say(value: float | None) -> str:
    """Three digits after the point, as papers write them; a dash where there is nothing."""
    return "–" if value is None else f"{value:.3f}".removeprefix("0")
