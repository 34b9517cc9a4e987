"""The same passages for all systems, and how good what they find is, on known rankings."""

from __future__ import annotations

import json
from math import log2
from pathlib import Path

import pytest

from onrecord.eval.lab.peers.collection import (
    Collection,
    JudgedQuestion,
    collect,
    measure_quality,
    rank_articles,
)
from onrecord.index.encoder import Encoder
from onrecord.service.settings import Settings

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
    (question,) = collection.questions
    assert question.articles == {"a3": 1}
    assert 5 <= collection.count <= 9
    (right,) = question.passages
    assert right.startswith("a3:")


def test_passages_are_those_of_the_archive_with_their_title(collection: Collection) -> None:
    lines = collection.passages.read_text().splitlines()
    passages = [json.loads(line) for line in lines]
    assert len(passages) == collection.count
    assert all(p["text"] == f"Harbour {p['id'][1]}\n{p['body']}" for p in passages)


FERRY = JudgedQuestion("When was the ferry late?", {"a1": 1}, frozenset({"a1:0-20"}))
RAIN = JudgedQuestion("Where did it rain?", {"a2": 1}, frozenset({"a2:0-20"}))
UNQUOTED = JudgedQuestion("What stays open?", {"a1": 1}, frozenset())


def test_the_right_passage_first_is_all_that_can_be_had() -> None:
    found = measure_quality([FERRY, RAIN], [["a1:0-20", "a2:0-20"], ["a2:0-20"]])
    assert found == {"nDCG@10": 1.0, "first": 1.0, "first three": 1.0}


def test_a_second_place_counts_less_and_not_as_first() -> None:
    found = measure_quality([FERRY, RAIN], [["a3:0-9", "a1:0-20"], ["a2:0-20"]])
    assert found["nDCG@10"] == pytest.approx((1 / log2(3) + 1) / 2)
    assert (found["first"], found["first three"]) == (0.5, 1.0)


def test_questions_whose_answer_no_passage_holds_are_not_asked_for_one() -> None:
    found = measure_quality([FERRY, UNQUOTED], [["a1:0-20"], ["a2:0-20"]])
    assert (found["first"], found["nDCG@10"]) == (1.0, 0.5)


def test_an_article_that_says_the_same_ranks_but_is_no_passage() -> None:
    assert rank_articles(["a3:0-9", "a1:also", "a3:9-18"]) == ["a3", "a1"]
    found = measure_quality([FERRY], [["a3:0-9", "a1:also", "a3:9-18", "a1:0-20"]])
    assert found["nDCG@10"] == pytest.approx(1 / log2(3))
    assert found["first three"] == 1.0
