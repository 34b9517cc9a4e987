"""The same passages for all systems."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onrecord.eval.lab.peers.collect import PASSAGES, Collection, collect, read_questions
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
    return collect(data, 6, 1, tmp_path / "work", Settings(), encoder)


def test_the_answers_article_is_among_about_so_many_passages(collection: Collection) -> None:
    (question,) = collection.questions
    assert question.articles == {"a3": 1}
    assert 5 <= collection.passages <= 9
    (right,) = question.passages
    assert right.startswith("a3:")


def test_passages_are_those_of_the_archive_with_their_title(collection: Collection) -> None:
    lines = (collection.folder / PASSAGES).read_text().splitlines()
    passages = [json.loads(line) for line in lines]
    assert len(passages) == collection.passages
    assert all(p["text"] == f"Harbour {p['id'][1]}\n{p['body']}" for p in passages)
    few = [json.loads(line)["id"] for line in collection.few.read_text().splitlines()]
    assert {name[:2] for name in few} == {min(p["id"][:2] for p in passages)}


def test_questions_for_load_are_all_different(collection: Collection, tmp_path: Path) -> None:
    asked = read_questions(tmp_path, ["harbour", "harbour"])
    assert sorted(asked) == ["Which one is it?", "Who wins?"]
