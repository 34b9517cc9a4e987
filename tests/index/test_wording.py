"""A passage's words and shingles as numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from onrecord.index.duplicates import shingles
from onrecord.index.types import Passage, Span
from onrecord.index.wording import number_word, read_wording

TEXT = "Ferries late, ferries full. The quay closed."
PASSAGE = Passage("a", Span(7, 51), TEXT, 10, (Span(7, 34), Span(35, 51)))


def numbers(*words: str) -> list[int]:
    return [number_word(word) for word in words]


def test_each_sentence_has_its_different_words() -> None:
    wording = read_wording(PASSAGE)
    assert wording.counts.tolist() == [3, 3]
    assert wording.words.tolist() == numbers("ferri", "late", "full", "the", "quay", "close")


def test_shingles_are_those_of_the_text() -> None:
    assert np.array_equal(read_wording(PASSAGE).shingles, shingles(TEXT))


def test_a_word_has_the_same_number_everywhere() -> None:
    """Stored numbers are of use only where the next process makes the same ones."""
    assert number_word("ferri") == 0xA2BA0C77


def test_wordings_are_equal_where_all_of_them_is() -> None:
    wording = read_wording(PASSAGE)
    assert wording.equals(read_wording(PASSAGE))
    for name in ("words", "counts", "shingles"):
        other = replace(wording, **{name: getattr(wording, name)[:-1]})
        assert not wording.equals(other)


def test_what_has_no_sentence_has_no_words() -> None:
    wording = read_wording(Passage("a", Span(0, 4), "Quay", 1, ()))
    assert (wording.words.size, wording.counts.size, wording.shingles.size) == (0, 0, 0)
