"""The files that trec_eval reads, line by line, and read back by ir_measures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ir_measures
import pytest
from ir_measures import nDCG

from onrecord.eval.judge import Case
from onrecord.eval.measures.rankings import measure
from onrecord.eval.trec import write_trec

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
        "q4 Q0 ferry 1 1.0 onrecord-full\n"
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


@pytest.mark.parametrize("part", ["articles", "passages"])
def test_ir_measures_reads_the_same_ndcg(tmp_path: Path, part: str, cases: list[Case]) -> None:
    write_trec(tmp_path, cases, "tag")
    qrels = list(ir_measures.read_trec_qrels(str(tmp_path / f"{part}.qrels")))
    run = list(ir_measures.read_trec_run(str(tmp_path / f"{part}.run")))
    read = {one.query_id: one.value for one in ir_measures.iter_calc([nDCG @ 10], qrels, run)}
    assert read == measure(cases)[f"{part}/nDCG@10"]


def test_the_ndcg_that_is_read_is_the_one_by_hand(tmp_path: Path, cases: list[Case]) -> None:
    write_trec(tmp_path, cases, "tag")
    qrels = ir_measures.read_trec_qrels(str(tmp_path / "articles.qrels"))
    run = ir_measures.read_trec_run(str(tmp_path / "articles.run"))
    read = {one.query_id: one.value for one in ir_measures.iter_calc([nDCG @ 10], qrels, run)}
    assert read == {"q1": pytest.approx(0.63093, abs=1e-5), "q2": 1.0, "q3": 0.0}  # 1 / log2(3)
