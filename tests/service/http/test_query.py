"""POST /query, to the letter of the contract."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.answer import Answerer
from service.app import create_app

NUMBER = (int, float)
NONE = type(None)
ARTICLE = {
    "id": str,
    "title": str,
    "outlet": (str, NONE),
    "authors": list,
    "url": (str, NONE),
    "language": str,
    "published": (str, NONE),
    "published_precision": (str, NONE),
    "published_evidence": (dict, NONE),
    "terms": (dict, NONE),
    "sha256": str,
}
QUOTE = {
    "id": str,
    "text": str,
    "start": int,
    "end": int,
    "highlights": list,
    "score": NUMBER,
    "ranks": dict,
    "article": dict,
    "also_in": list,
    "citation": str,
    "selector": dict,
    "link": (str, NONE),
}
ANSWER = {
    "question": str,
    "standalone_question": str,
    "status": str,
    "reason": (str, NONE),
    "confidence": NUMBER,
    "filters": dict,
    "quotes": list,
    "nearest": list,
    "archive": dict,
    "took_ms": NUMBER,
}
QUESTIONS = [
    "How many bolts were replaced on the crane?",
    "How many visitors did the glass museum count?",
    "How many nights of frost came after the bloom?",
    "Why was the tunnel closed?",
    "How much money did the night ferry lose?",
    "What does the library lend?",
]


def ask(client: TestClient, question: str, **fields: object) -> dict[str, Any]:
    response = client.post("/query", json={"question": question, **fields})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()


def with_least(paper: Answerer, confidence: float) -> TestClient:
    return TestClient(create_app(replace(paper, min_confidence=confidence)))


def check_shape(given: dict[str, Any], shape: dict[str, Any]) -> None:
    assert set(given) == set(shape)
    for name, kind in shape.items():
        assert isinstance(given[name], kind), name
        assert not isinstance(given[name], bool), name


def check_article(article: dict[str, Any]) -> None:
    check_shape(article, ARTICLE)
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", article["id"])
    assert re.fullmatch(r"[0-9a-f]{64}", article["sha256"])
    assert all(isinstance(name, str) for name in article["authors"])
    length = {None: 0, "year": 4, "month": 7, "day": 10}[article["published_precision"]]
    assert len(article["published"] or "") == length
    if article["published_evidence"] is not None:
        check_shape(article["published_evidence"], {"rule": str, "snippet": str})
    if article["terms"] is not None:
        terms = {"max_chars": (int, NONE), "link_required": (bool, int), "snippet": str}
        assert set(article["terms"]) == set(terms)
        assert isinstance(article["terms"]["link_required"], bool)


def check_quote(client: TestClient, quote: dict[str, Any]) -> None:
    """All that the contract says of one quote."""
    check_shape(quote, QUOTE)
    whole = client.get(f"/articles/{quote['article']['id']}").json()
    text, start, end = whole["text"], quote["start"], quote["end"]
    assert 0 <= start < end <= len(text)
    assert text[start:end] == quote["text"]
    assert quote["id"] == f"{whole['id']}:{start}-{end}"
    assert {name: whole[name] for name in ARTICLE} == quote["article"]
    assert quote["article"]["sha256"] == sha256(text.encode()).hexdigest()
    for article in (quote["article"], *quote["also_in"]):
        check_article(article)
    assert quote["article"]["id"] not in [article["id"] for article in quote["also_in"]]
    assert quote["highlights"]
    reached = start
    for mark in quote["highlights"]:
        check_shape(mark, {"start": int, "end": int, "text": str})
        assert reached <= mark["start"] < mark["end"] <= end
        assert text[mark["start"] : mark["end"]] == mark["text"]
        reached = mark["end"]
    assert set(quote["ranks"]) == {"dense", "words"}
    assert quote["ranks"]["dense"] >= 1
    assert quote["ranks"]["words"] is None or quote["ranks"]["words"] >= 1
    selector = quote["selector"]
    assert set(selector) == {"type", "exact", "prefix", "suffix"}
    assert selector["type"] == "TextQuoteSelector"
    assert selector["exact"] == quote["text"]
    assert len(selector["prefix"]) <= 32
    assert len(selector["suffix"]) <= 32
    assert text[:start].endswith(selector["prefix"])
    assert text[end:].startswith(selector["suffix"])
    assert quote["citation"].startswith(f"“{quote['text']}” — ")
    assert (quote["link"] is None) == (quote["article"]["url"] is None)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_has_every_field_of_the_contract_and_no_other(
    client: TestClient, question: str
) -> None:
    answer = ask(client, question, top_k=50)
    check_shape(answer, ANSWER)
    assert answer["question"] == answer["standalone_question"] == question
    assert answer["status"] == "answered"
    assert answer["reason"] is None
    assert 0 <= answer["confidence"] <= 1
    assert answer["nearest"] == []
    assert set(answer["filters"]) == {
        "published_from",
        "published_to",
        "outlets",
        "read_from",
        "today",
    }
    assert answer["archive"]["articles"] == 9
    assert set(answer["archive"]) == {"generation", "fingerprint", "articles", "passages"}
    assert answer["archive"]["passages"] >= 9
    assert answer["archive"]["generation"] >= 1
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", answer["archive"]["fingerprint"])
    assert answer["took_ms"] > 0
    for quote in answer["quotes"]:
        check_quote(client, quote)


@pytest.mark.parametrize("question", QUESTIONS)
def test_scores_fall_under_relevance(client: TestClient, question: str) -> None:
    scores = [quote["score"] for quote in ask(client, question, top_k=50)["quotes"]]
    assert len(scores) == 7
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("question", "article", "words"),
    [
        ("How many bolts were replaced on the crane?", "crane", "312 bolts"),
        ("How many visitors did the glass museum count?", "museum", "90,318 visitors"),
        ("How many nights of frost came after the bloom?", "orchard", "19 nights of frost"),
        ("How many crowns did the company lose?", "ferry", "2.5 million crowns"),
        ("How many readers borrowed a tool?", "library", "641 readers"),
        ("How many pupils go to the school in the bakery?", "bakery", "85 pupils"),
    ],
)
def test_the_first_quote_marks_the_sentence_that_answers(
    client: TestClient, question: str, article: str, words: str
) -> None:
    first = ask(client, question)["quotes"][0]
    assert first["article"]["id"] == article
    assert words in " ".join(mark["text"] for mark in first["highlights"])


def test_offsets_behind_astral_characters_count_code_points(client: TestClient) -> None:
    first = ask(client, "How many nights of frost came after the bloom?")["quotes"][0]
    whole = client.get("/articles/orchard").json()["text"]
    marked = "The growers of Varnholm counted 19 nights of frost after the bloom."
    assert [mark["text"] for mark in first["highlights"]] == [marked]
    assert first["highlights"][0]["start"] == whole.index(marked) == 69


def test_an_answer_is_given_exactly_when_the_confidence_reaches_the_setting(
    paper: Answerer,
) -> None:
    confidence = ask(with_least(paper, 0.0), QUESTIONS[0])["confidence"]
    assert ask(with_least(paper, confidence), QUESTIONS[0])["status"] == "answered"
    assert ask(with_least(paper, confidence + 0.0001), QUESTIONS[0])["status"] == "no_answer"


@pytest.mark.parametrize("question", QUESTIONS)
def test_weak_evidence_shows_what_would_have_been_quoted(
    paper: Answerer, client: TestClient, question: str
) -> None:
    answered = ask(client, question, top_k=3)
    weak = ask(with_least(paper, 1.1), question, top_k=3)
    assert (weak["status"], weak["reason"]) == ("no_answer", "weak_evidence")
    assert weak["quotes"] == []
    assert weak["nearest"] == answered["quotes"]
    assert weak["confidence"] == answered["confidence"]


@pytest.mark.parametrize("least", [0.0, 1.1])
def test_a_window_without_an_article_shows_the_nearest_outside_it(
    paper: Answerer, client: TestClient, least: float
) -> None:
    answer = ask(
        with_least(paper, least),
        QUESTIONS[0],
        published_from="1999-01-01",
        published_to="1999-12-31",
    )
    assert (answer["status"], answer["reason"]) == ("no_answer", "nothing_in_window")
    assert answer["confidence"] == 0
    assert answer["quotes"] == []
    assert answer["nearest"] == ask(client, QUESTIONS[0])["quotes"]
    assert answer["filters"]["published_from"] == "1999-01-01"
    assert answer["filters"]["published_to"] == "1999-12-31"


def test_an_outlet_that_nobody_is_has_nothing_in_its_window(client: TestClient) -> None:
    answer = ask(client, QUESTIONS[0], outlets=["Nobody's Daily"])
    assert answer["reason"] == "nothing_in_window"
    assert answer["nearest"][0]["article"]["id"] == "crane"


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
    said = ask(client, QUESTIONS[0], today="2025-03-12", **fields)["filters"]
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


@pytest.mark.parametrize("today", ["0001-01-01", "9999-12-31", "1600-02-29"])
@pytest.mark.parametrize("words", ["last year", "the past 99 years", "yesterday", "May"])
def test_the_ends_of_the_calendar_are_days_like_others(
    client: TestClient, today: str, words: str
) -> None:
    assert ask(client, f"articles from {words}", today=today)["filters"]["today"] == today


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (
            "newest",
            ["museum", "bakery", "crane", "library", "orchard", "tunnel-early", "ferry"],
        ),
        (
            "oldest",
            ["tunnel-early", "orchard", "library", "crane", "bakery", "museum", "ferry"],
        ),
    ],
)
def test_sorting_puts_a_partial_date_at_its_first_day_and_undated_last(
    client: TestClient, sort: str, order: list[str]
) -> None:
    answer = ask(client, "What happened in Varnholm?", top_k=50, sort=sort)
    assert [quote["article"]["id"] for quote in answer["quotes"]] == order


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_sorting_reorders_the_most_relevant_and_brings_no_other(
    client: TestClient, sort: str
) -> None:
    relevant = ask(client, QUESTIONS[1], top_k=3)["quotes"]
    sorted_ones = ask(client, QUESTIONS[1], top_k=3, sort=sort)["quotes"]
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


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_request_gives_the_same_answer(client: TestClient, question: str) -> None:
    answers = [ask(client, question, today="2025-03-12", top_k=7) for _ in range(2)]
    for answer in answers:
        del answer["took_ms"]
    assert answers[0] == answers[1]


def test_a_follow_up_is_asked_with_the_question_before(client: TestClient) -> None:
    answer = ask(
        client, "And the museum?", history=["How many visitors did the library count in 2024?"]
    )
    assert answer["question"] == "And the museum?"
    expected = "How many visitors did the library count in 2024, the museum?"
    assert answer["standalone_question"] == expected


def test_an_empty_archive_says_so(open_archive: Any) -> None:
    answer = ask(TestClient(create_app(open_archive([]))), "Anything at all?", top_k=50)
    assert (answer["status"], answer["reason"]) == ("no_answer", "empty_archive")
    assert (answer["confidence"], answer["quotes"], answer["nearest"]) == (0, [], [])
    assert (answer["archive"]["articles"], answer["archive"]["passages"]) == (0, 0)


def test_an_empty_archive_says_so_under_a_filter(open_archive: Any) -> None:
    client = TestClient(create_app(open_archive([])))
    assert ask(client, "Anything?", outlets=["Nobody"])["reason"] == "empty_archive"


@pytest.mark.parametrize(
    "question",
    [
        "🐟" * 1000,
        "👩‍👩‍👧‍👦" * 142,
        "ما هو سبب إغلاق النفق؟",
        "隧道为什么关闭？",
        "Чому закрили тунель?",
        "\x00\x01\x02\x07\x1b[31m",
        "?!… — «»",
        '((((a:b AND "*~^',
        "\u200b\u202e\u2066",
        "e\u0301" * 500,
        "x" * 1000,
        "a " * 499 + "b",
        "And " + "x" * 900 + " a b c d e f",
        "\U0010ffff\ue000\ufffe",
    ],
)
def test_a_strange_question_gets_an_honest_answer(client: TestClient, question: str) -> None:
    answer = ask(client, question, history=["What did the museum count?"])
    assert answer["question"] == question.strip()
    for quote in answer["quotes"]:
        check_quote(client, quote)


@pytest.mark.parametrize("question", ["🐟" * 1000, "隧道为什么关闭？", "?!… — «»", "\x01\x02\x07"])
def test_a_question_that_no_article_can_answer_gets_no_answer(
    paper: Answerer, question: str
) -> None:
    assert ask(with_least(paper, 0.5), question)["status"] == "no_answer"


def test_white_space_around_a_question_does_not_count(client: TestClient) -> None:
    assert ask(client, "  How many bolts?\n")["question"] == "How many bolts?"


def test_a_question_of_a_thousand_code_points_is_not_too_long(client: TestClient) -> None:
    question = "𝔉" * 1000
    assert ask(client, question)["question"] == question


def test_every_quote_of_the_real_pages_is_the_articles_text(real_pages: Answerer) -> None:
    client = TestClient(create_app(replace(real_pages, min_confidence=0.0)))
    for question in ("How many people were drafted?", "Who says so?", "Which cases were opened?"):
        for quote in ask(client, question, top_k=50)["quotes"]:
            check_quote(client, quote)
