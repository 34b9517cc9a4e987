"""Score every sentence of a passage as evidence for a question.

A sentence is evidence as far as it means the same (cosine of its vector) and says the same (the
weight of the question's words that stand in it), and more so where it holds an answer of the kind
that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.kinds import Kind, holds_kind
from index.store import Entry
from index.types import Passage, Span

# What the words count beside the cosine; measured by `onrecord eval sweep`.
DEFAULT_COVERAGE_WEIGHT = 0.8

# What holding a number, where one is asked for, counts beside the cosine; likewise measured.
DEFAULT_KIND_WEIGHT = 0.2
# The words of passages that many questions bring are kept: five kilobytes each.
KEPT_PASSAGES = 4_096

Places = tuple[int, ...]
Sentences = tuple[Span, ...]
Analyse = Callable[[str], Sequence[str]]


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
    scores = entry.sentence_vectors @ vector
    scores = scores + coverage_weight * np.array(_cover_each(passage, weights, analyse))
    if kind is not None:
        texts = [passage.text[span.start - start : span.end - start] for span in passage.sentences]
        scores = scores + kind_weight * np.array([holds_kind(text, kind) for text in texts])
    return scores.astype(np.float32)


def cover(text: str, weights: Mapping[str, float], analyse: Analyse) -> float:
    """The share of the question's weight whose words stand in the text, from 0 to 1."""
    total = sum(weights.values())
    if not total:
        return 0.0
    said = set(analyse(text))
    return sum([weight for word, weight in weights.items() if word in said]) / total


def _cover_each(passage: Passage, weights: Mapping[str, float], analyse: Analyse) -> list[float]:
    """What `cover` says of each sentence."""
    total, covered = sum(weights.values()), [0.0] * len(passage.sentences)
    if not total:
        return covered
    said = _said(passage.text, passage.sentences, analyse)
    for word, weight in weights.items():
        for at in said.get(word, ()):
            covered[at] += weight
    return [weight / total for weight in covered]


@lru_cache(KEPT_PASSAGES)
def _said(text: str, sentences: Sentences, analyse: Analyse) -> dict[str, Places]:
    """The words of a passage's text, with the places of the sentences that hold them."""
    start, said = sentences[0].start if sentences else 0, dict[str, Places]()
    shared: dict[Places, Places] = {}  # most words stand in one sentence: one tuple for all
    for at, span in enumerate(sentences):
        for word in dict.fromkeys(analyse(text[span.start - start : span.end - start])):
            places = (*said.get(word, ()), at)
            said[word] = shared.setdefault(places, places)
    return said
