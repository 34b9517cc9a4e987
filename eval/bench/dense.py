"""Which of FAISS's kinds of index finds how much, how soon and from how much memory."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from onrecord.eval.bench.corpus import DIMENSION, make_vectors
from onrecord.index.encoder import Vectors
from onrecord.index.local.approximate import (
    fill_lists,
    make_questions,
    measure_recall,
    search_exactly,
    train_centroids,
)

QUESTIONS = 200
DEPTH = 10
PROBED = (64, 256, 512, 1_024)  # lists
CANDIDATES = (128, 512, 1_024)  # of a graph
NEIGHBOURS, PATIENCE = 32, 80  # of a graph while it is built
EIGHT_BITS = faiss.ScalarQuantizer.QT_8bit
Settings = list[tuple[str, Any]]  # search parameters to try, each with its name
Build = Callable[[Vectors, Any], tuple[Any, Settings]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of index; `build` makes it of vectors and, where it has lists, their centroids."""

    name: str
    build: Build
    bytes_each: int
    has_lists: bool = False


def measure_dense(size: int, say: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """A row a kind and setting: build seconds, bytes a vector, p50, p95 and CPU ms, recall@10."""
    vectors = make_vectors(size)
    questions = make_questions(vectors, QUESTIONS)
    truth = search_exactly(vectors, questions, DEPTH)
    started = time.perf_counter()
    centroids = train_centroids(vectors)
    training = time.perf_counter() - started
    for kind in KINDS:
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        started = time.perf_counter()
        index, settings = kind.build(vectors, centroids)
        built = round(time.perf_counter() - started + kind.has_lists * training, 1)
        faiss.omp_set_num_threads(1)
        for setting, options in settings:
            found, times = _search(index, questions, options)
            row = {
                "vectors": size,
                "index": kind.name,
                "setting": setting,
                "build_s": built,
                "bytes": kind.bytes_each,
                **times,
                "recall": round(measure_recall(found, truth), 3),
            }
            say(str(row))
            yield row


def _search(
    index: Any, questions: Vectors, options: Any
) -> tuple[NDArray[np.int64], dict[str, float]]:
    found, walls, works = [], [], []
    for question in questions:
        started, worked = time.perf_counter(), time.thread_time()
        _, places = index.search(question.reshape(1, -1), DEPTH, params=options)
        walls.append(1000 * (time.perf_counter() - started))
        works.append(1000 * (time.thread_time() - worked))
        found.append(places[0])
    times = {"p50": walls, "p95": walls, "cpu": works}
    shares = {"p50": 50, "p95": 95, "cpu": 50}
    spread = {name: round(float(np.percentile(times[name], shares[name])), 2) for name in times}
    return np.array(found), spread


def _exact(vectors: Vectors, centroids: Any) -> tuple[Any, Settings]:
    index = faiss.IndexFlatIP(DIMENSION)
    index.add(vectors)
    return index, [("", None)]


def _eight_bits(vectors: Vectors, centroids: Any) -> tuple[Any, Settings]:
    index = faiss.IndexScalarQuantizer(DIMENSION, EIGHT_BITS, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors[:100_000])
    index.add(vectors)
    return index, [("", None)]


def _lists(vectors: Vectors, centroids: Any) -> tuple[Any, Settings]:
    index = fill_lists(centroids, vectors)
    return index, _probes(index.nlist)


def _lists_of_eight_bits(vectors: Vectors, centroids: Any) -> tuple[Any, Settings]:
    index = faiss.IndexIVFScalarQuantizer(
        centroids, DIMENSION, centroids.ntotal, EIGHT_BITS, faiss.METRIC_INNER_PRODUCT
    )
    index.train(vectors[:100_000])
    index.add(vectors)
    return index, _probes(index.nlist)


def _graph(vectors: Vectors, centroids: Any) -> tuple[Any, Settings]:
    index = faiss.IndexHNSWFlat(DIMENSION, NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = PATIENCE
    index.add(vectors)
    options: Any = faiss.SearchParametersHNSW  # type: ignore[attr-defined]
    return index, [(f"{count} candidates", options(efSearch=count)) for count in CANDIDATES]


def _probes(lists: int) -> Settings:
    return [
        (f"{probed} of {lists} lists", faiss.SearchParametersIVF(nprobe=probed))  # type: ignore[call-arg]
        for probed in PROBED
        if probed < lists
    ]


KINDS = (
    Kind("exact", _exact, 4 * DIMENSION),
    Kind("exact, eight bits", _eight_bits, DIMENSION),
    Kind("lists (IVF)", _lists, 4 * DIMENSION + 8, has_lists=True),
    Kind("lists, eight bits", _lists_of_eight_bits, DIMENSION + 8, has_lists=True),
    Kind("graph (HNSW)", _graph, 4 * DIMENSION + 8 * NEIGHBOURS),
)
