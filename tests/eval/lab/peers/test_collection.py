"""The same passages for all systems, and how good what they find is, on known rankings."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import log2
from pathlib import Path

import pytest

from onrecord.eval.lab.peers.collection import (
    Collection,
    collect,
    measure_quality,
    read_ids,
)
from onrecord.index.encoder import Encoder
from onrecord.service.settings import Settings

Quality = Callable[..., dict[str, float]]
SENTENCE = "The harbour office of Varnholm counts every boat that comes in. "


@pytest.fixture
def collection(tmp_path: Path, encoder: Encoder) -> Collection:
    data = tmp_path / "harbour"
    (data / "qrels").mkdir(parents=True)
    articles = [
        {"_id": f"a{at}", "title": f"Harbour {at}", "text": SENTENCE * 20 + f"It is number {at}."}
        for at in range(8)
    ]
    (data / "corpus.jsonl").write_text("".join(json.dumps(a) + "\n" for a in articles))
    questions = [
        {"_id": "q1", "text": "Which one is it?", "metadata": {"answers": ["number 3"]}},
        {"_id": "q2", "text": "Who wins?", "metadata": {"answerable": False}},
    ]
    (data / "queries.jsonl").write_text("".join(json.dumps(q) + "\n" for q in questions))
    (data / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\ta3\t1\n")
    return collect(data, 6, tmp_path / "work", Settings(), encoder)


def test_the_answers_article_is_among_about_so_many_passages(collection: Collection) -> None:
    (question,) = collection.dataset.questions
    assert question.gold == {"a3": 1}
    assert "a3" in collection.texts
    assert 5 <= collection.count <= 9


def test_passages_are_those_of_the_archive_with_their_title(collection: Collection) -> None:
    lines = collection.passages.read_text().splitlines()
    passages = [json.loads(line) for line in lines]
    assert len(passages) == collection.count
    for passage in passages:
        (quote,) = read_ids([passage["id"]])
        text = collection.texts[quote.article][quote.span.start : quote.span.end]
        assert passage["text"] == f"Harbour {quote.article[1]}\n{text}"


@pytest.fixture
def quality(collection: Collection, encoder: Encoder) -> Quality:
    """The measures of a ranking of passages for the one question."""
    return lambda *ids: measure_quality(collection, [ids], Settings(), encoder)


@pytest.fixture
def right(collection: Collection) -> str:
    """The passage that holds the answer."""
    lines = map(json.loads, collection.passages.read_text().splitlines())
    return next(line["id"] for line in lines if "number 3." in line["text"])


def test_the_right_passage_first_is_all_that_can_be_had(quality: Quality, right: str) -> None:
    assert quality(right, "a1:0-20") == {"nDCG@10": 1.0, "first": 1.0, "first three": 1.0}


def test_a_second_place_counts_less_and_not_as_first(quality: Quality, right: str) -> None:
    found = quality("a1:0-9", right)
    assert found["nDCG@10"] == pytest.approx(1 / log2(3))
    assert (found["first"], found["first three"]) == (0.0, 1.0)


def test_an_article_that_says_the_same_ranks_but_is_no_passage(quality: Quality) -> None:
    (quote,) = read_ids(["a1:0-9", "a3:also"])
    assert (quote.article, quote.also_in) == ("a1", ("a3",))
    found = quality("a1:0-9", "a3:also")
    assert found["nDCG@10"] == pytest.approx(1 / log2(3))
    assert found["first three"] == 0.0


def test_what_finds_nothing_counts_zero(quality: Quality) -> None:
    assert quality() == {"nDCG@10": 0.0, "first": 0.0, "first three": 0.0}
