"""Score every sentence of a passage as evidence for a question.

A sentence is evidence as far as it means the same (cosine of its vector) and says the same (the
weight of the question's words that stand in it), and more so where it holds an answer of the kind
that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.kinds import Kind, holds_kind
from index.store import Entry

# What the words count beside the cosine; measured by `onrecord eval sweep`.
DEFAULT_COVERAGE_WEIGHT = 0.8

# What holding a number, where one is asked for, counts beside the cosine; likewise measured.
DEFAULT_KIND_WEIGHT = 0.2

Analyse = Callable[[str], list[str]]


def score_sentences(
    entry: Entry,
    vector: Vectors,
    weights: Mapping[str, float],
    analyse: Analyse,
    coverage_weight: float = DEFAULT_COVERAGE_WEIGHT,
    kind: Kind | None = None,
    kind_weight: float = DEFAULT_KIND_WEIGHT,
) -> NDArray[np.float32]:
    """A score for each sentence of the passage, shape (sentences,): cosine plus word coverage.

    The coverage, from 0 to 1, counts `coverage_weight` times as much as the cosine. A sentence
    that holds an answer of the `kind` asked for gets `kind_weight` more.
    """
    passage, start = entry.passage, entry.passage.span.start
    texts = [passage.text[span.start - start : span.end - start] for span in passage.sentences]
    scores = entry.sentence_vectors @ vector
    scores = scores + coverage_weight * np.array([cover(text, weights, analyse) for text in texts])
    if kind is not None:
        scores = scores + kind_weight * np.array([holds_kind(text, kind) for text in texts])
    return scores.astype(np.float32)


def cover(text: str, weights: Mapping[str, float], analyse: Analyse) -> float:
    """The share of the question's weight whose words stand in the text, from 0 to 1."""
    total = sum(weights.values())
    if not total:
        return 0.0
    return sum(weights.get(word, 0.0) for word in set(analyse(text))) / total
