"""The times that a question names: windows of publication, asked times, relative days."""

from __future__ import annotations

from datetime import date

import pytest

from onrecord.index.times.periods import ANY_TIME, Period
from onrecord.index.types import Published
from onrecord.service.times import read_asked_time, read_window

TODAY = date(2025, 3, 12)  # a Wednesday


def days(question: str, today: date = TODAY) -> tuple[str | None, str | None] | None:
    """First and last day of the question's window, ISO."""
    window = read_window(question, today)
    if window is None:
        return None
    return (
        window.first.isoformat() if window.first else None,
        window.last.isoformat() if window.last else None,
    )


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What do articles from 2024 say about Varnholm?", "2024-01-01", "2024-12-31"),
        ("articles from 2024", "2024-01-01", "2024-12-31"),
        ("the coverage in 2024", "2024-01-01", "2024-12-31"),
        ("Only articles from 2024: how many ships sailed?", "2024-01-01", "2024-12-31"),
        ("According to articles from 2023, who won?", "2023-01-01", "2023-12-31"),
        ("In articles from February 2025, how many ships sank?", "2025-02-01", "2025-02-28"),
        ("In articles from February 2024, how many ships sank?", "2024-02-01", "2024-02-29"),
        ("Did any article published in 2024 mention cranes?", "2024-01-01", "2024-12-31"),
        ("Which articles dated 2025-02-23 mention glass?", "2025-02-23", "2025-02-23"),
        ("articles published on 4 December 2024 about bridges", "2024-12-04", "2024-12-04"),
        ("articles published on Dec. 4, 2024 about bridges", "2024-12-04", "2024-12-04"),
        ("news from December 4th, 2024", "2024-12-04", "2024-12-04"),
        ("articles published in December", "2024-12-01", "2024-12-31"),
        ("articles from March", "2025-03-01", "2025-03-31"),
        ("articles from April", "2024-04-01", "2024-04-30"),
        ("articles published between 2024-01-01 and 2024-03-31", "2024-01-01", "2024-03-31"),
        ("stories from 2022 to 2023 about the tunnel", "2022-01-01", "2023-12-31"),
        ("stories between May 2023 and June 2024", "2023-05-01", "2024-06-30"),
        ("What has been reported since May about the draft?", "2024-05-01", None),
        ("What was reported since 10 May 2024?", "2024-05-10", None),
        ("coverage after December 2024", "2025-01-01", None),
        ("published after 1 January 2025", "2025-01-02", None),
        ("coverage before 2023", None, "2022-12-31"),
        ("stories until 5 December 2024", None, "2024-12-05"),
        ("ARTICLES FROM 2024", "2024-01-01", "2024-12-31"),
    ],
)
def test_explicit_wording_is_a_window(question: str, first: str | None, last: str | None) -> None:
    assert days(question) == (first, last)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("today", "2025-03-12", "2025-03-12"),
        ("yesterday", "2025-03-11", "2025-03-11"),
        ("this week", "2025-03-10", "2025-03-12"),
        ("last week", "2025-03-03", "2025-03-09"),
        ("this month", "2025-03-01", "2025-03-12"),
        ("last month", "2025-02-01", "2025-02-28"),
        ("this year", "2025-01-01", "2025-03-12"),
        ("last year", "2024-01-01", "2024-12-31"),
        ("the past week", "2025-03-05", "2025-03-12"),
        ("the past 3 days", "2025-03-09", "2025-03-12"),
        ("last 2 weeks", "2025-02-26", "2025-03-12"),
        ("the last 2 weeks", "2025-02-26", "2025-03-12"),
        ("the past year", "2024-03-12", "2025-03-12"),
        ("the previous year", "2024-01-01", "2024-12-31"),
        ("last day", "2025-03-11", "2025-03-11"),
    ],
)
def test_relative_words_are_read_against_today(words: str, first: str, last: str) -> None:
    assert days(f"What do news stories from {words} say about cranes?") == (first, last)
    assert days(f"stories about Osterby published {words}") == (first, last)


@pytest.mark.parametrize(
    ("today", "words", "first", "last"),
    [
        (date(2025, 1, 1), "last week", "2024-12-23", "2024-12-29"),
        (date(2025, 1, 1), "last month", "2024-12-01", "2024-12-31"),
        (date(2025, 1, 1), "yesterday", "2024-12-31", "2024-12-31"),
        (date(2024, 3, 31), "last month", "2024-02-01", "2024-02-29"),
        (date(2024, 2, 29), "last year", "2023-01-01", "2023-12-31"),
        (date(2025, 3, 10), "this week", "2025-03-10", "2025-03-10"),
        (date(2025, 3, 9), "this week", "2025-03-03", "2025-03-09"),
    ],
)
def test_weeks_months_and_years_turn_where_the_calendar_does(
    today: date, words: str, first: str, last: str
) -> None:
    assert days(f"articles from {words}", today) == (first, last)


