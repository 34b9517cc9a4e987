"""How well pages are read, on a sample of them: the floors that a change must not fall below."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.lab.reading import ARTICLES, BODIES, DATES, measure_reading

DATA = Path(__file__).parents[4] / "shared" / "data"
SAMPLE = 60  # pages of a set: half a minute
TEXTS = ["text, laid out: onrecord", "text, lines: onrecord"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all((DATA / name).is_dir() for name in (BODIES, DATES, ARTICLES)),
        reason=f"the pages read by hand are not at {DATA}",
    ),
]


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return measure_reading(DATA, 2, SAMPLE)


def test_bodies_of_html_are_read_better_than_by_trafilatura(found: dict[str, Any]) -> None:
    ours, theirs = found["bodies"]["html: onrecord"], found["bodies"]["html: trafilatura"]
    assert ours["f1"] > theirs["f1"]
    assert ours["f1"] >= 0.95


@pytest.mark.parametrize("way", TEXTS)
def test_bodies_of_plain_text_reach_nine_tenths(found: dict[str, Any], way: str) -> None:
    assert found["bodies"][way]["f1"] >= 0.9


def test_wrong_days_are_at_most_half_of_htmldates(found: dict[str, Any]) -> None:
    ours, theirs = found["dates"]["onrecord"], found["dates"]["htmldate"]
    assert ours["wrong"] <= max(1, theirs["wrong"] / 2)
    assert ours["right"] >= 0.9 * sum(ours.values())


def test_titles_dates_and_bodies_survive_a_round_trip(found: dict[str, Any]) -> None:
    trips = found["round_trips"]
    assert trips["JSONL"] == {"title": 1.0, "date": 1.0, "text": 1.0, "shingles": 1.0}
    for kind, least in {"HTML": (0.99, 0.99, 0.98), "text": (0.94, 0.97, 0.97)}.items():
        one = trips[kind]
        assert one["title"] >= least[0]
        assert one["date"] >= least[1]
        assert one["shingles"] >= least[2]
