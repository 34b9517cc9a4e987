"""What the reader learns from: labelled passages, and what the retriever finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.lab.reader.examples import (
    FOLDS,
    Example,
    assign_folds,
    leave_out,
    load_examples,
)

PIER = "The northern pier was closed in 1931. Divers had found cracks in its piles."
MILL = "The mill burned down in 1902. Nobody was hurt, and it was never built again."
MAYOR = "- 1950-1955 - Ida Holm , mayor of Varnholm ."
OTHER = "- 1955-1961 - Olaf Brandt , mayor of Varnholm ."


def write_lines(file: Path, records: list[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def write_set(
    folder: Path,
    corpus: list[dict[str, Any]],
    queries: list[dict[str, Any]],
    gold: list[tuple[str, str]],
) -> None:
    write_lines(folder / "corpus.jsonl", corpus)
    write_lines(folder / "queries.jsonl", queries)
    (folder / "qrels").mkdir()
    rows = "".join(f"{question}\t{article}\t1\n" for question, article in gold)
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{rows}")


def question(name: str, text: str, answers: list[str], doc: str | None = None) -> dict[str, Any]:
    known = {"answers": answers, "answerable": bool(answers), "context_doc": doc}
    return {"_id": name, "text": text, "metadata": known}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two data sets of two paragraphs each."""
    folder = tmp_path / "data"
    write_set(
        folder / "squad2-dev-half",
        [
            {"_id": "p", "title": "Pier", "text": PIER},
            {"_id": "m", "title": "Mill", "text": MILL},
        ],
        [
            question("q1", "When was the northern pier closed?", ["1931"], "p"),
            question("q2", "When was the southern pier closed?", [], "p"),
        ],
        [("q1", "p")],
    )
    write_set(
        folder / "timeqa-human-train",
        [
            {"_id": "t1", "title": "Varnholm", "text": MAYOR},
            {"_id": "t2", "title": "Varnholm", "text": OTHER},
        ],
        [question("q3", "Who was mayor of Varnholm in 1952?", ["Ida Holm"])],
        [("q3", "t1")],
    )
    asked = "Who was mayor of Varnholm in 1952?"
    pairs = [
        {"q": asked, "passage": MAYOR, "title": "Varnholm", "label": 1},
        {"q": asked, "passage": OTHER, "title": "Varnholm", "label": 0},
    ]
    write_lines(folder / "train-pairs" / "timeqa.jsonl", pairs)
    return folder


def test_labels_and_findings_become_examples(data: Path, tmp_path: Path) -> None:
    found = load_examples(data, tmp_path / "work")
    told = {(one.question[-12:], one.text[:12], one.answers, one.source) for one in found}
    assert told >= {
        ("pier closed?", "The northern", ("1931",), "squad"),
        ("pier closed?", "The northern", (), "squad"),
        ("olm in 1952?", "- 1950-1955 ", ("Ida Holm",), "timeqa"),
        ("olm in 1952?", "- 1955-1961 ", (), "timeqa"),
    }
    by_source = [one for one in found if one.source == "found"]
    assert [(one.title, one.answers) for one in by_source if one.question.startswith("When")] == [
        ("Pier", ("1931",)),
        ("Mill", ()),
    ]


def test_searching_is_done_once(data: Path, tmp_path: Path) -> None:
    first = load_examples(data, tmp_path / "work")
    kept = tmp_path / "work" / "reader" / "found.jsonl"
    written = kept.stat().st_mtime_ns
    assert load_examples(data, tmp_path / "work") == first
    assert kept.stat().st_mtime_ns == written


def test_spaced_marks_are_closed_up(data: Path, tmp_path: Path) -> None:
    found = load_examples(data, tmp_path / "work")
    texts = {one.text for one in found if one.source == "timeqa"}
    assert "- 1950-1955 - Ida Holm, mayor of Varnholm." in texts


def example(page: str, title: str | None = None) -> Example:
    return Example(page, "Who?", title or page, "Nobody.", (), "squad")


def test_folds_are_of_about_one_size_and_keep_pages_together() -> None:
    examples = [example(page) for page in "aaaaabbbbcccddefgh"]
    folds = assign_folds(examples)
    sizes = [0] * FOLDS
    for one in examples:
        sizes[folds[one.page]] += 1
    assert sorted(sizes) == [3, 3, 3, 4, 5]
    assert folds == assign_folds(examples[::-1])


def test_a_fold_left_out_is_neither_asked_about_nor_read() -> None:
    examples = [example("a"), example("b"), example("a", title="b"), example("b", title="a")]
    fold = assign_folds(examples)["a"]
    assert leave_out(examples, fold) == [example("b")]
