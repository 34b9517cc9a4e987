"""The terms of a text, their rarity and their ids."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from onrecord.index.text.terms import (
    analyse,
    index_terms,
    is_stop_word,
    language_term,
    plain_words,
    read_term_ids,
    share,
    shingles,
    term_id,
)
from onrecord.index.types import Passage, Span

TEXT = "Ferries late, ferries full. The quay closed."
PASSAGE = Passage("a", Span(7, 51), TEXT, 10, (Span(7, 34), Span(35, 51)))


@pytest.mark.parametrize(
    ("text", "analysed"),
    [
        ("Running Cafés, Zürich’s 2024!", ["run", "cafe", "zurich", "2024"]),
        ("THE FERRIES", ["the", "the0", "ferri", "feri"]),
        ("7-to-2", ["7", "to", "2"]),
        ("", []),
        ("…—“”", []),
        ("x" * 61 + " ok", ["ok"]),
        ("the U.S. and the u.n.", ["the", "us", "us0", "and", "the", "un"]),
        ("we’re here, don't go", ["we", "here", "don", "go"]),
        ("4,900 and 4\u202f900 and 4900", ["4900", "and", "4900", "and", "4900"]),
        ("1,5 or 1.5", ["1.5", "or", "1.5"]),
        ("at 9:45 on 3.12.2024", ["at", "9", "45", "on", "3", "12", "2024"]),
        ("a boat-house", ["a", "boat", "hous", "boathous"]),
        ("forty boats", ["forti", "boat", "40"]),
        ("a €2bn loan", ["a", "2bn", "2000000000", "loan"]),
        ("har\u00adbour o\ufb03ce", ["harbour", "offic"]),
        ("图书馆 opens", ["open", "图书", "书馆"]),
        ("مُحَمَّد", ["محمد"]),
    ],
)
def test_terms_do_not_depend_on_print(text: str, analysed: list[str]) -> None:
    assert analyse(text) == analysed


def test_a_capitalised_word_has_the_sound_of_a_name_too() -> None:
    assert analyse("Kovtunenko saw Zhanna Kyrylenko") == [
        *("kovtunenko", "saw", "zhanna", "zhana", "kyrylenko", "kirilenko")
    ]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("uk", "мости", "мостів"),
        ("ru", "газеты", "газетой"),
        ("de", "Brücken", "Brücke"),
        ("fr", "l’école", "écoles"),
        ("es", "puertos", "puerto"),
        ("pl", "mostu", "mosty"),
        ("ar", "المدارس", "مدارس"),
    ],
)
def test_forms_of_a_word_share_a_term_in_its_language(language: str, one: str, other: str) -> None:
    assert {*analyse(one, language)} & {*analyse(other, language)}


def test_an_acronym_that_is_a_word_too_has_a_term_of_its_own() -> None:
    assert analyse("US told us") == ["us", "us0", "told", "us"]
    assert analyse("WHO asked who") == ["who", "who0", "ask", "who"]
    assert analyse("NATO and nato") == ["nato", "and", "nato"]


def test_an_unknown_language_is_read_as_english_is() -> None:
    assert analyse("Ferries, mosty", "tlh") == analyse("Ferries, mosty")


def test_a_passage_says_its_language_unless_it_is_english() -> None:
    assert language_term("uk") in index_terms("Міст", "Новий міст.", "uk")
    assert index_terms("A pier", "It opened.", "en") == ["a", "pier", "it", "open"]


def test_function_words_of_a_language_are_stop_words() -> None:
    assert is_stop_word("скільки", ["uk"])
    assert not is_stop_word("скільки", ["de"])
    assert not is_stop_word("корабель", ["uk"])


def test_a_word_that_open_text_lacks_has_no_share() -> None:
    assert share("zzqx") == 0 < share("council") < share("the")


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
    assert ids.counts.tolist() == [4, 3]
    terms = ("ferri", "feri", "late", "full", "the", "quay", "close")
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
