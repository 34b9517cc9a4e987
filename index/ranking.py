"""Rank an archive's passages for a question.

Dense search and word search bring candidates, and a convex combination of their scores fuses them.
Near-duplicates are grouped under the earliest article. The best groups are ordered again by their
best sentence and by the time that they are about. A reranker, if there is one, reads the first few.
Source: Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from onrecord.index.duplicates import group
from onrecord.index.evidence import read_kind, score_sentences
from onrecord.index.question import AnalysedQuestion
from onrecord.index.reranker import Reranker, RerankerScore
from onrecord.index.store import IndexedPassage, Key, Snapshot
from onrecord.index.times.periods import AskedTime, fit_time
from onrecord.index.types import Filter, Passage

Scores = NDArray[np.float64]
# A passage whose best sentence scores lower than the best passage's less this says something else,
# however new it is.
NEWEST_MARGIN = 0.1
NEWEST_WINDOWS = (7, 30, 90, 365)  # days that are searched for what is latest
NEWEST_DAYS = 2  # after which a third is left of what the newest gains


@dataclass(frozen=True, slots=True)
class Ranking:
    """The weights and depths of the ranking; docs/sweep.md has what others gave.

    `depth` passages come from each search, in which terms that more than `common_share` of open
    texts hold take no part. `dense_weight` is the vectors' share in the fused score. `reranked`
    passages are scored by sentence: the best sentence has the share `evidence_weight`, and in it
    the question's terms count `coverage_weight` times as much as the cosine, and an answer of the
    kind asked for adds `kind_weight`. The reranker reads `reranker_depth` passages, and its
    probability has the share `reranker_weight`. If a question asks about a time, fitting it counts
    `time_weight` times as much as everything else.
    """

    dense_weight: float = 0.5
    evidence_weight: float = 0.25
    depth: int = 50
    reranked: int = 50  # as many quotes as a question may ask for, so that `top_k` changes no order
    coverage_weight: float = 0.8
    kind_weight: float = 0.2
    common_share: float = 0.08
    time_weight: float = 0.6
    reranker_depth: int = 6  # about 50 ms on two cores
    reranker_weight: float = 0.3

    def __post_init__(self) -> None:
        for name in ("dense_weight", "evidence_weight", "common_share", "reranker_weight"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"expected {name} in [0, 1], got {getattr(self, name)}")
        for name in ("coverage_weight", "kind_weight", "time_weight"):
            if getattr(self, name) < 0.0:
                raise ValueError(f"expected {name} of at least 0, got {getattr(self, name)}")
        for name in ("depth", "reranked", "reranker_depth"):
            if getattr(self, name) < 1:
                raise ValueError(f"expected {name} of at least 1, got {getattr(self, name)}")

    def describe(self, reranker: Reranker | None) -> str:
        """The reranker with its depth and weight, in words; `none` if there is none."""
        if reranker is None:
            return "none"
        depth, weight = self.reranker_depth, self.reranker_weight
        return f"{reranker.identity}, {depth} passages, weight {weight}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, its score from 0 to 1, and its evidence.

    `ranks` are the passage's ranks, from 1, in dense and in word search among all candidates;
    `words` is None if it contains none of the question's terms. `duplicates` are passages of other
    articles that say the same. `sentence_scores` has shape (sentences,). `reranker_score` is
    None if the reranker did not read the passage.
    """

    indexed: IndexedPassage
    score: float
    ranks: dict[str, int | None]
    duplicates: tuple[Passage, ...]
    sentence_scores: NDArray[np.float32]
    reranker_score: RerankerScore | None = None

    @property
    def passage(self) -> Passage:
        """The passage itself."""
        return self.indexed.passage

    @property
    def evidence(self) -> NDArray[np.float32]:
        """The score of each sentence as evidence, shape (sentences,), the reranker's included."""
        if self.reranker_score is None or self.reranker_score.evidence is None:
            return self.sentence_scores
        return self.sentence_scores + self.reranker_score.evidence


