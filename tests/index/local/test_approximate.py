"""The lists of a large archive: the same each time, and measured against an exact search."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from onrecord.index.local import approximate
from onrecord.index.local.approximate import build_approximate, make_questions


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """Vectors around fifty centres."""
    random = np.random.default_rng(3)
    centres = np.repeat(random.normal(size=(50, 24)), 80, axis=0)
    made = (centres + 0.5 * random.normal(size=centres.shape)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def test_questions_are_as_near_to_a_passage_as_they_should_be(vectors: np.ndarray) -> None:
    questions = make_questions(vectors, 100)
    nearest = (questions @ vectors.T).max(axis=1)
    assert questions.shape == (100, 24)
    assert float(np.median(nearest)) > 0.6
    assert make_questions(vectors, 100).tolist() == questions.tolist()


def test_the_recall_that_is_kept_is_what_a_search_reaches(vectors: np.ndarray) -> None:
    index, recall = build_approximate(vectors)
    assert index.ntotal == 4_000
    assert index.nlist == 256
    assert 16 <= index.nprobe <= 128
    assert recall >= 0.98
    questions = make_questions(vectors, approximate.QUESTIONS)
    _, found = index.search(questions, 10)
    truth = np.argsort(-(questions @ vectors.T), axis=1)[:, :10]
    shared = [len(set(mine) & set(true)) for mine, true in zip(found, truth, strict=True)]
    assert sum(shared) / truth.size == pytest.approx(recall)


def test_a_recall_that_is_too_low_is_said(
    vectors: np.ndarray, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(approximate, "WANTED_RECALL", 1.1)
    with caplog.at_level(logging.WARNING, "onrecord.index"):
        index, _ = build_approximate(vectors)
    assert index.nprobe == index.nlist // 2
    assert "of what an exact search finds" in caplog.text
