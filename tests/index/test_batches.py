"""Which texts are encoded together."""

from __future__ import annotations

import numpy as np

from onrecord.index.batches import pad, plan


def test_the_longest_texts_go_first_and_together() -> None:
    assert plan([3, 10, 9, 4, 2], 20) == [[1, 2], [3, 0, 4]]


def test_padding_counts_against_the_budget() -> None:
    assert plan([10, 1, 1, 1], 20) == [[0, 1], [2, 3]]


def test_no_budget_parts_all_texts() -> None:
    assert plan([2, 5, 3], 0) == [[1], [2], [0]]


def test_a_text_over_the_budget_is_encoded_alone() -> None:
    assert plan([50, 4, 4], 20) == [[0], [1, 2]]


def test_nothing_makes_no_batch() -> None:
    assert plan([], 100) == []


def test_shorter_texts_are_padded_and_masked() -> None:
    feeds = pad([[101, 7, 102], [101, 102]])
    assert feeds["input_ids"].tolist() == [[101, 7, 102], [101, 102, 0]]
    assert feeds["attention_mask"].tolist() == [[1, 1, 1], [1, 1, 0]]
    assert not np.any(feeds["token_type_ids"])