def retrieve(
    snapshot: Snapshot,
    question: AnalysedQuestion,
    where: Filter,
    ranking: Ranking,
    limit: int,
    reranker: Reranker | None = None,
) -> list[Hit]:
    """The best `limit` hits, best first, ties by passage id.

    A hit is the passage of the earliest article among its near-duplicates, with the score of the
    best of them.
    """
    newest = _newest_days(snapshot, where) if question.time.latest else []
    found = _search(snapshot, question, [where, *newest], ranking, limit)
    groups = _group_duplicates(found, max(ranking.reranked, limit))
    passages = [found.passages[members[0]] for members in groups]
    sentences = score_sentences(
        passages,
        question.vector,
        question.terms,
        ranking.coverage_weight,
        read_kind(question.text),
        ranking.kind_weight,
    )
    untimed = _score_groups(found.fused, groups, sentences, ranking.evidence_weight)

    def timed(scores: Scores) -> Scores:
        return weigh_times(scores, passages, sentences, question.time, ranking.time_weight)

    scores = timed(untimed)
    reranked: dict[int, RerankerScore] = {}
    if reranker is not None:
        first = _order(scores)[: ranking.reranker_depth]
        reranked = _rerank(snapshot, question.text, reranker, first, passages)
        untimed = weigh_reranker(untimed, reranked, ranking.reranker_weight)
        scores = timed(untimed)
    dense_ranks, word_ranks = _ranks(found.dense), _ranks(found.bm25)
    return [
        Hit(
            passages[at],
            round(float(scores[at]), 6),
            {"dense": dense_ranks[groups[at][0]], "words": word_ranks[groups[at][0]]},
            tuple(found.passages[other].passage for other in groups[at][1:]),
            sentences[at],
            reranked.get(at),
        )
        for at in _order(scores)[:limit]
    ]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The passages of both searches, by passage id, so that a stable sort breaks ties by it.

    `dense` and `bm25` are the scores in each search, `fused` those of both, all of shape
    (passages,); `bm25` is NaN for a passage without any of the terms.
    """

    passages: Sequence[IndexedPassage]
    dense: Scores
    bm25: Scores
    fused: Scores


def _search(
    snapshot: Snapshot,
    question: AnalysedQuestion,
    wheres: Sequence[Filter],
    ranking: Ranking,
    limit: int,
) -> _Candidates:
    """The candidates that pass one of the filters."""
    depth, vector = max(ranking.depth, limit), question.vector
    matching: dict[Key, float] = {}
    nearest: dict[Key, float] = {}
    for where in wheres:
        matching |= snapshot.matching(question.searched(ranking.common_share), depth, where)
        nearest |= snapshot.nearest(vector, depth, where)
    found = snapshot.passages([*(nearest.keys() | matching.keys())])
    by_id = sorted(found.items(), key=lambda pair: pair[1].passage.id)
    passages = [passage for _, passage in by_id]
    rows = np.concatenate([np.empty(0, np.float32), *(passage.vector for passage in passages)])
    cosines = np.vecdot(rows.reshape(len(passages), vector.size), vector)
    dense = cosines.astype(np.float64).round(6)
    bm25 = np.array([matching.get(key, np.nan) for key, _ in by_id]).round(5)
    return _Candidates(passages, dense, bm25, fuse(dense, bm25, ranking.dense_weight))


def _newest_days(snapshot: Snapshot, where: Filter) -> list[Filter]:
    """The filter for the last days of what passes it, as far as it is dated."""
    newest = next(iter(snapshot.articles(where, None, 1).articles), None)
    last = newest.published.last if newest else None
    if last is None:
        return []
    first = where.published_from or date.min
    begins = [last - timedelta(days) for days in NEWEST_WINDOWS]
    return [replace(where, published_from=max(day, first)) for day in begins]


def fuse(dense: Scores, bm25: Scores, dense_weight: float) -> Scores:
    """A convex combination of the min-max scaled scores, in [0, 1], shape (passages,).

    A passage that one search lacks is NaN there, and counts as that search's lowest.
    """
    by_vector, by_word = scale(dense), scale(bm25)
    by_vector[np.isnan(by_vector)] = by_word[np.isnan(by_word)] = 0.0
    fused: Scores = dense_weight * by_vector + (1 - dense_weight) * by_word
    return fused


def scale(scores: Scores) -> Scores:
    """Scores min-max scaled to [0, 1]; equal ones all become 1, and NaN stays."""
    low, high = np.fmin.reduce(scores, initial=np.nan), np.fmax.reduce(scores, initial=np.nan)
    scaled: Scores = (scores - low) / (high - low) if high != low else scores - low + 1.0
    return scaled


def _group_duplicates(found: _Candidates, most: int) -> list[list[int]]:
    """The best `most` groups of near-duplicates, as positions of candidates, sorted by leader."""
    order = _order(found.fused)
    ordered = [found.passages[at] for at in order]
    alike = group([one.passage.text for one in ordered], [one.term_ids.shingles for one in ordered])
    best = [[order[at] for at in members] for members in alike[:most]]
    return sorted(_led_by_earliest(members, found.passages) for members in best)


def _led_by_earliest(members: list[int], passages: Sequence[IndexedPassage]) -> list[int]:
    """The members, the one whose article was published first in front; undated ones are last."""
    if len(members) == 1:
        return members

    def published(at: int) -> tuple[bool, int]:
        days = passages[at].published
        return days is None, days[0].toordinal() if days else 0

    leader = min(members, key=published)
    return [leader, *(at for at in members if at != leader)]


def _score_groups(
    fused: Scores,
    groups: Sequence[Sequence[int]],
    sentences: Sequence[NDArray[np.float32]],
    evidence_weight: float,
) -> Scores:
    """The score of each group by its best passage and its leader's best sentence."""
    each = fused.tolist()
    by_passage = np.array([max([each[at] for at in members]) for members in groups])
    by_sentence = np.array([max(scores.tolist(), default=-1.0) for scores in sentences])
    return (1 - evidence_weight) * by_passage + evidence_weight * scale(by_sentence)


