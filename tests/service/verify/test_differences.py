"""A diff's pieces are the quote and the text to the character, and equal only where both are."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.service.verify.alignment import compare

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
