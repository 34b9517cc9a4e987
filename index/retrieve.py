"""Find the passages for a question.

Dense and word search bring candidates; their scores are fused; the best are put in order again by
their best sentence and by the time that they speak of; near-duplicates collapse under the earliest
article. A reranker reads the first few of these, and has its say in their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onrecord.index.duplicates import group
from onrecord.index.encoder import Vectors
from onrecord.index.evidence import AnswerKind, read_kind, score_sentences
from onrecord.index.fuse import Scores, fuse, scale
from onrecord.index.ranking import Ranking
from onrecord.index.reranker.reading import Reading, Reranker, Reranking
from onrecord.index.store import IndexedPassage, Snapshot
from onrecord.index.text import analyse, drop_stop_words, idf
from onrecord.index.times import ANY_TIME, AskedTime, fit_time
from onrecord.index.types import Filter, Hit

# What a sentence's share in a reading counts beside its score by similarity.
READING_WEIGHT = np.float32(1.0)


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with its evidence.

    `cosine` and `bm25` are the passage's own scores with the question; `sentence_scores`, shape
    (sentences,), says which of its sentences carry the evidence; `time_fit`, from 0 to 1, how well
    it fits the time that is asked about, None where none is; `reading` is the reranker's, None
    where it did not come that far.
    """

    hit: Hit
    entry: IndexedPassage
    cosine: float
    bm25: float
    sentence_scores: NDArray[np.float32]
    time_fit: float | None = None
    reading: Reading | None = None

    @property
    def evidence(self) -> NDArray[np.float32]:
        """How far each sentence is the evidence, shape (sentences,): the reading's word added."""
        if self.reading is None or self.reading.evidence is None:
            return self.sentence_scores
        return self.sentence_scores + READING_WEIGHT * self.reading.evidence


def retrieve(
    snapshot: Snapshot,
    question: str,
    vector: Vectors,
    where: Filter,
    ranking: Ranking,
    limit: int,
    asked: AskedTime = ANY_TIME,
    reranking: Reranking | None = None,
) -> Iterator[Found]:
    """The best `limit` hits, best first, ties by passage id, each made when it is asked for.

    `ranks` counts a passage's place with each retriever among all that were considered; `words` is
    None where none of the question's telling words stands in the passage. A hit is the passage of
    the earliest of its duplicates' articles, with the best one's score.
    """
    words = analyse(question)
    found = _search(snapshot, words, vector, where, ranking, limit)
    groups = _group(found, max(ranking.reranked, limit))
    firsts = [found.entries[group[0]] for group in groups]
    sentences = _score_sentences(firsts, vector, idf(words), read_kind(question), ranking)
    scores = _score(found.fused, groups, sentences, ranking.evidence_weight)
    fits = _fit_times(asked, firsts)
    final = weigh_times(scores, fits, ranking.time_weight)
    readings: dict[int, Reading] = {}
    if reranking is not None:
        first = _order(final)[: reranking.read]
        readings = _read(snapshot, question, reranking.reranker, first, firsts)
        read = weigh_readings(scores, readings, reranking.weight)
        final = weigh_times(read, fits, ranking.time_weight)
    ranks = {"dense": _places(found.dense), "words": _places(found.bm25)}
    return (
        Found(
            Hit(
                firsts[at].passage,
                round(float(final[at]), 6),
                {name: places[groups[at][0]] for name, places in ranks.items()},
                tuple(found.entries[other].passage for other in groups[at][1:]),
            ),
            firsts[at],
            float(found.dense[groups[at][0]]),
            float(np.nan_to_num(found.bm25[groups[at][0]])),
            sentences[at],
            fits[at] if fits else None,
            readings.get(at),
        )
        for at in _order(final)[:limit]
    )


@dataclass(frozen=True, slots=True)
class _Candidates:
    """What both searches bring, by passage id, so that a stable sort breaks ties by it.

    `dense` and `bm25` are the scores with either search, `fused` with both, each of shape
    (passages,); `bm25` is NaN where a passage has none of the words.
    """

    entries: Sequence[IndexedPassage]
    dense: Scores
    bm25: Scores
    fused: Scores


