"""Score every sentence of a passage as evidence for a question.

A sentence is evidence as far as it means the same (cosine of its vector) and says the same (the
weight of the question's words that stand in it). It does not know what an answer looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.store import Entry

# What the words count beside the cosine; measured by `onrecord eval sweep`.
DEFAULT_COVERAGE_WEIGHT = 0.8

Analyse = Callable[[str], Sequence[str]]


def score_sentences(
    entry: Entry,
    vector: Vectors,
    weights: Mapping[str, float],
    analyse: Analyse,
    coverage_weight: float = DEFAULT_COVERAGE_WEIGHT,
) -> NDArray[np.float32]:
    """A score for each sentence of the passage, shape (sentences,): cosine plus word coverage.

    The coverage, from 0 to 1, counts `coverage_weight` times as much as the cosine.
    """
    passage, start = entry.passage, entry.passage.span.start
    coverage = [
        cover(passage.text[span.start - start : span.end - start], weights, analyse)
        for span in passage.sentences
    ]
    scores = entry.sentence_vectors @ vector + coverage_weight * np.array(coverage)
    return scores.astype(np.float32)


def cover(text: str, weights: Mapping[str, float], analyse: Analyse) -> float:
    """The share of the question's weight whose words stand in the text, from 0 to 1."""
    total = sum(weights.values())
    if not total:
        return 0.0
    said = set(analyse(text))
    return sum([weight for word, weight in weights.items() if word in said]) / total