@pytest.mark.parametrize(
    "question",
    [
        "How many people were drafted in 2024?",
        "How many were drafted last year?",
        "What happened since 2014?",
        "Who was mayor in May 2023?",
        "What happened on 4 December 2024?",
        "Who opened the crane last week?",
        "the report published on Dec. 4",
        "What did the report published on Dec. 4 say?",
        "What does the report published in 2024 say?",
        "What does the study published last week say?",
        "What did the law published in 2020 change?",
        "What follows from the figures published since May?",
        "How many news outlets closed in 2024?",
        "What do stories on May say?",
        "What did Theresa May say in articles?",
        "What do articles about the war in 2022 say?",
        "What is the news about the 2024 elections?",
        "How many articles of the constitution changed in 2020?",
        "Which articles were most read?",
        "articles",
        "2024",
        "articles from 2024-13-45",
        "articles from 31 February 2024",
        "stories from 2024 to 2023",
        "articles from the 2024th page",
        "",
        "🐟",
    ],
)
def test_a_time_of_an_event_is_no_window(question: str) -> None:
    assert days(question) is None


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        (
            "What stories about the harbour published last week mention cranes?",
            "What stories about the harbour mention cranes?",
        ),
        ("According to articles from 2023, who won?", "who won?"),
        ("articles published on 4 December 2024 about bridges", "about bridges"),
        ("What has been reported since May about the ferry?", "What has been about the ferry?"),
        ("articles from 2024", "articles from 2024"),
    ],
)
def test_what_is_searched_for_is_the_question_without_its_window(question: str, rest: str) -> None:
    window = read_window(question, TODAY)
    assert window is not None
    assert window.rest == rest


@pytest.mark.parametrize("today", [date.min, date(1, 1, 8), date.max])
@pytest.mark.parametrize(
    "words", ["last week", "yesterday", "the past 99 years", "last month", "last year", "May"]
)
def test_the_ends_of_the_calendar_raise_nothing(today: date, words: str) -> None:
    window = read_window(f"articles from {words}", today)
    assert window is None or (window.last is not None and window.last <= today)


@pytest.mark.parametrize(
    "question",
    ["articles " * 111, "report " * 140 + "published since 2020", "stories " + "a " * 480],
)
def test_a_thousand_characters_are_read_at_once(question: str) -> None:
    assert len(question) <= 1001
    read_window(question, TODAY)


def period(first: str, last: str | None = None) -> Period:
    """From the beginning of the first to the end of the last; the whole of the first alone."""
    one, other = (
        Published(written, {4: "year", 7: "month", 10: "day"}[len(written)])  # type: ignore[arg-type]
        for written in (first, last or first)
    )
    assert one.first
    assert other.last
    return Period.of(one.first, other.last)


@pytest.mark.parametrize(
    ("question", "periods"),
    [
        ("How many were drafted in 2024?", (period("2024"),)),
        ("Who led it from 1965 to 1967?", (period("1965", "1967"),)),
        ("Did it grow more in 2019 or in 2021?", (period("2019"), period("2021"))),
        ("Who won last year?", (period("2024"),)),
        ("What happened last month?", (period("2025-02"),)),
        ("Who left this year, in 2024?", (period("2024"),)),
        ("Who resigned on 4 December 2024?", (period("2024-12-04"),)),
        ("Who resigned on the 4th of December 2024?", (period("2024-12-04"),)),
        ("Who resigned on December 4th, 2024?", (period("2024-12-04"),)),
        ("Who resigned on Dec. 4, 2024?", (period("2024-12-04"),)),
        ("Who resigned on 4.12.2024?", (period("2024-12-04"),)),
        ("Who resigned on 14/12/2024?", (period("2024-12-14"),)),
        ("Who resigned on 04/12/2024?", (period("2024"),)),  # which of two days is not known
        ("Who resigned on 2024-12-04?", (period("2024-12-04"),)),
        ("Who resigned on 4 December?", (period("2024-12-04"),)),
        ("Who resigned on March 11?", (period("2025-03-11"),)),
        ("Who resigned in February?", (period("2025-02"),)),
        ("Who resigned in April?", (period("2024-04"),)),
    ],
)
def test_years_months_and_days_are_periods(question: str, periods: tuple[Period, ...]) -> None:
    asked = read_asked_time(question, TODAY)
    assert (asked.periods, asked.days, asked.latest) == (periods, None, False)


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What did the board decide this week?", "2025-03-10", "2025-03-12"),
        ("What is this week's decision?", "2025-03-10", "2025-03-12"),
        ("Who resigned yesterday?", "2025-03-11", "2025-03-11"),
        ("Which bridge fell on Monday?", "2025-03-10", "2025-03-11"),
        ("Which bridge fell last Friday?", "2025-03-07", "2025-03-08"),
        ("Which bridge fell on Wednesday?", "2025-03-12", "2025-03-12"),
        ("Which star was recently spotted?", "2025-02-10", "2025-03-12"),
        ("What happened tonight?", "2025-03-12", "2025-03-12"),
    ],
)
def test_relative_words_are_days_of_news(question: str, first: str, last: str) -> None:
    news = (date.fromisoformat(first), date.fromisoformat(last))
    asked = read_asked_time(question, TODAY)
    assert (asked.periods, asked.days, asked.latest) == ((), news, False)


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest dollar rate?",
        "the newest count of cranes",
        "What is the most recent figure?",
        "What is the current water level?",
        "today's water level",
        "How high is the water as of now?",
        "How many ships are currently in port?",
    ],
)
def test_what_is_latest_does_not_depend_on_today(question: str) -> None:
    asked = read_asked_time(question, TODAY)
    assert (asked.periods, asked.days, asked.latest) == ((), None, True)


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the latest book on cranes?",
        "Who studies current affairs?",
        "Is a current strong?",
    ],
)
def test_other_words_ask_for_nothing_latest(question: str) -> None:
    assert not read_asked_time(question, TODAY).latest


def test_the_words_that_name_the_time_are_marked() -> None:
    question = "How many cranes were counted on 29 December 2023?"
    (span,) = read_asked_time(question, TODAY).spans
    assert question[slice(*span)] == "29 December 2023"


@pytest.mark.parametrize(
    "question", ["Who heads the mission?", "What is new in New York?", "How many of 1,950?", ""]
)
def test_other_questions_ask_about_no_time(question: str) -> None:
    assert read_asked_time(question, TODAY) == ANY_TIME