def weigh_times(
    scores: Scores,
    passages: Sequence[IndexedPassage],
    sentences: Sequence[NDArray[np.float32]],
    asked: AskedTime,
    time_weight: float,
) -> Scores:
    """The scores with the fit to the time asked about; unchanged if none is.

    What is latest is the newest of the passages that say it about as well as the best one: it gains
    all of the weight, an older one less with every day between them.
    """
    if asked:
        fits = np.array([fit_time(asked, one.periods, one.published) for one in passages])
        scores = (scores + time_weight * fits.round(6)) / (1 + time_weight)
    if asked.latest and passages:
        best = np.array([max(each.tolist(), default=-1.0) for each in sentences])
        days = np.array([one.published[0].toordinal() if one.published else 0 for one in passages])
        rivals = (best >= best[scores.argmax()] - NEWEST_MARGIN) & (days > 0)
        age = days.max(where=rivals, initial=0) - days
        fits = np.where(rivals, np.exp(-age.clip(0) / NEWEST_DAYS), 0.0)
        scores = (scores + time_weight * fits) / (1 + time_weight)
    return scores


def _rerank(
    snapshot: Snapshot,
    question: str,
    reranker: Reranker,
    positions: Sequence[int],
    passages: Sequence[IndexedPassage],
) -> dict[int, RerankerScore]:
    """The reranker's scores of the passages at these positions, under their articles' titles."""
    chosen = [passages[at].passage for at in positions]
    articles = [snapshot.article(passage.article_id) for passage in chosen]
    titles = [article.title if article else "" for article in articles]
    scores = reranker.score(question, list(zip(titles, chosen, strict=True)))
    return dict(zip(positions, scores, strict=True))


def weigh_reranker(
    scores: Scores, reranked: Mapping[int, RerankerScore], reranker_weight: float
) -> Scores:
    """The scores with the reranker's probabilities; an unread passage has the lowest of them."""
    if not reranked:
        return scores
    probabilities = {at: 1 / (1 + np.exp(-score.log_odds)) for at, score in reranked.items()}
    lowest = min(probabilities.values())
    return (1 - reranker_weight) * scores + reranker_weight * np.array(
        [probabilities.get(at, lowest) for at in range(scores.size)]
    )


def _order(scores: Scores) -> list[int]:
    """Positions by falling score, those without one last."""
    order: list[int] = (-scores.round(6)).argsort(kind="stable").tolist()
    return order


def _ranks(scores: Scores) -> list[int | None]:
    """The rank of each position, from 1; None for those without a score."""
    ranks: list[int | None] = [None] * scores.size
    for rank, at in enumerate(_order(scores)[: np.count_nonzero(~np.isnan(scores))], start=1):
        ranks[at] = rank
    return ranks
