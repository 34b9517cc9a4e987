"""The figures that ship were measured with the settings and the data sets of today."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.datasets import SHIPPED, load
from onrecord.eval.lab.publish import FIGURES, REAL_PAGES, SAMPLE, render
from onrecord.eval.lab.reading import FIGURES as READING
from onrecord.eval.lab.reading import render_reading
from onrecord.eval.lab.tables import QUALITY, fill
from onrecord.eval.options import Retriever
from onrecord.eval.run import rank_by
from onrecord.eval.systems import describe, describe_ranking
from onrecord.index.encoder import Encoder
from onrecord.index.ranking import Ranking
from onrecord.index.reranker import open_reranker
from onrecord.service.confidence import CALIBRATION
from onrecord.service.settings import Settings

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[3]
SHARED = PROJECT.parent / "shared"


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def shipped_datasets() -> Iterator[tuple[str, str, str]]:
    """Each report's data sets: the report, the set's name and the hash that it was measured on."""
    for row in [*read(FIGURES)["rankings"], *read(FIGURES)["answers"]]:
        yield FIGURES.name, row["dataset"]["name"], row["dataset"]["sha256"]
    for name, dataset in read(CALIBRATION)["datasets"].items():
        yield CALIBRATION.name, name, dataset["sha256"]


@cache
def hash_data_set(path: str, sample: int | None) -> str:
    """The hash of a data set; several reports name the same one, and a large one takes seconds."""
    return load(path, sample=sample).sha256


@pytest.mark.parametrize(("report", "name", "sha256"), sorted(set(shipped_datasets())))
def test_a_reports_data_set_is_the_one_that_is_there(report: str, name: str, sha256: str) -> None:
    where = {**dict.fromkeys(SHIPPED, name), REAL_PAGES.stem: str(REAL_PAGES)}
    path = where.get(name, str(SHARED / "data" / name))
    if name not in SHIPPED and not Path(path).exists():
        pytest.skip(f"{name} is not beside the project (../shared/data)")
    sample = SAMPLE if report == FIGURES.name else None
    assert hash_data_set(path, sample) == sha256, f"measure again: {report} names another {name}"


@pytest.mark.parametrize("part", ["rankings", "answers"])
def test_the_published_figures_are_of_todays_settings(part: str, encoder: Encoder) -> None:
    settings = Settings()
    for row in read(FIGURES)[part]:
        retriever: Retriever = row["retriever"]
        ranking = rank_by(Ranking(), retriever)
        today = describe(settings, encoder.description.identity, ranking)
        read_by = open_reranker(settings.reranker) if retriever == "full" else None
        today["reranking"] = ranking.describe(read_by)
        assert {name: row["system"][name] for name in today} == today


def test_the_calibration_is_of_todays_ranking(encoder: Encoder) -> None:
    settings = Settings()
    today = describe_ranking(settings, encoder.description.identity, Ranking())
    assert read(CALIBRATION)["system"] == today


def test_the_calibration_is_of_todays_reader() -> None:
    settings = Settings()
    fits = read(CALIBRATION)["fits"]
    assert settings.reranker in fits
    for name, fit in fits.items():
        reranker = open_reranker(name)
        assert fit["reranking"] == Ranking().describe(reranker)


def test_the_threshold_is_the_one_that_was_reported_on() -> None:
    assert read(CALIBRATION)["min_confidence"] == Settings().min_confidence


def test_the_published_tables_are_the_figures_that_ship() -> None:
    text = QUALITY.read_text(encoding="utf-8")
    tables = {**render(read(FIGURES)), **render_reading(read(READING))}
    for name, table in tables.items():
        assert fill(text, name, table) == text
