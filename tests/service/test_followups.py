"""Which question leans on the one before, and what it takes from it."""

from __future__ import annotations

import time

import pytest

from onrecord.service.followups import stand_alone

BEFORE = "How many people were drafted in Varnholm in 2022?"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("And in 2023?", "How many people were drafted in Varnholm in 2023?"),
        ("And 2023?", "How many people were drafted in Varnholm in 2023?"),
        ("What about 2023?", "How many people were drafted in Varnholm in 2023?"),
        ("How about 2023", "How many people were drafted in Varnholm in 2023?"),
        ("What about Osterby?", "How many people were drafted in Osterby in 2022?"),
        ("And in Osterby?", "How many people were drafted in Osterby in 2022?"),
        ("What about women?", "How many people were drafted in Varnholm in 2022, women?"),
        ("And who counted?", f"{BEFORE} Who counted?"),
        ("Who else?", f"{BEFORE} Who else?"),
        ("What happened next?", f"{BEFORE} What happened next?"),
        ("From which month?", f"{BEFORE} From which month?"),
        ("Tell me more.", f"{BEFORE} Tell me more."),
        ("Why?", f"{BEFORE} Why?"),
        ("Since when?", f"{BEFORE} Since when?"),
        ("Who counted them?", f"{BEFORE} Who counted them?"),
        ("Are they paid?", f"{BEFORE} Are they paid?"),
    ],
)
def test_a_question_that_leans_takes_what_it_needs(question: str, asked: str) -> None:
    assert stand_alone(question, (BEFORE,)) == asked


@pytest.mark.parametrize(
    "question",
    [
        "How much did the crane cost?",
        "Is it true that the crane fell?",
        "How many cranes are there in Osterby?",
        "Who said that the ferry stops?",
        "What did the mayor Mona Berg say about her ferry?",
        "What is Osterby known for?",
        "🐟",
        "?",
    ],
)
def test_a_question_that_stands_stays_as_it_is(question: str) -> None:
    assert stand_alone(question, (BEFORE,)) == question


@pytest.mark.parametrize("history", [(), ("",), ("  ", "\n")])
def test_without_a_question_before_nothing_changes(history: tuple[str, ...]) -> None:
    assert stand_alone("And in 2023?", history) == "And in 2023?"


def test_a_chain_of_follow_ups_goes_back_to_its_first_question() -> None:
    asked = stand_alone("And in 2024?", (BEFORE, "And in 2023?"))
    assert asked == "How many people were drafted in Varnholm in 2024?"


def test_only_the_last_standing_question_counts() -> None:
    history = (BEFORE, "How much did the crane cost?")
    assert stand_alone("Why?", history) == "How much did the crane cost? Why?"


@pytest.mark.parametrize(
    "question",
    [
        "And " + "x" * 900 + " a b c d e f",
        "And in " + "é" * 450 + " " + "y" * 450 + " a b c d e",
        "What about " + "?" * 900 + "x",
        "and " + "? " * 480 + "x",
        "x that " * 142,
        "that " * 200,
    ],
)
def test_a_thousand_hostile_characters_are_read_within_a_second(question: str) -> None:
    started = time.process_time()
    stand_alone(question, (BEFORE,) * 20)
    assert time.process_time() - started < 1
