"""Words as quotes are compared by: what is one word, and which forms of it are the same."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.index.text.words import fold, fold_words, offsets, read_words, splits_word


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Ferry — stops.", ["the", "ferry", "stops"]),
        ("Don’t, don't, DONʼT", ["don't", "don't", "don't"]),
        ("2.5 million, 90,318 at 10:30.", ["2.5", "million", "90,318", "at", "10:30"]),
        ("U.S. end.Next", ["u", "s", "end", "next"]),
        ("well-known well–known", ["well", "known", "well", "known"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("İstanbul i̇stanbul", ["istanbul", "istanbul"]),
        ("Cafe\u0301 café", ["café", "café"]),
        ("re\u00adopened\u200b \ufeffnow", ["reopened", "now"]),
        ("ﬁve 𝔉our", ["five", "four"]),
        ("隧道为什么", ["隧", "道", "为", "什", "么"]),
        ("राज्य ЗАКРЫТ", ["राज्य", "закрыт"]),
        ("🍎🍏 … «» \x00\x07 'tis' ''", ["tis"]),
        ("", []),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert [word.folded for word in read_words(text)] == words
    assert fold_words(text) == words


def test_a_word_says_where_it_stands() -> None:
    text = "🍎 “Don’t go”"
    assert [text[word.start : word.end] for word in read_words(text)] == ["Don’t", "go"]
    assert [(word.start, word.end) for word in read_words(text, 8)] == [(9, 11)]


@pytest.mark.parametrize(
    ("text", "at", "splits"),
    [
        ("harbour", 3, True),
        ("harbour", 0, False),
        ("harbour", 7, False),
        ("2.5", 2, True),
        ("2.5", 1, True),
        ("1, 2", 2, False),
        ("don’t", 4, True),
        ("cafe\u0301", 4, True),
        ("well-known", 5, False),
        ("隧道", 1, False),
    ],
)
def test_an_offset_inside_a_word_splits_it(text: str, at: int, splits: bool) -> None:
    assert splits_word(text, at) is splits


@given(st.text())
def test_folding_keeps_offsets_and_the_number_of_words(text: str) -> None:
    places = offsets(text)
    assert len(places) == len(fold(text))
    assert places == sorted(places)
    words = read_words(text)
    assert [word.folded for word in words] == fold_words(text)
    assert all(one.end <= other.start for one, other in pairwise(words))
    assert not any(splits_word(text, word.start) for word in words)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("a\u00adb\u200bc \ufeff d", "abc d"),
        ("a\u00ad\n b\n\u00a0c", "ab c"),
        ("“a” ‘b’ »c« „d“ ‹e›", '"a" \'b\' "c" "d" \'e\''),
        ("«\u202fa\u00a0», « b ».", '"a", "b".'),
        ("sagte »a!« und »… b«", 'sagte "a!" und "… b"'),
        ("oﬃcial ﬆ Ĳ œ", "official st IJ œ"),
        ("A – b—c", "A – b—c"),
    ],
)
def test_a_text_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_offsets_lead_back_to_the_text() -> None:
    text = "ﬁ\u00adt  «\u00a0x»"
    assert fold(text) == 'fit "x"'
    assert offsets(text) == [0, 0, 2, 3, 5, 7, 8]
