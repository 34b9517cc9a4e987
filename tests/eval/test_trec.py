"""The files that trec_eval reads, line by line, and what three evaluators make of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import log2
from pathlib import Path
from typing import Any

import ir_measures
import pytest
import pytrec_eval
import ranx

from onrecord.eval.judge import Case
from onrecord.eval.measures.rankings import measure, write_trec

MakeCase = Callable[..., Case]


@pytest.fixture
def cases(judged: MakeCase) -> list[Case]:
    return [
        judged(
            "q1",
            gold={"ferry": 2, "crane": 0},
            articles=["museum", "ferry", "crane"],
            passages=["ferry:9-20"],
            gold_passages={"ferry:0-9": 2, "ferry:9-20": 2},
        ),
        judged("q2", gold={"crane": 1}, articles=["crane"]),
        judged("q3", gold={"crane": 1}, articles=[]),
        judged("q4", answerable=False, articles=["ferry"]),
    ]


def test_each_line_is_what_trec_eval_takes(tmp_path: Path, cases: list[Case]) -> None:
    write_trec(tmp_path, cases, "onrecord-full")
    assert (tmp_path / "articles.run").read_text() == (
        "q1 Q0 museum 1 3.0 onrecord-full\n"
        "q1 Q0 ferry 2 2.0 onrecord-full\n"
        "q1 Q0 crane 3 1.0 onrecord-full\n"
        "q2 Q0 crane 1 1.0 onrecord-full\n"
        "q3 Q0 nothing-found 1 1.0 onrecord-full\n"
    )
    assert (tmp_path / "articles.qrels").read_text() == (
        "q1 0 ferry 2\nq1 0 crane 0\nq2 0 crane 1\nq3 0 crane 1\n"
    )
    assert (tmp_path / "passages.run").read_text() == "q1 Q0 ferry:9-20 1 1.0 onrecord-full\n"
    assert (tmp_path / "passages.qrels").read_text() == "q1 0 ferry:0-9 2\nq1 0 ferry:9-20 2\n"


def test_a_tag_loses_its_blanks(tmp_path: Path, cases: list[Case]) -> None:
    write_trec(tmp_path, cases[1:2], " my  own\tservice ")
    assert (tmp_path / "articles.run").read_text() == "q2 Q0 crane 1 1.0 my-own-service\n"


def test_a_part_that_nobody_judged_is_left_out(tmp_path: Path, cases: list[Case]) -> None:
    write_trec(tmp_path, cases[1:2], "tag")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["articles.qrels", "articles.run"]


@pytest.fixture
def files(tmp_path: Path, judged: MakeCase) -> tuple[Path, Path, dict[str, dict[str, float]]]:
    """Judgements and a run of twelve documents a question, some of them twice; our own figures."""
    names = [f"d{number}" for number in range(12)]
    repeated = judged(
        "q1",
        gold={"d1": 2, "d5": 1, "d11": 1, "d3": 0},
        articles=["d0", "d1", "d1", "d0", *names, "d5"],
    )
    reversed_order = judged("q2", gold={"d2": 1, "d9": 2}, articles=names[::-1])
    nothing = judged("q3", gold={"d4": 1}, articles=[])
    unjudged = judged("q4", answerable=False, articles=names)
    cases = [repeated, reversed_order, nothing, unjudged]
    write_trec(tmp_path, cases, "tag")
    return tmp_path / "articles.qrels", tmp_path / "articles.run", measure(cases)


def test_scores_fall_strictly_and_no_document_stands_twice(files: Any) -> None:
    rows = [line.split() for line in files[1].read_text().splitlines()]
    for question in ("q1", "q2", "q3"):
        scores = [float(row[4]) for row in rows if row[0] == question]
        names = [row[2] for row in rows if row[0] == question]
        assert all(one > other for one, other in pairwise(scores))
        assert len(names) == len(set(names)) > 0


@pytest.mark.slow  # ranx compiles its measures, about fifteen seconds
@pytest.mark.filterwarnings("ignore:unsafe cast")
def test_trec_eval_ir_measures_and_ranx_agree_with_our_own_figures(files: Any) -> None:
    """Each reads the files itself; the dictionaries name our measures in the words of each."""
    qrels, run, own = files
    with qrels.open() as judgements, run.open() as lines:
        trec_names = {"nDCG@10": "ndcg_cut_10", "AP": "map", "RR": "recip_rank", "R@5": "recall_5",
                      "P@5": "P_5", "Success@5": "success_5"}  # fmt: skip
        evaluator = pytrec_eval.RelevanceEvaluator(
            pytrec_eval.parse_qrel(judgements), pytrec_eval.supported_measures
        )
        by_trec = evaluator.evaluate(pytrec_eval.parse_run(lines))
    by_measures = ir_measures.calc(
        [ir_measures.parse_measure(name) for name in trec_names],
        list(ir_measures.read_trec_qrels(str(qrels))),
        list(ir_measures.read_trec_run(str(run))),
    ).per_query
    ranx_names = {"nDCG@10": "ndcg@10", "AP": "map", "RR": "mrr", "R@5": "recall@5",
                  "P@5": "precision@5", "Success@5": "hit_rate@5"}  # fmt: skip
    by_ranx = ranx.Run.from_file(str(run), kind="trec")
    ranx.evaluate(ranx.Qrels.from_file(str(qrels), kind="trec"), by_ranx, [*ranx_names.values()])
    read = {(one.query_id, str(one.measure)): one.value for one in by_measures}
    for name in trec_names:
        ours = own[f"articles/{name}"]
        assert list(ours) == ["q1", "q2", "q3"]
        for question, value in ours.items():
            assert by_trec[question][trec_names[name]] == pytest.approx(value, abs=1e-9)
            assert read[question, name] == pytest.approx(value, abs=1e-9)
            assert by_ranx.scores[ranx_names[name]][question] == pytest.approx(value, abs=1e-9)


def test_the_figures_are_those_by_hand(files: Any) -> None:
    own = files[2]
    # q1 ranks d0, d1, d2, …: grade 2 in place 2, grade 1 in places 6 and 12.
    ideal = 2 + 1 / log2(3) + 1 / log2(4)
    gained = 2 / log2(3) + 1 / log2(7)
    assert own["articles/nDCG@10"]["q1"] == pytest.approx(gained / ideal)
    assert own["articles/AP"]["q1"] == pytest.approx((1 / 2 + 2 / 6 + 3 / 12) / 3)
    assert own["articles/R@5"] == {"q1": pytest.approx(1 / 3), "q2": 0.5, "q3": 0.0}
