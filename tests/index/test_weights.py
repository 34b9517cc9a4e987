"""How much a word says: its rarity in open text."""

from __future__ import annotations

import math

import pytest

from onrecord.index.weights import telling, weigh


def test_a_word_that_open_text_lacks_weighs_as_one_in_two_thousand() -> None:
    assert weigh(["zzqx"]) == {"zzqx": pytest.approx(math.log(2000))}


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    weights = weigh(["the", "council", "zzqx"])
    assert 0 <= weights["the"] < 1 < weights["council"] < weights["zzqx"]


def test_a_repeated_word_is_weighed_once() -> None:
    assert list(weigh(["council", "vote", "council"])) == ["council", "vote"]


def test_common_words_do_not_tell() -> None:
    assert telling(["what", "did", "the", "council", "of"]) == ["council"]


def test_a_question_of_common_words_keeps_them_all() -> None:
    assert telling(["the", "of"]) == ["the", "of"]
