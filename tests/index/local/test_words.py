"""The word index: BM25 in a known order, filters, and no question it cannot take."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from onrecord.index.local.words import WordDocument, WordIndex, write_words
from onrecord.index.text.terms import analyse
from onrecord.index.types import Filter

EVERYTHING = Filter()
TEXTS = {
    1: "ferry ferry ferry harbour",
    2: "ferry harbour",
    3: "ferry harbour council bridge library storm winter",
    4: "council",
    5: "council bridge",
}


def documents(texts: dict[int, str]) -> list[WordDocument]:
    """Undated documents without an outlet."""
    return [WordDocument(row, analyse(text), None, None, None) for row, text in texts.items()]


@pytest.fixture
def words(tmp_path: Path) -> WordIndex:
    """An index of `TEXTS`."""
    write_words(tmp_path / "words", documents(TEXTS))
    return WordIndex(tmp_path / "words")


def test_scores_are_those_of_the_bm25_formula(words: WordIndex) -> None:
    lengths = {row: len(text.split()) for row, text in TEXTS.items()}
    average = sum(lengths.values()) / len(lengths)
    rarity = math.log(1 + (5 - 3 + 0.5) / (3 + 0.5))

    def bm25(row: int) -> float:
        often = TEXTS[row].split().count("ferry")
        return rarity * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * lengths[row] / average))

    found = words.search(["ferri"], 10, EVERYTHING)
    assert [row for row, _ in found] == [1, 2, 3]
    assert [score for _, score in found] == pytest.approx([bm25(1), bm25(2), bm25(3)], rel=1e-4)


def test_a_rarer_word_counts_for_more(words: WordIndex) -> None:
    assert [row for row, _ in words.search(["storm", "council"], 10, EVERYTHING)] == [3, 4, 5]


def test_a_repeated_word_of_the_question_counts_once(words: WordIndex) -> None:
    assert words.search(["storm"] * 5, 10, EVERYTHING) == words.search(["storm"], 10, EVERYTHING)


def test_only_k_are_found_and_none_without_words(words: WordIndex) -> None:
    assert [row for row, _ in words.search(["ferri"], 2, EVERYTHING)] == [1, 2]
    assert words.search([], 10, EVERYTHING) == []
    assert words.search(["zeppelin"], 10, EVERYTHING) == []


def test_an_index_counts_its_passages_and_its_words(words: WordIndex) -> None:
    assert words.size == 5
    assert words.document_frequencies(["council", "zeppelin"]) == {"council": 3}


def test_added_documents_are_seen_by_the_next_to_open(words: WordIndex, tmp_path: Path) -> None:
    write_words(tmp_path / "words", documents({6: "ferry"}))
    assert words.size == 5
    assert WordIndex(tmp_path / "words").size == 6
    assert [row for row, _ in words.search(["ferri"], 10, EVERYTHING)] == [1, 2, 3]


def test_scores_do_not_depend_on_how_often_it_was_committed(
    words: WordIndex, tmp_path: Path
) -> None:
    for row, text in TEXTS.items():
        write_words(tmp_path / "steps", documents({row: text}))
    steps = WordIndex(tmp_path / "steps")
    for question in (["ferri"], ["council", "bridg"]):
        assert steps.search(question, 10, EVERYTHING) == words.search(question, 10, EVERYTHING)


def test_removed_rows_are_not_found_by_the_next_to_open(words: WordIndex, tmp_path: Path) -> None:
    write_words(tmp_path / "words", documents({9: "ferry"}), removed=[1, 3, 77])
    after = WordIndex(tmp_path / "words")
    assert after.rows() == [2, 4, 5, 9]
    assert sorted(row for row, _ in after.search(["ferri"], 10, EVERYTHING)) == [2, 9]
    assert words.rows() == [1, 2, 3, 4, 5]
    assert [row for row, _ in words.search(["ferri"], 10, EVERYTHING)] == [1, 2, 3]


def test_a_filter_changes_no_score(tmp_path: Path) -> None:
    day = date(2024, 12, 5).toordinal()
    dated = [
        WordDocument(1, ["ferri"], day, day, "the argus"),
        WordDocument(2, ["ferri", "harbour"], day, day, "gazette"),
    ]
    write_words(tmp_path / "dated", dated)
    index = WordIndex(tmp_path / "dated")
    where = Filter(date(2024, 12, 1), date(2024, 12, 31), ("The ARGUS",))
    ((row, score),) = index.search(["ferri"], 10, where)
    assert (row, score) == (1, pytest.approx(dict(index.search(["ferri"], 10, EVERYTHING))[1]))
