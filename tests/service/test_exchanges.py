"""A follow-up's time or name in the earlier question's place."""

from __future__ import annotations

import pytest

from onrecord.service.exchanges import exchange


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
