"""How good what systems find is, on known rankings."""

from __future__ import annotations

from math import log2

import pytest

from onrecord.eval.lab.peers.collect import Judged
from onrecord.eval.lab.peers.quality import judge, rank_articles

FERRY = Judged("When was the ferry late?", {"a1": 1}, frozenset({"a1:0-20"}))
RAIN = Judged("Where did it rain?", {"a2": 1}, frozenset({"a2:0-20"}))
UNQUOTED = Judged("What stays open?", {"a1": 1}, frozenset())


def test_the_right_passage_first_is_all_that_can_be_had() -> None:
    found = judge([FERRY, RAIN], [["a1:0-20", "a2:0-20"], ["a2:0-20"]])
    assert found == {"questions": 2, "nDCG@10": 1.0, "first": 1.0, "first three": 1.0}


def test_a_second_place_counts_less_and_not_as_first() -> None:
    found = judge([FERRY, RAIN], [["a3:0-9", "a1:0-20"], ["a2:0-20"]])
    assert found["nDCG@10"] == pytest.approx((1 / log2(3) + 1) / 2)
    assert (found["first"], found["first three"]) == (0.5, 1.0)


def test_questions_whose_answer_no_passage_holds_are_not_asked_for_one() -> None:
    found = judge([FERRY, UNQUOTED], [["a1:0-20"], ["a2:0-20"]])
    assert (found["first"], found["nDCG@10"]) == (1.0, 0.5)


def test_an_article_that_says_the_same_ranks_but_is_no_passage() -> None:
    assert rank_articles(["a3:0-9", "a1:also", "a3:9-18"]) == ["a3", "a1"]
    found = judge([FERRY], [["a3:0-9", "a1:also", "a3:9-18", "a1:0-20"]])
    assert found["nDCG@10"] == pytest.approx(1 / log2(3))
    assert found["first three"] == 1.0
