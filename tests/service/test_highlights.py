"""The sentences with the best scores are marked, in the article's order."""

from __future__ import annotations

import numpy as np
import pytest

from onrecord.index.types import Span
from onrecord.service.highlights import MARGIN, highlight

SENTENCES = [Span(0, 10), Span(11, 20), Span(21, 35)]


@pytest.mark.parametrize(
    ("scores", "marked"),
    [
        ([0.9, 0.1, 0.2], [0]),
        ([0.1, 0.2, 0.9], [2]),
        ([0.5, 0.5, 0.5], [0, 1, 2]),
        ([0.9, 0.1, 0.9 - MARGIN / 2], [0, 2]),
        ([0.9, 0.9 - 2 * MARGIN, 0.1], [0]),
        ([-0.2, -0.9, -0.9], [0]),
    ],
)
def test_the_best_sentences_are_marked_in_order(scores: list[float], marked: list[int]) -> None:
    expected = tuple(SENTENCES[place] for place in marked)
    assert highlight(SENTENCES, np.array(scores, dtype=np.float32)) == expected


def test_a_single_sentence_is_always_marked() -> None:
    assert highlight([Span(3, 9)], np.array([-1], dtype=np.float32)) == (Span(3, 9),)


def test_scores_of_another_number_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        highlight(SENTENCES, np.array([0.1, 0.2], dtype=np.float32))
