"""POST /query: filters, windows, order and the number of quotes."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

BOLTS = "How many bolts were replaced on the crane?"
VISITORS = "How many visitors did the glass museum count?"


def ask(client: TestClient, question: str, **fields: object) -> dict[str, Any]:
    response = client.post("/query", json={"question": question, **fields})
    assert response.status_code == 200, response.text
    return response.json()


def found(client: TestClient, **fields: object) -> set[str]:
    """The ids of the articles that answer under the filters."""
    answer = ask(client, "What happened in Varnholm?", top_k=50, **fields)
    if answer["status"] == "no_answer":
        return set()
    quotes = answer["quotes"]
    return {a["id"] for quote in quotes for a in (quote["article"], *quote["also_in"])}


@pytest.mark.parametrize(
    ("first", "last", "kept"),
    [
        ("2024-03-04", "2024-03-04", {"crane"}),
        ("2024-03-05", None, {"bakery", "museum"}),
        (None, "2023-12-31", {"orchard", "tunnel-early", "tunnel-late"}),
        (None, "2023-12-30", {"tunnel-early", "tunnel-late"}),
        ("2024-01-01", "2024-12-31", {"crane", "bakery", "library"}),
        ("2024-01-02", "2024-12-31", {"crane", "bakery"}),
        ("2024-01-01", "2024-12-30", {"crane"}),
        ("2024-12-01", "2024-12-31", {"bakery"}),
        ("2024-12-02", "2024-12-31", set()),
        ("2022-05-01", "2022-05-31", {"tunnel-early"}),
        ("2022-05-01", "2022-05-30", set()),
        ("2025-02-23", None, {"museum"}),
        ("2025-02-24", None, set()),
        (
            "1000-01-01",
            "9999-12-31",
            {"crane", "bakery", "library", "museum", "orchard", "tunnel-early", "tunnel-late"},
        ),
    ],
)
def test_a_window_keeps_articles_whose_whole_period_lies_inside_it(
    client: TestClient, first: str | None, last: str | None, kept: set[str]
) -> None:
    assert found(client, published_from=first, published_to=last) == kept


@pytest.mark.parametrize(
    ("outlets", "kept"),
    [
        (["harbour post"], {"crane", "orchard"}),
        (["HARBOUR POST", "gamma"], {"crane", "orchard", "tunnel-late"}),
        (["STRASSE BLATT"], {"museum"}),
        (["Harbour"], set()),
    ],
)
def test_outlets_match_whole_and_case_folded(
    client: TestClient, outlets: list[str], kept: set[str]
) -> None:
    assert found(client, outlets=outlets) == kept


def test_dates_and_outlets_both_must_pass(client: TestClient) -> None:
    assert found(client, outlets=["Harbour Post"], published_from="2024-01-01") == {"crane"}


@pytest.mark.parametrize(
    ("fields", "filters"),
    [
        ({}, (None, None, None, None)),
        ({"published_from": "2024-01-01"}, ("2024-01-01", None, None, "request")),
        ({"published_to": "2024-03-04"}, (None, "2024-03-04", None, "request")),
        ({"outlets": ["harbour post"]}, (None, None, ["harbour post"], "request")),
        ({"published_from": None, "published_to": None, "outlets": None}, (None,) * 4),
    ],
)
def test_the_filters_in_force_are_said(
    client: TestClient, fields: dict[str, object], filters: tuple[object, ...]
) -> None:
    said = ask(client, BOLTS, today="2025-03-12", **fields)["filters"]
    assert said == {
        "published_from": filters[0],
        "published_to": filters[1],
        "outlets": filters[2],
        "read_from": filters[3],
        "today": "2025-03-12",
    }


def test_a_window_in_the_question_is_a_filter(client: TestClient) -> None:
    answer = ask(client, "What do articles from 2024 say about Varnholm?", top_k=50)
    assert answer["filters"]["published_from"] == "2024-01-01"
    assert answer["filters"]["published_to"] == "2024-12-31"
    assert answer["filters"]["read_from"] == "question"
    assert {quote["article"]["id"] for quote in answer["quotes"]} == {"crane", "bakery", "library"}


def test_dates_of_the_request_override_those_of_the_question(client: TestClient) -> None:
    answer = ask(client, "What do articles from 2024 say about glass?", published_from="2025-01-01")
    assert answer["filters"]["published_from"] == "2025-01-01"
    assert answer["filters"]["published_to"] is None
    assert answer["filters"]["read_from"] == "request"
    assert [quote["article"]["id"] for quote in answer["quotes"]] == ["museum"]


def test_outlets_of_the_request_stand_beside_dates_of_the_question(client: TestClient) -> None:
    answer = ask(client, "What do articles from 2024 say?", outlets=["harbour post"])
    assert answer["filters"]["published_from"] == "2024-01-01"
    assert answer["filters"]["outlets"] == ["harbour post"]
    assert answer["filters"]["read_from"] == "question"
    assert [quote["article"]["id"] for quote in answer["quotes"]] == ["crane"]


def test_last_week_is_read_against_today(client: TestClient) -> None:
    question = "What do stories about the crane published last week say?"
    answer = ask(client, question, today="2024-03-12")
    assert answer["filters"]["published_from"] == "2024-03-04"
    assert answer["filters"]["published_to"] == "2024-03-10"
    assert [quote["article"]["id"] for quote in answer["quotes"]] == ["crane"]
    assert ask(client, question, today="2024-03-19")["reason"] == "nothing_in_window"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("newest", "museum bakery crane library orchard tunnel-early ferry"),
        ("oldest", "tunnel-early orchard library crane bakery museum ferry"),
    ],
)
def test_sorting_puts_a_partial_date_at_its_first_day_and_undated_last(
    client: TestClient, sort: str, order: str
) -> None:
    answer = ask(client, "What happened in Varnholm?", top_k=50, sort=sort)
    assert [quote["article"]["id"] for quote in answer["quotes"]] == order.split()


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_sorting_reorders_the_most_relevant_and_brings_no_other(
    client: TestClient, sort: str
) -> None:
    relevant = ask(client, VISITORS, top_k=3)["quotes"]
    sorted_ones = ask(client, VISITORS, top_k=3, sort=sort)["quotes"]
    assert len(relevant) == 3
    assert sorted(relevant, key=lambda q: q["id"]) == sorted(sorted_ones, key=lambda q: q["id"])


@pytest.mark.parametrize("top_k", [1, 2, 6, 7, 50])
def test_top_k_counts_after_duplicates_are_collapsed(client: TestClient, top_k: int) -> None:
    quotes = ask(client, "Why was the road tunnel closed?", top_k=top_k)["quotes"]
    assert len(quotes) == min(top_k, 7)


def test_the_earliest_article_stands_for_its_duplicates(client: TestClient) -> None:
    first = ask(client, "Why was the road tunnel closed?")["quotes"][0]
    assert first["article"]["id"] == "tunnel-early"
    assert sorted(article["id"] for article in first["also_in"]) == ["tunnel-late", "tunnel-never"]


def test_a_filter_takes_duplicates_away_too(client: TestClient) -> None:
    answer = ask(client, "Why was the road tunnel closed?", outlets=["gamma", "beta"])
    assert [quote["article"]["id"] for quote in answer["quotes"]] == ["tunnel-late"]
    assert [article["id"] for article in answer["quotes"][0]["also_in"]] == ["tunnel-never"]
