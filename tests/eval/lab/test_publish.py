"""The tables of docs/quality.md: rendered from the figures, written between their marks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.lab.publish import PUBLISHED, render, repeat_published
from onrecord.eval.lab.tables import fill
from onrecord.service.confidence import CALIBRATION
from onrecord.service.settings import Settings
from tests.nightly import NIGHTLY

SCIFACT = Path(__file__).parents[4] / "shared" / "data" / "scifact"
DATASET = {"name": "harbour", "answerable": 40, "unanswerable": 9}


FOUND: dict[str, Any] = {
    "rankings": [
        {
            "dataset": DATASET,
            "retriever": "words",
            "measures": {
                "quotes/answer@1": {"value": 0.5},
                "quotes/answer@3": {"value": 1.0},
                "articles/nDCG@10": {"value": 0.12349},
            },
            "groups": {},
        },
        {
            "dataset": DATASET,
            "retriever": "full",
            "measures": {"quotes/answer@1": {"value": 0.75}},
            "groups": {
                "editor linked": {"questions": 7, "measures": {"quotes/answer@5": 0.875}},
                "name": {"questions": 3, "measures": {"quotes/answer@5": 0.1}},
            },
        },
    ],
    "answers": [
        {
            "dataset": DATASET,
            "measures": {
                "quotes/verbatim": {"value": 1.0},
                "abstention/AUROC": {"value": 0.9},
            },
        }
    ],
    "published": {"dense": 0.6449, "words": 0.68},
}


def test_a_table_replaces_what_stands_between_its_marks() -> None:
    text = "# T\n<!-- one -->\nold\nlines\n<!-- /one -->\nkept\n<!-- two -->\n<!-- /two -->\nend"
    filled = fill(fill(text, "two", "| b |"), "one", "| a |\n| 1 |")
    assert filled.splitlines() == [
        "# T",
        *("<!-- one -->", "| a |", "| 1 |", "<!-- /one -->"),
        "kept",
        *("<!-- two -->", "| b |", "<!-- /two -->"),
        "end",
    ]


def test_a_table_is_written_as_it_is() -> None:
    once = fill("<!-- one -->\nold\n<!-- /one -->\n", "one", r"\1 \g<0> $")
    assert once == "<!-- one -->\n\\1 \\g<0> $\n<!-- /one -->\n"


@pytest.mark.parametrize("text", ["nothing", "<!-- one -->\nopen", "<!-- /one -->\n<!-- one -->\n"])
def test_a_missing_mark_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="expected the mark <!-- one --> in the text"):
        fill(text, "one", "| a |")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "rankings",  # one more line where an editor linked
            [
                "| questions of | ranking | first | first three | first five | evidence "
                "| nDCG@10 |",
                "|---|---|---|---|---|---|---|",
                "| harbour (40) | words | .500 | 1.000 | – | – | .123 |",
                "| harbour (40) | **full** | .750 | – | – | – | – |",
                "| harbour, linked (7) | **full** | – | – | .875 | – | – |",
            ],
        ),
        (
            "answers",
            [
                "| questions | verbatim | date | attribution | first | first three | answered "
                "| refused | AUROC |",
                "|---|---|---|---|---|---|---|---|---|",
                "| harbour (40 + 9) | 1.000 | – | – | – | – | – | – | .900 |",
            ],
        ),
        (
            "published",
            [
                "| scifact, nDCG@10 | published | here |",
                "|---|---|---|",
                "| all-MiniLM-L6-v2, one vector an abstract | .645 | .645 |",
                "| BM25 | .665 to .69 | .680 |",
            ],
        ),
    ],
)
def test_a_table_holds_what_was_measured(name: str, lines: list[str]) -> None:
    assert render(FOUND)[name].splitlines() == lines


def test_the_calibration_is_the_shipped_one() -> None:
    fits = json.loads(CALIBRATION.read_text(encoding="utf-8"))["fits"]
    shipped = fits[Settings().reranker]["figures"]
    head, rule, *rows = render(FOUND)["calibration"].splitlines()
    assert head.count("|") == rule.count("|") == 6
    assert len(rows) == len(shipped)
    everything = f"| all | {shipped['all']['questions']} | .{shipped['all']['auroc'] * 1000:.0f} |"
    assert rows[0].startswith(everything)
    unanswerable = next(row for row in rows if row.startswith("| news of other years |"))
    assert "| – | – | ." in unanswerable


@pytest.mark.slow
def test_dense_and_bm25_come_within_reach_of_the_published_figures() -> None:
    if not NIGHTLY:
        pytest.skip("encoding scifact takes four minutes of a core: set ONRECORD_NIGHTLY=1")
    if not SCIFACT.is_dir():
        pytest.skip("scifact is not beside the project (../shared/data)")
    found = repeat_published(SCIFACT)
    assert [one for one in PUBLISHED if not one.low <= found[one.retriever] <= one.high] == []
