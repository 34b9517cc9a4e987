"""The stretches most like a quote, by the fewest word edits, and what differs, to the character."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from onrecord.service.verify.alignment import Stretch, compare, find_stretches, similarity


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


OPS = {"equal": "=", "delete": "-", "insert": "+"}
SENTENCE = "The harbour of Varnholm reopened its “eastern” crane on Monday."


def diff(quote: str, text: str) -> list[str]:
    return [OPS[piece.op] + piece.text for piece in compare(quote, text)]


@pytest.mark.parametrize(
    ("quote", "text", "pieces"),
    [
        ("a cat sat", "a cat sat", ["=a cat sat"]),
        ("a cat sat", "a dog sat", ["=a ", "-cat", "+dog", "= sat"]),
        ("a cat sat down", "a dog ran down", ["=a ", "-cat sat", "+dog ran", "= down"]),
        ("a cat sat", "a cat", ["=a cat", "- sat"]),
        ("a cat", "a black cat", ["=a ", "+black ", "=cat"]),
        ("The cat", "the cat", ["-The", "+the", "= cat"]),
        ("it's so", "it’s so", ["-it's", "+it’s", "= so"]),
        ("“a cat”", "a cat", ["-“", "=a cat", "-”"]),
        ("a cat - sat", "a cat — sat", ["=a cat ", "--", "+—", "= sat"]),
        ("a cat, sat", "a cat sat", ["=a cat", "-,", "= sat"]),
        ("a\u00a0cat", "a\ncat", ["=a", "-\u00a0", "+\n", "=cat"]),
        ("cats", "cat", ["-cats", "+cat"]),
        ("", "a cat", ["+a cat"]),
        ("a cat", "", ["-a cat"]),
        ("…", "…", ["=…"]),
        ("", "", []),
    ],
)
def test_a_diff_goes_by_words(quote: str, text: str, pieces: list[str]) -> None:
    assert diff(quote, text) == pieces


def check(quote: str, text: str) -> None:
    pieces = compare(quote, text)
    assert "".join(piece.text for piece in pieces if piece.op != "insert") == quote
    assert "".join(piece.text for piece in pieces if piece.op != "delete") == text
    assert all(piece.text for piece in pieces)
    for one, other in pairwise(pieces):
        assert one.op != other.op
        assert (one.op, other.op) != ("insert", "delete")


@given(st.text(), st.text())
def test_joined_pieces_are_quote_and_text(quote: str, text: str) -> None:
    check(quote, text)


WORDS = [
    "the",
    "The",
    "THE",
    "don't",
    "don’t",
    "2.5",
    "ß",
    "SS",
    "e\u0301",
    "é",
    "—",
    "-",
    ", ",
    " ",
]


@given(st.lists(st.sampled_from(WORDS)), st.lists(st.sampled_from(WORDS)))
def test_joined_pieces_of_much_alike_texts_are_quote_and_text(
    quote: list[str], text: list[str]
) -> None:
    check("".join(quote), "".join(text))
    check(" ".join(quote), "\n".join(text))


@given(st.integers(0, len(SENTENCE)), st.integers(0, len(SENTENCE)), st.text(max_size=5))
def test_joined_pieces_of_a_changed_sentence_are_quote_and_text(
    start: int, end: int, put_in: str
) -> None:
    check(SENTENCE[:start] + put_in + SENTENCE[end:], SENTENCE)
