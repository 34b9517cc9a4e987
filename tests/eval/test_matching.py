"""An answer is found as whole words, however it was typed."""

from __future__ import annotations

import pytest

from onrecord.eval.judge import fold, holds


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("It opened on 17 May.", "17"),
        ("The crane REOPENED on Monday.", "reopened"),
        ("The café in Zürich", "Cafe in Zurich"),
        ("The cafe in Zurich", "Café in Zürich"),
        ("“Harbour’s end”, she said", '"Harbour\'s end"'),
        ("the years 2019–2024", "2019-2024"),
        ("the years 2019—2024", "2019‐2024"),
        ("forty\n  tonnes\u00a0of steel", "forty tonnes of steel"),
        ("up to 104% of the plan", "104%"),
        ("up to 104% of the plan", "104"),
        ("paid $3.50, he said", "$3.50"),
        ("nearly 5,500 were drafted", "5,500"),
        ("Die Straße ist zu", "STRASSE"),
        ("of Dec. 4.", "Dec. 4"),
    ],
)
def test_an_answer_is_found_whatever_its_case_accents_quotes_and_blanks(
    text: str, answer: str
) -> None:
    assert holds(text, [answer])


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("It opened in 2017.", "17"),
        ("It opened in 1705.", "17"),
        ("nearly 15,500 were drafted", "5,500"),
        ("nearly 5,500 people", "500"),
        ("17.5 percent", "17"),
        ("2.5 million", "5 million"),
        ("the 40th ship", "40"),
        ("the harbourmaster", "harbour"),
        ("a rearmed force", "armed force"),
        ("forty long tonnes", "forty tonnes"),
        ("tonnes forty", "forty tonnes"),
    ],
)
def test_a_part_of_a_word_or_number_is_no_answer(text: str, answer: str) -> None:
    assert not holds(text, [answer])


@pytest.mark.parametrize("answer", ["", "  ", "%", "—", "“”", "..."])
def test_an_answer_without_a_word_is_found_nowhere(answer: str) -> None:
    assert not holds("100% — “all” of it...", [answer])


def test_signs_in_an_answer_are_no_pattern() -> None:
    assert holds("the C++ (2nd) edition", ["C++ (2nd)"])
    assert not holds("the CC edition", ["C."])


def test_one_answer_of_several_is_enough_and_none_is_not() -> None:
    assert holds("Ruth Palm sold the ovens", ["Mona Berg", "Ruth Palm"])
    assert not holds("Ruth Palm sold the ovens", [])


def test_folding_leaves_plain_words_with_single_blanks() -> None:
    assert fold("  “Ça\tva” —\n l’Été\u00a02024 ") == '"ca va" - l\'ete 2024'


@pytest.mark.parametrize(
    "text", ["It was 17.", "17, they said", "(17)", "$17", "17%", "17-year-old"]
)
def test_a_number_may_end_a_clause(text: str) -> None:
    assert holds(text, ["17"])
