"""Find the passages for a question.

Dense and word search bring candidates; their scores are fused; the best are put in order again by
their best sentence and by the time that they speak of; near-duplicates collapse under the earliest
article. A reranker reads the first few of these, and has its say in their order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.analysis import analyse
from index.duplicates import group
from index.encoder import Vectors
from index.evidence import score_sentences
from index.fuse import fuse, scale
from index.kinds import Kind, read_kind
from index.ranking import Ranking
from index.reranker.reading import Reading, Reranker, Reranking
from index.store import Entry, Key, Snapshot
from index.timing import ANY_TIME, AskedTime, fit
from index.types import Filter, Hit
from index.weights import telling, weigh

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
    entry: Entry
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
    found = _search(snapshot, question, vector, where, ranking, limit)
    fits = _fit_times(asked, found.scores, found.entries)
    final = weigh_times(found.scores, fits, ranking.time_weight)
    readings: dict[Key, Reading] = {}
    if reranking is not None:
        first = _order(final, found.ids)[: reranking.read]
        readings = _read(snapshot, question, reranking.reranker, first, found.entries)
        read = weigh_readings(found.scores, readings, reranking.weight)
        final = weigh_times(read, fits, ranking.time_weight)
    ranks = {"dense": _places(found.dense, found.ids), "words": _places(found.bm25, found.ids)}
    return (
        Found(
            Hit(
                found.entries[key].passage,
                round(final[key], 6),
                {name: places.get(key) for name, places in ranks.items()},
                tuple(found.entries[other].passage for other in found.duplicates[key]),
            ),
            found.entries[key],
            found.dense[key],
            found.bm25.get(key, 0.0),
            found.sentences[key],
            fits.get(key),
            readings.get(key),
        )
        for key in _order(final, found.ids)[:limit]
    )


@dataclass(frozen=True, slots=True)
class _Candidates:
    """What both searches bring, by key: `dense` and `bm25` are their scores.

    `duplicates`, `sentences` and `scores` are of each group's first alone: its others, how far its
    sentences are evidence, and what it is worth before times and readings count.
    """

    entries: Mapping[Key, Entry]
    ids: Mapping[Key, str]
    dense: Mapping[Key, float]
    bm25: Mapping[Key, float]
    duplicates: Mapping[Key, list[Key]]
    sentences: Mapping[Key, NDArray[np.float32]]
    scores: Mapping[Key, float]


def _search(
    snapshot: Snapshot,
    question: str,
    vector: Vectors,
    where: Filter,
    ranking: Ranking,
    limit: int,
) -> _Candidates:
    """The candidates with their scores: searched for, fused, grouped, read by sentence."""
    depth, reranked = max(ranking.depth, limit), max(ranking.reranked, limit)
    words = analyse(question)
    matching = dict(snapshot.matching(telling(words, ranking.common_share), depth, where))
    nearest = dict(snapshot.nearest(vector, depth, where))
    entries = snapshot.entries([*(nearest.keys() | matching.keys())])
    ids = {key: entry.passage.id for key, entry in entries.items()}
    dense = {key: round(float(entry.vector @ vector), 6) for key, entry in entries.items()}
    bm25 = {key: round(score, 5) for key, score in matching.items() if key in entries}
    fused = fuse(dense, bm25, ranking.dense_weight)
    groups = [
        _led_by_earliest(members, entries)
        for members in _collapse(_order(fused, ids), entries)[:reranked]
    ]
    firsts = {members[0]: entries[members[0]] for members in groups}
    sentences = _score_sentences(firsts, vector, weigh(words), read_kind(question), ranking)
    best = {key: max(scores.tolist(), default=-1.0) for key, scores in sentences.items()}
    evidence = scale(best)
    share = ranking.evidence_weight
    scores = {
        members[0]: (1 - share) * max(fused[key] for key in members) + share * evidence[members[0]]
        for members in groups
    }
    duplicates = {key: others for key, *others in groups}
    return _Candidates(entries, ids, dense, bm25, duplicates, sentences, scores)


def _score_sentences(
    entries: Mapping[Key, Entry],
    vector: Vectors,
    weights: Mapping[str, float],
    kind: Kind | None,
    ranking: Ranking,
) -> dict[Key, NDArray[np.float32]]:
    """How far the sentences of each passage are evidence."""
    scores = score_sentences(
        [*entries.values()], vector, weights, ranking.coverage_weight, kind, ranking.kind_weight
    )
    return dict(zip(entries, scores, strict=True))


def weigh_times(
    scores: Mapping[Key, float], fits: Mapping[Key, float], weight: float
) -> dict[Key, float]:
    """The scores with the fit to the time asked about counted in, where one is asked about."""
    if not fits:
        return dict(scores)
    return {key: (score + weight * fits[key]) / (1 + weight) for key, score in scores.items()}


def weigh_readings(
    scores: Mapping[Key, float], readings: Mapping[Key, Reading], weight: float
) -> dict[Key, float]:
    """The scores with the readings' probabilities as their share; one not read has the least."""
    if not readings:
        return dict(scores)
    sure = {key: 1 / (1 + math.exp(-reading.answers)) for key, reading in readings.items()}
    least = min(sure.values())
    return {
        key: (1 - weight) * score + weight * sure.get(key, least) for key, score in scores.items()
    }


def _read(
    snapshot: Snapshot,
    question: str,
    reranker: Reranker,
    keys: Sequence[Key],
    entries: Mapping[Key, Entry],
) -> dict[Key, Reading]:
    """The reranker's readings of these passages under their articles' titles."""
    passages = [entries[key].passage for key in keys]
    articles = [snapshot.article(passage.article_id) for passage in passages]
    titles = [article.title if article else "" for article in articles]
    readings = reranker.read(question, list(zip(titles, passages, strict=True)))
    return dict(zip(keys, readings, strict=True))


def _fit_times(
    asked: AskedTime, keys: Iterable[Key], entries: Mapping[Key, Entry]
) -> dict[Key, float]:
    """How well each passage fits the time; nothing where no time is asked about."""
    if not asked:
        return {}
    there = {key: entries[key] for key in keys}
    return {key: round(fit(asked, e.periods, e.published), 6) for key, e in there.items()}


def _order(scores: Mapping[Key, float], ids: Mapping[Key, str]) -> list[Key]:
    places = sorted([(-round(score, 6), ids[key], key) for key, score in scores.items()])
    return [key for _, _, key in places]


def _places(scores: Mapping[Key, float], ids: Mapping[Key, str]) -> dict[Key, int]:
    return {key: place for place, key in enumerate(_order(scores, ids), start=1)}


def _collapse(order: list[Key], entries: Mapping[Key, Entry]) -> list[list[Key]]:
    groups = group([entries[key].wording.shingles for key in order])
    return [[order[place] for place in members] for members in groups]


def _led_by_earliest(members: list[Key], entries: Mapping[Key, Entry]) -> list[Key]:
    """The keys with the one whose article was published first in front, undated ones last."""
    if len(members) == 1:
        return members

    def published(key: Key) -> tuple[bool, int]:
        days = entries[key].published
        return days is None, days[0].toordinal() if days else 0

    leader = min(members, key=published)
    return [leader, *(key for key in members if key != leader)]
