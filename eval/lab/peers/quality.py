"""How good what the systems find is, so that no speed is bought with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

import ir_measures
from ir_measures import nDCG

from onrecord.eval.lab.peers.collect import Judged
from onrecord.eval.measures.rankings import scored

NDCG = nDCG @ 10
ALSO = ":also"  # behind an article's id: it says the same as the passage before


def judge(questions: Sequence[Judged], found: Sequence[Sequence[str]]) -> dict[str, float]:
    """nDCG@10 over articles; how often a passage with the answer comes first, or in three.

    Only questions that have such a passage count for the latter.
    """
    ranked = [rank_articles(ids) for ids in found]
    pairs = list(zip(questions, found, strict=True))
    answerable = [(q.passages, _passages(ids)) for q, ids in pairs if q.passages]
    return {
        "questions": len(questions),
        "nDCG@10": _ndcg([question.articles for question in questions], ranked),
        "first": fmean(bool(gold & {*ids[:1]}) for gold, ids in answerable),
        "first three": fmean(bool(gold & {*ids[:3]}) for gold, ids in answerable),
    }


def rank_articles(ids: Sequence[str]) -> list[str]:
    """The articles of passages, each where it comes first."""
    return [*dict.fromkeys(name.rpartition(":")[0] for name in ids)]


def _passages(ids: Sequence[str]) -> list[str]:
    return [name for name in ids if not name.endswith(ALSO)]


def _ndcg(gold: Sequence[Mapping[str, int]], ranked: Sequence[Sequence[str]]) -> float:
    qrels = [
        ir_measures.Qrel(str(at), name, grade)
        for at, grades in enumerate(gold)
        for name, grade in grades.items()
    ]
    run = [doc for at, names in enumerate(ranked) for doc in scored(str(at), names)]
    return float(ir_measures.calc_aggregate([NDCG], qrels, run)[NDCG])