def _search(
    snapshot: Snapshot,
    words: Sequence[str],
    vector: Vectors,
    where: Filter,
    ranking: Ranking,
    limit: int,
) -> _Candidates:
    """The candidates of both searches, fused."""
    depth = max(ranking.depth, limit)
    matching = dict(snapshot.matching(drop_stop_words(words, ranking.common_share), depth, where))
    nearest = dict(snapshot.nearest(vector, depth, where))
    found = snapshot.entries([*(nearest.keys() | matching.keys())])
    by_id = sorted(found.items(), key=lambda pair: pair[1].id)
    entries = [entry for _, entry in by_id]
    rows = np.concatenate([np.empty(0, np.float32), *(entry.vector for entry in entries)])
    cosines = np.vecdot(rows.reshape(len(entries), vector.size), vector)
    dense = cosines.astype(np.float64).round(6)
    bm25 = np.array([matching.get(key, np.nan) for key, _ in by_id]).round(5)
    return _Candidates(entries, dense, bm25, fuse(dense, bm25, ranking.dense_weight))


def _group(found: _Candidates, most: int) -> list[list[int]]:
    """The best groups of near-duplicates, as places of candidates, the first one's rising."""
    order = _order(found.fused)
    alike = group([found.entries[place].term_ids.shingles for place in order])
    best = [[order[at] for at in members] for members in alike[:most]]
    return sorted(_led_by_earliest(members, found.entries) for members in best)


def _score_sentences(
    entries: Sequence[IndexedPassage],
    vector: Vectors,
    weights: Mapping[str, float],
    kind: AnswerKind | None,
    ranking: Ranking,
) -> list[NDArray[np.float32]]:
    """How far the sentences of each passage are evidence."""
    return score_sentences(
        entries, vector, weights, ranking.coverage_weight, kind, ranking.kind_weight
    )


def _score(
    fused: Scores,
    groups: Sequence[Sequence[int]],
    sentences: Sequence[NDArray[np.float32]],
    share: float,
) -> Scores:
    """What each group is worth before times and readings count: its best passage and sentence."""
    each = fused.tolist()
    fitting = np.array([max([each[place] for place in members]) for members in groups])
    best = np.array([max(scores.tolist(), default=-1.0) for scores in sentences])
    return (1 - share) * fitting + share * scale(best)


def weigh_times(scores: Scores, fits: Sequence[float], weight: float) -> Scores:
    """The scores with the fit to the time asked about counted in, where one is asked about."""
    return (scores + weight * np.array(fits)) / (1 + weight) if fits else scores


def weigh_readings(scores: Scores, readings: Mapping[int, Reading], weight: float) -> Scores:
    """The scores with the readings' probabilities as their share; one not read has the least."""
    if not readings:
        return scores
    sure = {at: 1 / (1 + np.exp(-reading.answers)) for at, reading in readings.items()}
    least = min(sure.values())
    return (1 - weight) * scores + weight * np.array(
        [sure.get(at, least) for at in range(scores.size)]
    )


def _read(
    snapshot: Snapshot,
    question: str,
    reranker: Reranker,
    places: Sequence[int],
    entries: Sequence[IndexedPassage],
) -> dict[int, Reading]:
    """The reranker's readings of these passages under their articles' titles."""
    passages = [entries[at].passage for at in places]
    articles = [snapshot.article(passage.article_id) for passage in passages]
    titles = [article.title if article else "" for article in articles]
    readings = reranker.read(question, list(zip(titles, passages, strict=True)))
    return dict(zip(places, readings, strict=True))


def _fit_times(asked: AskedTime, entries: Sequence[IndexedPassage]) -> list[float]:
    """How well each passage fits the time; nothing where no time is asked about."""
    if not asked:
        return []
    return [round(fit_time(asked, entry.periods, entry.published), 6) for entry in entries]


def _order(scores: Scores) -> list[int]:
    """Places by falling score, those without one last."""
    order: list[int] = (-scores.round(6)).argsort(kind="stable").tolist()
    return order


def _places(scores: Scores) -> list[int | None]:
    """Each one's place in the order, from 1; None for those without a score."""
    places: list[int | None] = [None] * scores.size
    for place, at in enumerate(_order(scores)[: np.count_nonzero(~np.isnan(scores))], start=1):
        places[at] = place
    return places


def _led_by_earliest(members: list[int], entries: Sequence[IndexedPassage]) -> list[int]:
    """The places with the one whose article was published first in front, undated ones last."""
    if len(members) == 1:
        return members

    def published(at: int) -> tuple[bool, int]:
        days = entries[at].published
        return days is None, days[0].toordinal() if days else 0

    leader = min(members, key=published)
    return [leader, *(at for at in members if at != leader)]
