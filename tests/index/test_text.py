"""The terms of a text, their rarity and their ids."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from onrecord.index.text import (
    analyse,
    drop_stop_words,
    idf,
    plain_words,
    read_term_ids,
    shingles,
    term_id,
)
from onrecord.index.types import Passage, Span

TEXT = "Ferries late, ferries full. The quay closed."
PASSAGE = Passage("a", Span(7, 51), TEXT, 10, (Span(7, 34), Span(35, 51)))
COMMON_SHARE = 0.08


def test_terms_are_lower_cased_unaccented_and_stemmed() -> None:
    assert analyse("Ferries to the CAFÉ, ferries") == ["ferri", "to", "the", "cafe", "ferri"]


def test_a_word_that_open_text_lacks_weighs_as_one_in_two_thousand() -> None:
    assert idf(["zzqx"]) == {"zzqx": pytest.approx(math.log(2000))}


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    weights = idf(["the", "council", "zzqx"])
    assert 0 <= weights["the"] < 1 < weights["council"] < weights["zzqx"]


def test_a_repeated_word_is_weighed_once() -> None:
    assert list(idf(["council", "vote", "council"])) == ["council", "vote"]


def test_common_words_are_stop_words() -> None:
    assert drop_stop_words(["what", "did", "the", "council", "of"], COMMON_SHARE) == ["council"]


def test_a_question_of_stop_words_keeps_them_all() -> None:
    assert drop_stop_words(["the", "of"], COMMON_SHARE) == ["the", "of"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The U.S. cease-fire won\u2019t hold", ["the", "us", "ceasefire", "wont", "hold"]),
        ("cease\u00adfire\u200b, of\ufb01ce", ["ceasefire", "office"]),
        ("1,310 and 1\u202f310 and 1310", ["1310", "and", "1310", "and", "1310"]),
        ("1.5 percent, 15 per cent, 15%", ["1.5", "%", "15", "%", "15", "%"]),
        ("six of Twelve, $5, £5, €5", ["6", "of", "12", "$", "5", "£", "5", "€", "5"]),
        ("-5 degrees, won 3-1, 2023\u201324", ["-5", "degrees", "won", "3", "1", "2023", "24"]),
        ("Київ\u2019яни, कीमत", ["київяни", "कीमत"]),
    ],
)
def test_plain_words_are_the_same_in_every_typography(text: str, words: list[str]) -> None:
    assert plain_words(text) == words


def test_each_sentence_has_its_different_terms() -> None:
    ids = read_term_ids(PASSAGE)
    assert ids.counts.tolist() == [3, 3]
    terms = ("ferri", "late", "full", "the", "quay", "close")
    assert ids.terms.tolist() == [term_id(term) for term in terms]


def test_a_term_has_the_same_id_in_every_process() -> None:
    """A store keeps ids, and another process compares them with its own."""
    assert term_id("ferri") == 0xA2BA0C77


def test_term_ids_are_equal_if_all_three_arrays_are() -> None:
    ids = read_term_ids(PASSAGE)
    assert ids.equals(read_term_ids(PASSAGE))
    for name in ("terms", "counts", "shingles"):
        other = replace(ids, **{name: getattr(ids, name)[:-1]})
        assert not ids.equals(other)


def test_a_passage_without_sentences_has_no_terms() -> None:
    ids = read_term_ids(Passage("a", Span(0, 4), "Quay", 1, ()))
    assert (ids.terms.size, ids.counts.size, ids.shingles.size) == (0, 0, 0)


def test_a_passage_has_the_shingles_of_its_text() -> None:
    assert np.array_equal(read_term_ids(PASSAGE).shingles, shingles(TEXT))


def test_shingles_are_runs_of_four_lower_cased_words() -> None:
    three = shingles("One, TWO three. Four five six")
    assert len(three) == 3
    assert {*shingles("two three four five")} < {*three}
    assert not {*shingles("two four three five")} & {*three}


def test_a_run_that_differs_in_one_word_is_another() -> None:
    runs = [" ".join(words) for words in product(["ferry", "pier", "quay", "harbour"], repeat=4)]
    assert len({int(number) for run in runs for number in shingles(run)}) == 4**4


def test_a_shingle_counts_once() -> None:
    assert len(shingles("on and on and on and on")) == 2


def test_fewer_than_four_words_have_no_shingle() -> None:
    assert len(shingles("One two three")) == 0
