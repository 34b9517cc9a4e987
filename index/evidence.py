"""Score every sentence of a passage as evidence for a question.

A sentence is evidence as far as it means the same (cosine of its vector) and says the same (the
weight of the question's words that stand in it), and more so where it holds an answer of the kind
that is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from onrecord.index.encoder import Vectors
from onrecord.index.kinds import Kind
from onrecord.index.store import IndexedPassage
from onrecord.index.text import term_id

# What the words count beside the cosine; measured by `onrecord eval sweep`.
DEFAULT_COVERAGE_WEIGHT = 0.8

# What holding a number, where one is asked for, counts beside the cosine; likewise measured.
DEFAULT_KIND_WEIGHT = 0.2


def score_sentences(
    entries: Sequence[IndexedPassage],
    vector: Vectors,
    weights: Mapping[str, float],
    coverage_weight: float = DEFAULT_COVERAGE_WEIGHT,
    kind: Kind | None = None,
    kind_weight: float = DEFAULT_KIND_WEIGHT,
) -> list[NDArray[np.float32]]:
    """For each passage a score for each sentence, shape (sentences,): cosine plus word coverage.

    The coverage, from 0 to 1, counts `coverage_weight` times as much as the cosine. A sentence
    that holds an answer of the `kind` asked for gets `kind_weight` more.
    """
    if not entries:
        return []
    # Unlike a product of matrices it gives a sentence the same cosine whatever stands beside it.
    scores = np.vecdot(np.concatenate([entry.sentence_vectors for entry in entries]), vector)
    scores = scores + coverage_weight * _cover(entries, weights)
    if kind is not None:
        holding = [held for entry in entries for held in entry.holding(kind)]
        scores = scores + kind_weight * np.array(holding)
    ends = np.cumsum([len(entry.passage.sentences) for entry in entries])
    return np.split(scores.astype(np.float32), ends[:-1])


def _cover(entries: Sequence[IndexedPassage], weights: Mapping[str, float]) -> NDArray[np.float64]:
    """The share of the question's weight that stands in each sentence, shape (all sentences,)."""
    words = np.concatenate([entry.term_ids.terms for entry in entries])
    ends = np.cumsum(np.concatenate([entry.term_ids.counts for entry in entries]))
    covered, total = np.zeros(ends.size), sum(weights.values())
    for word, weight in weights.items():
        (places,) = (words == term_id(word)).nonzero()
        covered[ends.searchsorted(places, side="right")] += weight
    return covered / total if total else covered
