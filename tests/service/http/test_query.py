"""POST /query, to the letter of the contract."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from fastapi.testclient import TestClient

from onrecord.service.answer import Answerer
from tests.service.clients import client_of

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
    "page": (int, NONE),
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
    return client_of(replace(paper, min_confidence=confidence))


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
    if quote["article"]["url"] is None:
        page = f"http://testserver/articles/{quote['article']['id']}"
        assert quote["link"] == f"{page}#{quote['start']}-{quote['end']}"
    else:
        assert quote["link"].startswith(quote["article"]["url"].partition("#")[0])


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
    scores = [quote["score"] for quote in answer["quotes"]]
    assert len(scores) == 7
    assert scores == sorted(scores, reverse=True)
    for quote in answer["quotes"]:
        check_quote(client, quote)


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


def test_a_follow_up_is_asked_with_the_question_before(client: TestClient) -> None:
    answer = ask(
        client, "And the museum?", history=["How many visitors did the library count in 2024?"]
    )
    assert answer["question"] == "And the museum?"
    expected = "How many visitors did the library count in 2024, the museum?"
    assert answer["standalone_question"] == expected


def test_an_empty_archive_says_so(open_archive: Any) -> None:
    client = client_of(open_archive([]))
    assert ask(client, "Anything?", outlets=["Nobody"])["reason"] == "empty_archive"
    answer = ask(client, "Anything at all?", top_k=50)
    assert (answer["status"], answer["reason"]) == ("no_answer", "empty_archive")
    assert (answer["confidence"], answer["quotes"], answer["nearest"]) == (0, [], [])
    assert (answer["archive"]["articles"], answer["archive"]["passages"]) == (0, 0)


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
    client = client_of(replace(real_pages, min_confidence=0.0))
    for question in ("How many people were drafted?", "Who says so?", "Which cases were opened?"):
        for quote in ask(client, question, top_k=50)["quotes"]:
            check_quote(client, quote)
