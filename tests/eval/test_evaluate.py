"""From a data set to its figures, over the project's own questions and pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ir_measures
import pytest

from onrecord.eval import figures
from onrecord.eval.datasets import UnreadableDataset, load
from onrecord.eval.run import Target, evaluate, rank_by, read_run
from onrecord.index.ranking import Ranking

RANKING = Ranking(dense_weight=0.4, evidence_weight=0.35, depth=70)


@pytest.mark.parametrize(
    ("retriever", "ranking"),
    [
        ("full", RANKING),
        ("hybrid", Ranking(dense_weight=0.4, evidence_weight=0.0, depth=70, time_weight=0.0)),
        ("dense", Ranking(dense_weight=1.0, evidence_weight=0.0, depth=70, time_weight=0.0)),
        ("words", Ranking(dense_weight=0.0, evidence_weight=0.0, depth=70, time_weight=0.0)),
    ],
)
def test_a_retriever_leaves_parts_of_the_ranking_out(retriever: Any, ranking: Ranking) -> None:
    assert rank_by(RANKING, retriever) == ranking


def test_a_run_leaves_its_files(measured: Any) -> None:
    assert sorted(file.name for file in measured.folder.iterdir()) == [
        "answers.jsonl",
        "articles.qrels",
        "articles.run",
        "cases.jsonl",
        "figures.json",
        "latency.jsonl",
        "passages.qrels",
        "passages.run",
    ]


def test_every_quote_is_verbatim_and_every_fact_is_right(measured: Any) -> None:
    found, cases = figures.read(measured.folder)
    assert found == measured.figures
    for name in ("quotes/verbatim", "quotes/date", "quotes/attribution"):
        assert {case["values"].get(name, 1.0) for case in cases} == {1.0}, name
        assert found["measures"][name]["value"] == 1.0
    assert found["measures"]["quotes/verbatim"]["questions"] > 100


def test_every_question_has_its_reply_case_and_count(measured: Any) -> None:
    asked = load("seeds").questions
    found, cases = figures.read(measured.folder)
    run = read_run(measured.folder)
    names = [question.id for question in asked]
    assert [case["id"] for case in cases] == names
    assert [reply.question for reply in run.replies] == names
    assert len(run.timings) == found["dataset"]["questions"] == len(asked)
    answerable = sum(question.answerable is True for question in asked)
    assert found["dataset"]["answerable"] == answerable
    assert found["measures"]["abstention/answered"]["questions"] == answerable


def test_a_run_says_what_was_measured_and_how(measured: Any) -> None:
    assert measured.figures["command"] == "onrecord"
    assert measured.figures["system"]["jobs"] == 1
    assert measured.figures["system"]["passage_tokens"] == 220
    assert measured.figures["system"]["ranking"]["dense_weight"] == 0.5


def test_the_run_for_trec_eval_holds_every_question_that_is_judged(measured: Any) -> None:
    docs = list(ir_measures.read_trec_run(str(measured.folder / "articles.run")))
    judged = {question.id for question in load("seeds").questions if question.relevant}
    assert {doc.query_id for doc in docs} == judged
    line = (measured.folder / "articles.run").read_text().splitlines()[0]
    assert line.endswith(" onrecord-full")


def test_running_twice_gives_the_same_files_but_for_the_latency(measured: Any) -> None:
    shipped = load("seeds")
    answerable = tuple(question for question in shipped.questions if question.answerable)
    dataset = replace(shipped, questions=answerable[:10])
    told: list[tuple[int, int]] = []
    one, two = measured.work / "one", measured.work / "two"
    for folder in (one, two):
        evaluate(dataset, Target(measured.work), folder, 1, "again", None, tell(told))
    assert told == [(done, 10) for done in range(1, 11)] * 2
    names = sorted(file.name for file in one.iterdir())
    assert sorted(file.name for file in two.iterdir()) == names
    for name in set(names) - {"latency.jsonl", "figures.json"}:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name
    kept = [json.loads((folder / "figures.json").read_text("utf-8")) for folder in (one, two)]
    assert all(found.pop("latency") for found in kept)
    assert kept[0] == kept[1]
    (archive,) = (measured.work / "archives").iterdir()  # built once
    assert archive.name.startswith("seeds-")


def tell(told: list[tuple[int, int]]) -> Callable[[int, int], None]:
    return lambda done, of: told.append((done, of))


def test_questions_without_pages_are_told_what_they_need(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text('{"question": "Which crane?", "answers": ["eastern"]}\n', encoding="utf-8")
    said = "mine has no articles of its own: give --pages, --archive or --url"
    with pytest.raises(UnreadableDataset, match=said):
        evaluate(load(str(file)), Target(tmp_path), tmp_path / "run", 1, "onrecord")


def test_questions_are_asked_of_the_pages_that_are_given(tmp_path: Path) -> None:
    page = tmp_path / "ferry.md"
    page.write_text(
        "---\ntitle: Night ferry stops\npublished: 2024-03-04\n---\n\n"
        "The night ferry between Varnholm and Lys sails no more. It lost 2.5 million crowns.\n",
        encoding="utf-8",
    )
    file = tmp_path / "mine.jsonl"
    asked = [
        {"question": "What did the night ferry lose?", "article": "ferry.md", "answers": ["2.5"]},
        {"question": "Which ferry stopped?", "article": "Night ferry stops", "answers": ["night"]},
    ]
    file.write_text("".join(json.dumps(one) + "\n" for one in asked), encoding="utf-8")
    target = Target(tmp_path / "work", pages=(page,))
    found = evaluate(load(str(file)), target, tmp_path / "run", 1, "onrecord")
    assert found["measures"]["quotes/answer@1"]["value"] == 1.0
    assert found["measures"]["articles/RR"]["value"] == 1.0


def test_an_article_that_is_not_in_the_archive_is_named(tmp_path: Path, measured: Any) -> None:
    file = tmp_path / "mine.jsonl"
    asked = {"id": "a", "question": "Which crane?", "article": "crane.md"}
    file.write_text(json.dumps(asked) + "\n", encoding="utf-8")
    (archive,) = (measured.work / "archives").iterdir()
    target = Target(tmp_path, archive=archive)
    with pytest.raises(UnreadableDataset, match=r"question a: no article goes by 'crane\.md'"):
        evaluate(load(str(file)), target, tmp_path / "run", 1, "onrecord")
