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
from typing import Any

import faiss
import numpy as np
from faiss.contrib.evaluation import knn_intersection_measure

from onrecord.index.encoder import Vectors

LISTS_PER_ROOT = 4  # lists per square root of the number of vectors, as FAISS advises
POINTS_PER_LIST = 64  # to train on; more did not raise the recall
SEED = 1
QUESTIONS = 200  # to measure the recall with
QUESTION_COSINE = 0.65  # of a synthetic question with the passage that it is made of
SUMMED = 2_000  # vectors
DEPTH = 10
WANTED_RECALL = 0.98  # .97 is promised; the rest is a margin for other questions
log = logging.getLogger(__name__)


def build_approximate(vectors: Vectors) -> tuple[Any, float]:
    """An index of vectors, shape (n, dimension), and its recall@10. Their positions are the ids.

    Its `nprobe` says how many of its `nlist` lists a query scans to reach that recall.
    FAISS trains spherical k-means on a sample, and reads a mapped file without copying it. The
    lists grow as they are filled, so they take about a third more memory than the vectors.
    """
    faiss.omp_set_num_threads(os.cpu_count() or 1)  # this thread may have searched before
    lists = 2 ** round(math.log2(LISTS_PER_ROOT * math.sqrt(len(vectors))))
    kind, dimension = f"IVF{lists},Flat", vectors.shape[1]
    index: Any = faiss.index_factory(dimension, kind, faiss.METRIC_INNER_PRODUCT)
    index.cp.max_points_per_centroid = POINTS_PER_LIST
    index.train(vectors)
    index.add(vectors)
    recall = _probe_enough(index, vectors)
    if recall < WANTED_RECALL:
        log.warning("the dense index finds %.3f of what an exact search finds", recall)
    return index, recall


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


def _probe_enough(index: Any, vectors: Vectors) -> float:
    """Let queries scan the fewest lists that reach `WANTED_RECALL`, at most half; the recall."""
    questions = make_questions(vectors, QUESTIONS)
    _, truth = faiss.knn(questions, vectors, DEPTH, metric=faiss.METRIC_INNER_PRODUCT)
    index.nprobe = min(16, index.nlist)
    while True:
        _, found = index.search(questions, DEPTH)
        recall = float(knn_intersection_measure(found, truth))  # type: ignore[no-untyped-call]
        if recall >= WANTED_RECALL or index.nprobe >= index.nlist // 2:
            return recall
        index.nprobe *= 2
