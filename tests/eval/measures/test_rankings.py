"""Rankings against trec_eval's own figures and against a sum by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from math import log2

import pytest
import pytrec_eval

from onrecord.eval.judge import Case
from onrecord.eval.measures.rankings import measure

MakeCase = Callable[..., Case]
SAME = {
    "nDCG@10": "ndcg_cut_10",
    "AP": "map",
    "RR": "recip_rank",
    "R@5": "recall_5",
    "R@10": "recall_10",
    "P@1": "P_1",
    "P@5": "P_5",
    "Success@1": "success_1",
    "Success@3": "success_3",
    "Success@5": "success_5",
}


@pytest.fixture(scope="module")
def cases(judged: MakeCase) -> list[Case]:
    """Forty questions with graded judgements and rankings of up to thirty articles."""
    drawn = random.Random(7)
    articles = [f"d{number}" for number in range(60)]
    made = []
    for number in range(40):
        gold = {name: drawn.choice((0, 1, 1, 2, 3)) for name in drawn.sample(articles, 12)}
        ranked = drawn.sample(articles, drawn.randint(1, 30))
        made.append(judged(f"q{number:02}", gold={**gold, "d0": 1}, articles=ranked))
    return made


@pytest.mark.parametrize(("ours", "theirs"), SAME.items())
def test_values_are_those_of_trec_eval(ours: str, theirs: str, cases: list[Case]) -> None:
    qrels = {case.question.id: dict(case.question.gold) for case in cases}
    run = {
        case.question.id: {name: -float(place) for place, name in enumerate(case.articles)}
        for case in cases
    }
    wanted = {"ndcg_cut.10", "map", "recip_rank", "recall.5,10", "P.1,5", "success.1,3,5"}
    found = pytrec_eval.RelevanceEvaluator(qrels, wanted).evaluate(run)
    values = measure(cases)[f"articles/{ours}"]
    assert list(values) == [case.question.id for case in cases]
    assert values == {name: pytest.approx(found[name][theirs], abs=1e-6) for name in values}
    assert 0 < sum(values.values()) < len(values)


def test_ndcg_of_three_articles_is_the_sum_by_hand(judged: MakeCase) -> None:
    case = judged(gold={"a": 2, "b": 1, "c": 0}, articles=["c", "a", "b"])
    values = measure([case])
    gained, ideal = 2 / log2(3) + 1 / log2(4), 2 / log2(2) + 1 / log2(3)
    assert values["articles/nDCG@10"] == {"q1": pytest.approx(gained / ideal)}
    assert values["articles/nDCG@10"] == {"q1": pytest.approx(0.669672, abs=1e-6)}
    assert values["articles/AP"] == {"q1": pytest.approx((1 / 2 + 2 / 3) / 2)}
    assert values["articles/RR"] == {"q1": 0.5}
    assert values["articles/P@5"] == {"q1": 0.4}
    assert values["articles/R@5"] == {"q1": 1.0}
    assert values["articles/Success@1"] == {"q1": 0.0}
    assert values["articles/Success@3"] == {"q1": 1.0}


def test_a_question_with_nothing_found_counts_zero(judged: MakeCase) -> None:
    found = judged("q1", gold={"a": 1}, articles=["a"])
    nothing = judged("q2", gold={"a": 1}, articles=[])
    for name, values in measure([found, nothing]).items():
        assert values["q2"] == 0.0, name
    assert measure([found, nothing])["articles/nDCG@10"] == {"q1": 1.0, "q2": 0.0}
    assert measure([nothing])["articles/nDCG@10"] == {"q2": 0.0}


def test_a_question_without_anything_relevant_is_left_out(judged: MakeCase) -> None:
    cases = [
        judged("q1", gold={"a": 1}, articles=["a"]),
        judged("q2", gold={"a": 0}, articles=["a"]),
        judged("q3", answerable=False, articles=["a"]),
    ]
    assert measure(cases)["articles/AP"] == {"q1": 1.0}
    assert measure(cases[1:]) == {}


def test_passages_are_measured_by_their_own_gold(judged: MakeCase) -> None:
    case = judged(
        gold={"a": 1},
        articles=["a"],
        passages=["a:0-9", "a:9-20"],
        gold_passages={"a:9-20": 1},
    )
    values = measure([case])
    assert values["articles/RR"] == {"q1": 1.0}
    assert values["passages/RR"] == {"q1": 0.5}
