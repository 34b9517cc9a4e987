"""Scoring a passage's sentences: cosine plus the share of the question's words."""

from __future__ import annotations

import numpy as np
import pytest

from index.evidence import DEFAULT_COVERAGE_WEIGHT, cover, score_sentences
from index.store import Entry
from index.types import Passage, Span


def test_coverage_is_the_share_of_the_weight_that_is_there() -> None:
    weights = {"ferry": 3.0, "delay": 1.0}
    assert cover("ferry late ferry", weights, str.split) == 0.75


def test_a_question_without_words_covers_nothing() -> None:
    assert cover("ferry", {}, str.split) == 0.0


def test_a_sentence_scores_its_cosine_plus_its_coverage() -> None:
    text = "the ferry sank. rain fell."
    passage = Passage("a", Span(100, 126), text, 8, (Span(100, 115), Span(116, 126)))
    vectors = np.array([[0.6, 0.8], [1.0, 0.0]], dtype=np.float32)
    entry = Entry(passage, vectors[0], vectors)
    scores = score_sentences(
        entry, np.array([1.0, 0.0], dtype=np.float32), {"ferry": 2.0, "where": 2.0}, str.split
    )
    assert scores.tolist() == pytest.approx([0.6 + DEFAULT_COVERAGE_WEIGHT / 2, 1.0])
    assert scores.dtype == np.float32
