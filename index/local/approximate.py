"""The dense index of an archive that is too large for an exact scan: inverted lists in FAISS.

The vectors are grouped around centroids in full precision, and a query scans the lists of the
nearest centroids only. Their number is chosen when the index is built: the fewest that find what an
exact search finds. The alternatives in FAISS were worse at a million passages (docs/scale.md): a
graph (HNSW) is no faster, takes three times as long to build, cannot delete and loses answers under
a filter; eight-bit lists save memory that a mapped file does not take.
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

from onrecord.index.encoder import Vectors

LISTS_PER_ROOT = 4  # lists per square root of the number of vectors, as FAISS advises
POINTS_PER_LIST = 64  # to train on; more did not raise the recall
ROUNDS = 10  # of k-means
SEED = 1
QUESTIONS = 200  # to measure the recall with
QUESTION_COSINE = 0.65  # of a synthetic question with the passage that it is made of
SUMMED = 2_000  # vectors
DEPTH = 10
WANTED_RECALL = 0.98  # .97 is promised; the rest is a margin for other questions
ADDED_AT_ONCE = 50_000
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Approximate:
    """An index, how many of its lists a query scans, and the recall@10 of that."""

    index: Any
    probed: int
    lists: int
    recall: float


def build_approximate(vectors: Vectors) -> Approximate:
    """Group the vectors, shape (n, dimension), and measure. Their positions are the ids."""
    index = fill_lists(train_centroids(vectors), vectors)
    questions = make_questions(vectors, QUESTIONS)
    truth = search_exactly(vectors, questions, DEPTH)
    probed, recall = _fewest_lists(index, questions, truth)
    if recall < WANTED_RECALL:
        log.warning("the dense index finds %.3f of what an exact search finds", recall)
    return Approximate(index, probed, index.nlist, recall)


def make_questions(vectors: Vectors, count: int) -> Vectors:
    """Deterministic unit vectors that are about as near to a passage as questions are.

    Each is a passage's vector plus noise, and the noise is a sum of many vectors, so that it is
    distributed as they are. Isotropic noise lies where no vectors are, and recall looks too high.
    """
    random = np.random.default_rng(SEED)
    count = min(count, len(vectors))
    chosen = vectors[np.sort(random.choice(len(vectors), count, replace=False))]
    others = vectors[np.sort(random.choice(len(vectors), min(SUMMED, len(vectors)), replace=False))]
    noise = random.standard_normal((count, len(others))).astype(np.float32) @ others
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


def train_centroids(vectors: Vectors) -> Any:
    """An exact index of the lists' centroids, trained on a sample of the vectors."""
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
    return coarse


def fill_lists(coarse: Any, vectors: Vectors) -> Any:
    """An index with every vector in the list of its nearest centroid.

    A list is allocated once, at its size: adding in the vectors' order lets lists grow by doubling
    and takes up to twice the memory.
    """
    index = faiss.IndexIVFFlat(coarse, coarse.d, coarse.ntotal, faiss.METRIC_INNER_PRODUCT)
    index.is_trained = True
    held: Any = index.invlists
    chunks = range(0, len(vectors), ADDED_AT_ONCE)
    nearest = np.concatenate(
        [coarse.assign(np.ascontiguousarray(vectors[at : at + ADDED_AT_ONCE]), 1) for at in chunks]
    ).ravel()
    order = np.argsort(nearest, kind="stable")
    bounds = np.searchsorted(nearest[order], np.arange(coarse.ntotal + 1))
    for number in range(coarse.ntotal):
        members = order[bounds[number] : bounds[number + 1]].astype(np.int64)
        if members.size:
            codes = np.ascontiguousarray(vectors[members]).view(np.uint8)
            ids: Any = faiss.swig_ptr(members)
            held.add_entries(number, members.size, ids, faiss.swig_ptr(codes))
    index.ntotal = len(vectors)
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
