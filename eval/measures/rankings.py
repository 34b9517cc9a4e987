"""How well articles and passages are ranked, by ir-measures.

Source: MacAvaney, Macdonald and Ounis 2022, "Streamlining Evaluation with ir-measures".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import ir_measures
from ir_measures import AP, RR, P, R, ScoredDoc, Success, nDCG

from onrecord.eval.judge import Case

MEASURES = (nDCG @ 10, AP, RR, R @ 5, R @ 10, P @ 1, P @ 5, Success @ 1, Success @ 3, Success @ 5)

Ranking = tuple[str, Sequence[str], Mapping[str, int]]


def measure(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Values by measure and question, for the questions that have something relevant to find."""
    articles = [(case.question.id, case.articles, case.question.gold) for case in cases]
    passages = [(case.question.id, case.passages, case.gold_passages) for case in cases]
    return {**_measure("articles", articles), **_measure("passages", passages)}


def scored(question: str, ranked: Sequence[str]) -> Iterator[ScoredDoc]:
    """A ranking as trec_eval takes one: it reads nothing but the scores, so they fall by rank."""
    for place, name in enumerate(ranked):
        yield ScoredDoc(question, name, float(len(ranked) - place))


def _measure(part: str, rankings: Sequence[Ranking]) -> dict[str, dict[str, float]]:
    judged = [ranking for ranking in rankings if any(grade > 0 for grade in ranking[2].values())]
    if not judged:
        return {}
    qrels = [
        ir_measures.Qrel(question, name, grade)
        for question, _, gold in judged
        for name, grade in gold.items()
    ]
    run = [doc for question, ranked, _ in judged for doc in scored(question, ranked)]
    values: dict[str, dict[str, float]] = {f"{part}/{measure}": {} for measure in MEASURES}
    for metric in ir_measures.iter_calc(MEASURES, qrels, run):
        values[f"{part}/{metric.measure}"][metric.query_id] = float(metric.value)
    return {name: dict(sorted(found.items())) for name, found in values.items()}
