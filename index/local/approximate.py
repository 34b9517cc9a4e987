"""The dense index of an archive that is too large for an exact scan: inverted lists in FAISS.

The vectors are grouped around centroids, whole and in full precision, and a question scans the
lists of the nearest centroids only. How many is decided when the index is built: the fewest that
find what an exact search finds. Chosen among FAISS's kinds at a million passages (docs/scale.md):
a graph (HNSW) answers no sooner, takes three times as long to build, cannot forget and loses
answers under a filter; eight-bit lists save memory that a mapped file does not take.
Source: Sivic and Zisserman 2003, "Video Google"; Johnson, Douze and Jégou 2017, "Billion-scale
similarity search with GPUs" (FAISS).
"""

from __future__ import annotations

import logging
import math
import os
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

LISTS_PER_ROOT = 4  # lists for every square root of the number of vectors, as FAISS advises
POINTS_PER_LIST = 64  # to train on; more did not raise the recall
ROUNDS = 10  # of k-means
SEED = 1
QUESTIONS = 200  # to measure the recall with
QUESTION_COSINE = 0.65  # of a made-up question with the passage that it is made of
DEPTH = 10
WANTED_RECALL = 0.98  # .97 is promised; the rest is for questions that were not asked
ADDED_AT_ONCE = 50_000
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Approximate:
    """An index, how many of its lists a question scans, and the recall@10 of that."""

    index: Any
    probed: int
    lists: int
    recall: float


def build_approximate(vectors: Vectors) -> Approximate:
    """Group the vectors, shape (n, dimension), and measure. Their positions are the ids."""
    index = train_lists(vectors)
    for at in range(0, len(vectors), ADDED_AT_ONCE):
        index.add(np.ascontiguousarray(vectors[at : at + ADDED_AT_ONCE]))
    questions = make_questions(vectors, QUESTIONS)
    truth = search_exactly(vectors, questions, DEPTH)
    probed, recall = _fewest_lists(index, questions, truth)
    if recall < WANTED_RECALL:
        log.warning("the dense index finds %.3f of what an exact search finds", recall)
    return Approximate(index, probed, index.nlist, recall)


def make_questions(vectors: Vectors, count: int) -> Vectors:
    """Unit vectors about as near to a passage as questions are, always the same ones."""
    random = np.random.default_rng(SEED)
    count = min(count, len(vectors))
    chosen = vectors[np.sort(random.choice(len(vectors), count, replace=False))]
    noise = random.standard_normal(chosen.shape).astype(np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    mixed = QUESTION_COSINE * chosen + math.sqrt(1 - QUESTION_COSINE**2) * noise
    asked: Vectors = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return asked.astype(np.float32)


def search_exactly(vectors: Vectors, questions: Vectors, depth: int) -> NDArray[np.int64]:
    """The positions of the nearest vectors, shape (questions, depth), read in pieces."""
    found = faiss.ResultHeap(len(questions), depth, keep_max=True)
    for at in range(0, len(vectors), ADDED_AT_ONCE):
        piece = np.ascontiguousarray(vectors[at : at + ADDED_AT_ONCE])
        scores, positions = faiss.knn(
            questions, piece, min(depth, len(piece)), metric=faiss.METRIC_INNER_PRODUCT
        )
        found.add_result(scores, positions + at)
    found.finalize()
    nearest: NDArray[np.int64] = found.I
    return nearest


def measure_recall(found: NDArray[np.int64], truth: NDArray[np.int64]) -> float:
    """The mean share of the true nearest that were found."""
    shares = [
        len(set(mine.tolist()) & set(true.tolist())) / len(true)
        for mine, true in zip(found, truth, strict=True)
    ]
    return float(np.mean(shares))


def train_lists(vectors: Vectors) -> Any:
    """An index without vectors, its centroids trained on a sample of them."""
    faiss.omp_set_num_threads(os.cpu_count() or 1)  # this thread may have searched before
    lists = 2 ** round(math.log2(LISTS_PER_ROOT * math.sqrt(len(vectors))))
    random = np.random.default_rng(SEED)
    sample = random.choice(len(vectors), min(len(vectors), lists * POINTS_PER_LIST), replace=False)
    means = faiss.Kmeans(
        vectors.shape[1],
        lists,
        niter=ROUNDS,
        spherical=True,
        seed=SEED,
        max_points_per_centroid=POINTS_PER_LIST,
    )
    means.train(np.ascontiguousarray(vectors[np.sort(sample)]))
    centroids = means.centroids
    assert centroids is not None
    coarse = faiss.IndexFlatIP(vectors.shape[1])
    coarse.add(centroids)
    index = faiss.IndexIVFFlat(coarse, vectors.shape[1], lists, faiss.METRIC_INNER_PRODUCT)
    index.is_trained = True
    return index


def _fewest_lists(index: Any, questions: Vectors, truth: NDArray[np.int64]) -> tuple[int, float]:
    probed = min(16, index.nlist)
    while True:
        options = faiss.SearchParametersIVF(nprobe=probed)  # type: ignore[call-arg]
        _, found = index.search(questions, truth.shape[1], params=options)
        recall = measure_recall(found, truth)
        if recall >= WANTED_RECALL or probed >= index.nlist // 2:
            return probed, recall
        probed *= 2
