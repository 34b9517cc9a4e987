"""Shingles of four words: known precision and recall."""

from __future__ import annotations

import pytest

from onrecord.eval.lab.reading.shingles import Overlap, overlap, score


def test_a_body_read_whole_has_every_shingle() -> None:
    assert overlap("one two three four five", "One two") == Overlap(0, 1, 2)
    assert overlap("one two three four five", "one two, three: four five!") == Overlap(2, 0, 0)


def test_shingles_count_as_often_as_they_occur() -> None:
    assert overlap("a b c d", "a b c d a b c d") == Overlap(1, 4, 0)


def test_f1_is_that_of_the_mean_precision_and_the_mean_recall() -> None:
    found = score([Overlap(1, 1, 0), Overlap(1, 0, 3)])
    assert (found.precision, found.recall) == (0.75, 0.625)
    assert found.f1 == pytest.approx(2 * 0.75 * 0.625 / 1.375)


def test_a_page_of_which_nothing_was_read_counts_for_the_recall_only() -> None:
    found = score([Overlap(4, 0, 0), overlap("one two three four", "")])
    assert (found.precision, found.recall) == (1.0, 0.5)
