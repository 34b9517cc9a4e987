"""Follow-up questions stand alone."""

from __future__ import annotations

import time

import pytest

from onrecord.service.followups import exchange, stand_alone

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


FINE = "How much was the bakery Kolvik fined?"


@pytest.mark.parametrize(
    "question",
    [
        "What about the storm in Osterby — was anyone hurt?",
        "what about the storm in Osterby - was anyone hurt?",
        "What about the storm in Osterby? Was anyone hurt?",
        "And what about the storm in Osterby, was anyone hurt",
        "How about the tram to Varnholm: when will it run again?",
        "What about the tram line, when will it run again?",
        "what about the tram to Varnholm when will it run again?",
        "and the new school in Osterby, how much did it cost?",
        "The harbour crane – who tested it?",
        "what about the storm in Osterby, anyone hurt?",
        "What of the storm in Osterby… was anyone hurt?",
        "OK, what about Mona Berg, where was she born?",
        "But what about the power plant at Osterby; did it lose its line?",
        "So what about the tunnel under Varnholm, and why was it closed?",
    ],
)
def test_a_topic_and_a_question_about_it_are_a_new_question(question: str) -> None:
    assert stand_alone(question, (FINE,)) == question


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What about Osterby?", "How many people were drafted in Osterby in 2022?"),
        ("And in 2023?", "How many people were drafted in Varnholm in 2023?"),
        ("What about 2023, how many?", f"{BEFORE[:-1]}, 2023, how many?"),
        ("What about Osterby, was it more?", f"{BEFORE[:-1]}, Osterby, was it more?"),
        ("What about Osterby, how many there?", f"{BEFORE[:-1]}, Osterby, how many there?"),
        (
            "What about women in Osterby, were they drafted too?",
            f"{BEFORE[:-1]}, women in Osterby, were they drafted too?",
        ),
        ("What about the women, were they paid?", f"{BEFORE[:-1]}, the women, were they paid?"),
        (
            "What about their wives — were they paid?",
            f"{BEFORE[:-1]}, their wives — were they paid?",
        ),
        ("And who counted, and how?", f"{BEFORE} Who counted, and how?"),
    ],
)
def test_a_topic_that_needs_the_question_before_takes_it(question: str, asked: str) -> None:
    assert stand_alone(question, (BEFORE,)) == asked


NAMED = "What did Mona Berg say on Monday?"
STORM = "What about the storm in Osterby — was anyone hurt?"


@pytest.mark.parametrize(
    ("history", "taken"),
    [
        ((NAMED,), NAMED),
        ((NAMED, STORM), NAMED),
        (("Who leads the mission?", STORM), "Who leads the mission?"),
        ((NAMED, "What did the mayor of Osterby say?"), "What did the mayor of Osterby say?"),
        ((NAMED, "When did Ida Holm resign?"), "When did Ida Holm resign?"),
        ((NAMED, STORM, "How many homes were flooded in March?"), NAMED),
        ((STORM,), STORM),
        ((NAMED, "Where was she born?"), f"{NAMED} Where was she born?"),
    ],
)
def test_he_and_she_are_the_last_person_asked_about(history: tuple[str, ...], taken: str) -> None:
    assert stand_alone("How old is she?", history) == f"{taken} How old is she?"


def test_it_belongs_to_the_last_question() -> None:
    assert stand_alone("Who caused it?", (NAMED, STORM)) == f"{STORM} Who caused it?"


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
        "what about The " + "x? how " * 140,
        "what about " + "- " * 480 + "who",
        "the x, who " + "about the " * 98,
        "what about A b c" + " \u2003" * 480,
        "that " * 200,
    ],
)
def test_a_thousand_hostile_characters_are_read_within_a_second(question: str) -> None:
    started = time.process_time()
    stand_alone(question, (BEFORE,) * 20)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("before", "addition", "asked"),
    [
        ("Who led it in 2022?", "in 2023", "Who led it in 2023?"),
        ("Who led it in 2022?", "2023", "Who led it in 2023?"),
        ("Who led it in 2022?", "in March 2023", "Who led it in March 2023?"),
        ("Who led it in 2022?", "since May", "Who led it since May 2022?"),
        ("Who led it in 2022?", "last year", "Who led it last year?"),
        ("Who led it in 2022?", "the year after", "Who led it in 2023?"),
        ("Who led it in 2022?", "the previous year", "Who led it in 2021?"),
        ("Who led it in May 2019?", "in June", "Who led it in June 2019?"),
        ("Who led it from 1950 to 1955?", "in 1961", "Who led it in 1961?"),
        ("Who led it from 1950 to 1955?", "1961", "Who led it in 1961?"),
        ("Who led it in 1961?", "from 1950 to 1955", "Who led it from 1950 to 1955?"),
        ("What happened last week?", "this week", "What happened this week?"),
        ("Is the ferry running today?", "on Sunday", "Is the ferry running on Sunday?"),
    ],
)
def test_a_time_takes_the_place_of_the_time(before: str, addition: str, asked: str) -> None:
    assert exchange(addition, before) == asked


@pytest.mark.parametrize(
    ("before", "addition", "asked"),
    [
        ("Who fished in Varnholm?", "Osterby", "Who fished in Osterby?"),
        ("Who fished in Varnholm in 2022?", "in Osterby", "Who fished in Osterby in 2022?"),
        ("What did Mona Berg say?", "Ida Holm", "What did Ida Holm say?"),
        ("Did Mona Berg fish in Varnholm?", "in Osterby", "Did Mona Berg fish in Osterby?"),
        ("Did Mona Berg fish in Varnholm?", "Osterby", "Did Mona Berg fish in Osterby?"),
        (
            "Who heads the Bank of Varnholm?",
            "the Bank of Osterby",
            "Who heads the Bank of Osterby?",
        ),
    ],
)
def test_a_name_takes_the_place_of_the_name(before: str, addition: str, asked: str) -> None:
    assert exchange(addition, before) == asked


@pytest.mark.parametrize(
    ("before", "addition"),
    [
        ("Who led it?", "in 2023"),
        ("Who led it after 1950 and before the war of 1961 ended?", "in 2023"),
        ("Who led it from spring to autumn?", "the year after"),
        ("Who fished there?", "in Osterby"),
        ("Did Berg fish with Holm and Dahl?", "Osterby"),
        ("Who fished in Varnholm?", "women"),
    ],
)
def test_where_nothing_or_several_could_be_meant_nothing_is_exchanged(
    before: str, addition: str
) -> None:
    assert exchange(addition, before) is None
