"""Articles made at random: complete, always the same, and with the shape of real ones."""

from __future__ import annotations

import numpy as np
import pytest

from onrecord.eval.lab.synthetic import (
    DIMENSION,
    PASSAGES,
    make_articles,
    make_questions,
)


def test_articles_hold_so_many_passages_that_are_their_text() -> None:
    made = list(make_articles(80))
    assert len(made) == 80 / PASSAGES
    for article, entries in made:
        assert article.published.precision == "day"
        assert article.outlet
        assert len(entries) == PASSAGES
        for entry in entries:
            passage = entry.passage
            assert article.text[passage.span.start : passage.span.end] == passage.text
            assert (passage.sentences[0].start, passage.sentences[-1].end) == (
                passage.span.start,
                passage.span.end,
            )
            assert entry.sentence_vectors.shape == (len(passage.sentences), DIMENSION)
            lengths = np.linalg.norm(np.vstack([entry.vector, entry.sentence_vectors]), axis=1)
            assert lengths == pytest.approx(1.0, abs=1e-5)
    assert len({article.id for article, _ in made}) == len(made)


def test_the_same_articles_are_made_each_time() -> None:
    first, again, other = (
        [
            (article, [e.vector.tobytes() for e in entries])
            for article, entries in make_articles(24, seed)
        ]
        for seed in (0, 0, 1)
    )
    assert first == again
    assert first != other


def test_a_question_has_words_of_its_passage_and_a_vector_near_it() -> None:
    entries = [entry for _, found in make_articles(400) for entry in found]
    for entry, question in zip(entries, make_questions(entries), strict=True):
        words = set(entry.passage.text.lower().replace(".", "").split())
        assert set(question.text[:-1].split()) - {"what", "did"} <= words
        assert 0.4 < float(question.vector @ entry.vector) < 0.85


def test_passages_of_an_article_are_nearer_than_those_of_others() -> None:
    vectors = np.stack([entry.vector for _, found in make_articles(4_000) for entry in found])
    assert vectors.shape == (4_000, DIMENSION)
    cosines = vectors[:PASSAGES] @ vectors.T
    within, without = cosines[:, :PASSAGES], cosines[:, 800:]
    assert float(within.min()) > 0.5
    assert abs(float(without.mean())) < 0.15
