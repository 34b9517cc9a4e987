"""Windows: the parts of a passage that a reranker reads, a few whole sentences each.

What it costs to read a text grows with its length, and a small model judges few sentences better
than many.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onrecord.index.reranker import RerankerScore
from onrecord.index.types import Span

WINDOW_CHARS = 300  # of a window with more than one sentence

Range = tuple[int, int]  # the first of a window's sentences, and one past its last


def split_windows(sentences: Sequence[Span]) -> list[Range]:
    """Ranges of sentences that together are all of them, each as large as it may be."""
    starts = [0]
    for at, sentence in enumerate(sentences):
        if at > starts[-1] and sentence.end - sentences[starts[-1]].start > WINDOW_CHARS:
            starts.append(at)
    return list(zip(starts, [*starts[1:], len(sentences)], strict=True))


def best_windows(sentences: Sequence[Span], scores: NDArray[np.float32], most: int) -> list[Range]:
    """The windows with the best sentences, at most so many; `scores` are the sentences'."""
    windows = split_windows(sentences)
    return sorted(windows, key=lambda window: -scores[slice(*window)].max())[:most]


def join_windows(sentences: int, read: Sequence[tuple[Range, RerankerScore]]) -> RerankerScore:
    """The score of a passage of so many sentences, of which these windows were read.

    The best window counts; a sentence that is in none of them is no evidence.
    """
    evidence = np.zeros(sentences, dtype=np.float32)
    for window, score in read:
        if score.evidence is None:
            return max((score for _, score in read), key=lambda score: score.log_odds)
        evidence[slice(*window)] = score.evidence
    return RerankerScore(
        max(score.log_odds for _, score in read),
        evidence,
        max(score.headline for _, score in read),
    )
