"""Measure reading on the pages that are there, keep the figures, and write the documents' tables.

The figures name the version of each data set and of each library that they were made with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from onrecord.eval.lab.publish import QUALITY, write_tables
from onrecord.eval.lab.reading.bodies import measure_bodies
from onrecord.eval.lab.reading.dates import measure_dates
from onrecord.eval.lab.reading.gold import (
    ARTICLES,
    BODIES,
    DATES,
    fingerprint,
    gold_articles,
    gold_pages,
)
from onrecord.eval.lab.reading.roundtrip import measure_roundtrips

FIGURES = QUALITY.with_name("reading.json")
COMMAND = "onrecord eval reading --data DIR --publish"
LIBRARIES = ("trafilatura", "htmldate", "inscriptis")

Figures = dict[str, Any]


def measure_reading(data: Path, jobs: int, sample: int | None = None) -> Figures:
    """Every figure of the data sets that lie under `data`; `sample` pages of each, or all."""
    there = [name for name in (BODIES, DATES, ARTICLES) if (data / name).is_dir()]
    found: Figures = {
        "command": COMMAND,
        "sample": sample,
        "libraries": {name: version(name) for name in LIBRARIES},
        "datasets": {name: fingerprint(data / name) for name in there},
    }
    if BODIES in there:
        pages = gold_pages(data / BODIES, sample)
        scores = measure_bodies(pages, jobs)
        found["bodies"] = {way: {**asdict(one), "f1": one.f1} for way, one in scores.items()}
        found["body_pages"] = len(pages)
    if DATES in there:
        dated = measure_dates(gold_pages(data / DATES, sample), jobs)
        found["dates"] = {name: asdict(tally) for name, tally in dated.items()}
    if ARTICLES in there:
        articles = gold_articles(data / ARTICLES, sample)
        survived = measure_roundtrips(articles, jobs)
        found["round_trips"] = {kind: asdict(one) for kind, one in survived.items()}
        found["articles"] = len(articles)
    return found


def publish_reading(found: Figures) -> list[Path]:
    """Write the figures and the tables; returns the files written."""
    FIGURES.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return [FIGURES, write_tables(render_reading(found))]


def render_reading(found: Mapping[str, Any]) -> dict[str, str]:
    """The tables by the names of their marks."""
    return {
        "bodies": "\n".join(_bodies(found)),
        "dates": "\n".join(_dates(found)),
        "round trips": "\n".join(_round_trips(found)),
    }


def _bodies(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"| body of {found['body_pages']} pages, from | read by | precision | recall | F1 |"
    yield "|---|---|---|---|---|"
    for way, score in found["bodies"].items():
        source, _, reader = way.partition(": ")
        numbers = (score["precision"], score["recall"], score["f1"])
        yield f"| {source} | {_shown(reader)} | {' | '.join(map(_say, numbers))} |"


def _dates(found: Mapping[str, Any]) -> Iterator[str]:
    total = sum(next(iter(found["dates"].values())).values())
    yield f"| day of {total} pages, read by | right | wrong | none |"
    yield "|---|---|---|---|"
    for name, tally in found["dates"].items():
        yield f"| {_shown(name)} | {tally['right']} | {tally['wrong']} | {tally['none']} |"


def _round_trips(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"| {found['articles']} articles, written as | title | date | body | body, F1 |"
    yield "|---|---|---|---|---|"
    for kind, one in found["round_trips"].items():
        numbers = (one["title"], one["date"], one["text"], one["shingles"])
        yield f"| {kind} | {' | '.join(map(_say, numbers))} |"


def _shown(reader: str) -> str:
    return f"**{reader}**" if reader.startswith("onrecord") else reader


def _say(value: float) -> str:
    return f"{value:.3f}" if value >= 0.9995 else f"{value:.3f}".removeprefix("0")
