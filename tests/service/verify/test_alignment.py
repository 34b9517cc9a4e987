"""The stretches that are most like a quote, by the fewest word edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from onrecord.service.verify.alignment import Stretch, find_stretches, similarity


def find(quote: str, *texts: str, most: int = 10) -> list[str]:
    split = [text.split() for text in texts]
    return [
        " ".join(split[found.text][found.start : found.end])
        for found in find_stretches(quote.split(), split, most)
    ]


@pytest.mark.parametrize(
    ("quote", "text", "found"),
    [
        ("b c d", "a b c d e", ["b c d"]),
        ("b x d", "a b c d e", ["b c d"]),
        ("b d", "a b c d e", ["b c d"]),
        ("b c x d", "a b c d e", ["b c d"]),
        ("x c d", "a b c d e", ["b c d"]),
        ("b c x", "a b c d e", ["b c d"]),
        ("a b", "a b y a b", ["a b", "a b"]),
        ("a b", "x y z", []),
        ("a b c", "a y z", []),
        ("a", "", []),
    ],
)
def test_the_nearest_stretches_are_found(quote: str, text: str, found: list[str]) -> None:
    assert find(quote, text)[: max(1, len(found))] == found


def test_stretches_come_from_all_texts_the_likest_first() -> None:
    texts = [["a", "x", "c"], [], ["a", "b", "c"], ["z"]]
    assert find_stretches(["a", "b", "c"], texts, 5) == [Stretch(2, 0, 3), Stretch(0, 0, 3)]
    assert find_stretches(["a", "b", "c"], texts, 1) == [Stretch(2, 0, 3)]


def test_no_stretch_reaches_from_one_text_into_the_next() -> None:
    assert find("a b c d", "x a b", "c d y", most=2) == ["a b", "c d"]


@pytest.mark.parametrize(
    ("quote", "words", "expected"),
    [("a b c d", "a b c d", 1.0), ("a b c d", "a x c d", 0.75), ("a b", "a x b y", 0.5)],
)
def test_similarity_counts_word_edits_over_the_longer(
    quote: str, words: str, expected: float
) -> None:
    assert similarity(quote.split(), words.split()) == expected


LETTERS = st.lists(st.sampled_from("abc"), min_size=1, max_size=6)


@given(LETTERS, st.lists(LETTERS, min_size=1, max_size=3))
def test_the_first_stretch_takes_no_more_edits_than_any(
    quote: list[str], texts: list[list[str]]
) -> None:
    fewest = min(
        Levenshtein.distance(quote, text[start:end])
        for text in texts
        for start in range(len(text) + 1)
        for end in range(start, len(text) + 1)
    )
    found = find_stretches(quote, texts, 10)
    if fewest * 2 <= len(quote):
        assert found
    for stretch in found:
        words = texts[stretch.text][stretch.start : stretch.end]
        assert similarity(quote, words) >= 0.5
    if found:
        best = texts[found[0].text][found[0].start : found[0].end]
        assert similarity(quote, best) >= 1 - fewest / len(quote)
