"""Which sentences of a passage are read together, and what that says of the passage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.index.reranker import RerankerScore
from onrecord.index.reranker.windows import (
    WINDOW_CHARS,
    best_windows,
    join_windows,
    split_windows,
)
from onrecord.index.types import Span


def sentences(sizes: list[int]) -> list[Span]:
    """Sentences of those lengths, a space between them."""
    ends = [sum(sizes[: at + 1]) + at for at in range(len(sizes))]
    return [Span(end - size, end) for end, size in zip(ends, sizes, strict=True)]


@pytest.mark.parametrize(
    ("sizes", "windows"),
    [
        ([100, 100, 98, 100], [(0, 3), (3, 4)]),
        ([100, 100, 99, 100], [(0, 2), (2, 4)]),
        ([100, 400, 100], [(0, 1), (1, 2), (2, 3)]),
        ([80], [(0, 1)]),
    ],
)
def test_windows_are_as_large_as_they_may_be(
    sizes: list[int], windows: list[tuple[int, int]]
) -> None:
    assert split_windows(sentences(sizes)) == windows


@given(st.lists(st.integers(1, 500), min_size=1, max_size=12))
def test_windows_hold_every_sentence_once(sizes: list[int]) -> None:
    spans = sentences(sizes)
    windows = split_windows(spans)
    assert [at for window in windows for at in range(*window)] == [*range(len(sizes))]
    for first, last in windows:
        assert last == first + 1 or spans[last - 1].end - spans[first].start <= WINDOW_CHARS


def test_the_windows_with_the_best_sentences_are_read() -> None:
    spans = sentences([200, 200, 200, 200])
    scores = np.array([0.1, 0.9, 0.2, 0.5], np.float32)
    assert best_windows(spans, scores, 2) == [(1, 2), (3, 4)]
    assert best_windows(spans, scores, 9) == [(1, 2), (3, 4), (2, 3), (0, 1)]


def test_the_best_window_counts_and_unread_sentences_are_no_evidence() -> None:
    first, second = (np.array(values, np.float32) for values in ([0.5], [0.25, 0.75]))
    read = [((1, 2), RerankerScore(-1.0, first, 0.5)), ((3, 5), RerankerScore(2.0, second, 0.25))]
    joined = join_windows(5, read)
    assert (joined.log_odds, joined.headline) == (2.0, 0.5)
    assert joined.evidence is not None
    assert joined.evidence.tolist() == [0.0, 0.5, 0.0, 0.25, 0.75]


def test_without_sentences_the_best_window_is_the_score() -> None:
    read = [((0, 1), RerankerScore(-1.0)), ((1, 2), RerankerScore(2.0))]
    assert join_windows(2, read) == RerankerScore(2.0)
