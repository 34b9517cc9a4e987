"""What the reader learns from: rows as windows, and questions as people type them."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.lab.reader import examples
from onrecord.eval.lab.reader.examples import (
    Example,
    cut_window,
    head,
    load_examples,
    make_example,
    reword,
    swap,
)
from onrecord.index.reranker.windows import WINDOW_CHARS

PIER = "The northern pier was closed in 1931. Divers had found cracks in its piles."
RAIN = " Rain fell on the harbour all through that week, and nobody counted the boats." * 6
ASKED = "When was the northern pier closed?"
MAYOR = "- 1950-1955 - Ida Holm , mayor of Varnholm ."


def row(**changed: Any) -> dict[str, Any]:
    known = {"q": ASKED, "title": "Pier", "passage": PIER, "source": "set", "split": "train"}
    return {**known, "label": 1, "evidence": [[0, 37]], "spans": [[32, 36]], **changed}


def write_rows(file: Path, rows: list[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(one) + "\n" for one in rows)
    if file.suffix == ".gz":
        file.write_bytes(gzip.compress(lines.encode()))
    else:
        file.write_text(lines)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One set of pairs, TimeQA's and one article of news."""
    monkeypatch.setattr(examples, "MIX", {"pairs": 10, "timeqa": 10, "roles": 10})
    unanswered = {"label": 0, "evidence": [], "spans": []}
    pairs = [
        row(),
        row(q="When was the southern pier closed?", **unanswered),
        row(q="Is it?", evidence=[], spans=[]),
        row(q="When was the mill closed?", split="dev", **unanswered),
    ]
    write_rows(tmp_path / "reader-pairs" / "pairs.jsonl.gz", pairs)
    news = {"title": "Ferry", "text": "Ida Holm, director of the ferry, said so.", "source": "n"}
    write_rows(tmp_path / "reader-pairs" / "news_text.jsonl.gz", [news])
    asked = {"q": "Who was mayor in 1952?", "title": "Varnholm", "source": "timeqa"}
    write_rows(tmp_path / "train-pairs" / "timeqa.jsonl", [{**asked, "passage": MAYOR, "label": 1}])
    known = {"text": asked["q"], "metadata": {"answers": ["Ida Holm"]}}
    write_rows(tmp_path / "timeqa-human-train" / "queries.jsonl", [known])
    return tmp_path


def test_rows_become_windows_and_held_out_pages_are_kept_apart(data: Path) -> None:
    learned, held_out = (load_examples(data, held_out=value) for value in (False, True))
    assert learned == load_examples(data, held_out=False)
    ours = [one for one in learned if one.source == "pairs"]
    assert sorted(bool(one.evidence) for one in ours) == [False, True]  # the third has no evidence
    assert [one.source for one in held_out if one.source == "pairs"] == ["pairs"]
    both = {one.source: one for one in (*learned, *held_out)}
    assert both["timeqa"].text == "- 1950-1955 - Ida Holm, mayor of Varnholm."
    assert both["roles"].evidence


def test_evidence_is_whole_sentences() -> None:
    one = make_example(row(evidence=[[32, 36]]), "set")
    assert [one.text[span.start : span.end] for span in one.evidence] == [
        "The northern pier was closed in 1931."
    ]


@pytest.mark.parametrize("seed", range(8))
def test_a_window_lies_around_the_evidence_or_the_likeliest_sentence(seed: int) -> None:
    whole = make_example(row(passage=PIER + RAIN), "set")
    one = cut_window(whole, random.Random(seed))
    assert len(one.text) <= WINDOW_CHARS + 10
    assert [one.text[span.start : span.end] for span in one.answers] == ["1931"]
    assert (one.sentences[0].start, one.sentences[0].end) == (0, 37)
    assert one.evidence == {one.sentences[0]}


def test_a_window_without_the_evidence_does_not_answer() -> None:
    asked = "How many boats were counted in the harbour that week of rain?"
    whole = make_example(row(q=asked, passage=PIER + RAIN), "set")
    cut = [cut_window(whole, random.Random(seed)) for seed in range(20)]
    assert {bool(one.evidence) for one in cut} == {True, False}
    assert all(bool(one.answers) == bool(one.evidence) for one in cut)


def test_a_swapped_question_asks_about_another_number_or_name() -> None:
    text = "In 1931 it was run by Ida Holm, in 1950 by nobody."
    asked = row(q="Who ran the ferry in 1931?", passage=text, spans=[[22, 30]])
    swapped = swap(make_example(asked, "set"), random.Random(1))
    assert swapped is not None
    assert (swapped.question, swapped.evidence) == ("Who ran the ferry in 1950?", frozenset())
    one: Example = make_example(row(spans=[[32, 36]]), "set")
    assert swap(one, random.Random(1)) is None


def test_evidence_may_stand_in_the_headline_alone() -> None:
    headed = head(make_example(row(), "set"))
    assert headed is not None
    assert (headed.title, headed.text) == (PIER[:36], "Divers had found cracks in its piles.")
    assert headed.headline
    assert not headed.evidence
    repeated = row(passage=f"{PIER} It was in 1931 that they met.")
    assert head(make_example(repeated, "set")) is None
    assert head(make_example(row(evidence=[], spans=[]), "set")) is None


def test_questions_are_reworded_as_people_type_them() -> None:
    said = {reword(ASKED, random.Random(seed)) for seed in range(60)}
    assert {ASKED, ASKED.rstrip("?"), "northern pier closed"} <= said
    assert any(sorted(one) == sorted(ASKED) and one != ASKED for one in said)  # a slip
