"""A service over HTTP: what it is sent, what it is waited for, and how its quotes are checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from onrecord.eval.datasets import Question
from onrecord.eval.replies import read_reply
from onrecord.eval.systems import OverHttp, Unreachable

TEXT = "The night ferry sails no more. It lost 2.5 million crowns."
ASKED = Question(
    "q1", "and what did it lose?", True, {}, history=("Which ferry stopped?",), today="2024-05-06"
)
Handler = Callable[[httpx2.Request], httpx2.Response]


def over(handler: Handler) -> OverHttp:
    transport = httpx2.MockTransport(handler)
    return OverHttp(httpx2.Client(base_url="http://paper.example", transport=transport))


def article(name: str, **known: Any) -> dict[str, Any]:
    fields = dict.fromkeys(("outlet", "url", "published"))
    return {"id": name, "title": name.title(), **fields, "sha256": f"sha-{name}", **known}


def quote(name: str, start: int, end: int, text: str, **known: Any) -> dict[str, Any]:
    marks = [{"start": start, "end": end, "text": text}]
    given = {"article": article(name), "start": start, "end": end, "text": text}
    return {**given, "highlights": marks, "also_in": [], **known}


def answer(*quotes: dict[str, Any], **known: Any) -> dict[str, Any]:
    return {
        "status": "answered",
        "reason": None,
        "confidence": 0.8,
        "quotes": list(quotes),
        "nearest": [],
        "archive": {"fingerprint": "sha256:one"},
        "took_ms": 1.25,
        **known,
    }


def test_a_question_is_sent_as_the_contract_takes_it() -> None:
    sent: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(200, json=answer())

    reply, timing = over(handle).ask(ASKED)
    assert (sent[0].method, str(sent[0].url)) == ("POST", "http://paper.example/query")
    assert json.loads(sent[0].content) == {
        "question": "and what did it lose?",
        "top_k": 50,
        "history": ["Which ferry stopped?"],
        "today": "2024-05-06",
    }
    assert (reply.question, reply.answered, reply.confidence) == ("q1", True, 0.8)
    assert timing.service_ms == 1.25
    assert timing.total_ms > 0


def test_a_key_is_sent_with_every_request_and_no_key_is_not() -> None:
    assert OverHttp.at("http://paper.example", "k1").client.headers["Authorization"] == "Bearer k1"
    assert "Authorization" not in OverHttp.at("http://paper.example").client.headers


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_asks_to_wait_is_waited_for(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    responses = [
        httpx2.Response(status, headers={"Retry-After": "7"}),
        httpx2.Response(status, headers={"Retry-After": "9000"}),
        httpx2.Response(status),
        httpx2.Response(200, json=answer()),
    ]
    reply, _ = over(lambda _: responses.pop(0)).ask(ASKED)
    assert reply.answered
    assert waited == [7.0, 30.0, 1.0]


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (429, r"http://paper\.example/query: 429 out of order"),  # always asks to wait
        (500, r"http://paper\.example/query: 500 out of order"),
        (404, "query: not found"),
        (200, "query: expected JSON, got 'out of order'"),
        (None, r"http://paper\.example: connection refused"),
    ],
)
def test_a_service_that_does_not_answer_is_unreachable(
    status: int | None, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)

    def handle(request: httpx2.Request) -> httpx2.Response:
        if status is None:
            raise httpx2.ConnectError("connection refused", request=request)
        return httpx2.Response(status, text="out of order")

    with pytest.raises(Unreachable, match=fault):
        over(handle).ask(ASKED)


@pytest.mark.parametrize(
    ("given", "verbatim"),
    [
        (quote("ferry", 0, 30, TEXT[:30]), True),
        (quote("ferry", 31, 58, TEXT[31:]), True),
        (quote("ferry", 1, 31, TEXT[:30]), False),
        (quote("ferry", 0, 30, TEXT[:29] + "!"), False),
        (quote("ferry", 0, 0, ""), False),
        (quote("crane", 0, 30, TEXT[:30]), False),
    ],
    ids=["head", "tail", "shifted", "altered", "empty", "no such article"],
)
def test_a_quote_is_verbatim_only_at_its_offsets(given: dict[str, Any], verbatim: bool) -> None:
    def handle(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/query":
            return httpx2.Response(200, json=answer(given))
        if request.url.path == "/articles/ferry" and request.url.params["sha256"] == "sha-ferry":
            return httpx2.Response(200, json={"text": TEXT})
        return httpx2.Response(404)

    reply, _ = over(handle).ask(ASKED)
    assert [quote.verbatim for quote in reply.quotes] == [verbatim]


def test_an_article_is_fetched_once() -> None:
    fetched: list[str] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        fetched.append(str(request.url))
        return httpx2.Response(200, json={"text": TEXT})

    system = over(handle)
    assert [system.read_text("ferry") for _ in range(3)] == [TEXT] * 3
    assert system.read_text("ferry", "abc") == TEXT
    assert fetched == [
        "http://paper.example/articles/ferry",
        "http://paper.example/articles/ferry?sha256=abc",
    ]


def test_names_are_listed_page_by_page() -> None:
    pages = {
        None: ([article("ferry", url="https://ferry.example/notes"), article("f2", title="")], "x"),
        "x": ([article("crane", title="Ferry"), article("f3", title="crane")], None),
    }
    asked: list[dict[str, str]] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(dict(request.url.params))
        articles, after = pages[request.url.params.get("after")]
        return httpx2.Response(200, json={"articles": articles, "next": after})

    assert over(handle).list_names() == {
        "ferry": "ferry",
        "https://ferry.example/notes": "ferry",
        "Ferry": "ferry",  # a title that two share stays with the first
        "f2": "f2",
        "crane": "crane",  # an id, not the title of f3
        "f3": "f3",
    }
    assert asked == [{"limit": "200"}, {"limit": "200", "after": "x"}]


def test_what_was_asked_over_http_is_told_by_its_address() -> None:
    assert over(lambda _: httpx2.Response(404)).describe() == {"url": "http://paper.example"}


def test_a_refusal_shows_the_nearest_misses() -> None:
    missed = {"status": "no_answer", "reason": "weak_evidence"}
    payload = answer(**missed, nearest=[quote("ferry", 0, 3, "The")])
    reply = read_reply("q1", payload, lambda *_: TEXT)
    assert (reply.answered, reply.reason) == (False, "weak_evidence")
    assert [(quote.article, quote.text) for quote in reply.quotes] == [("ferry", "The")]


def test_texts_are_kept_of_the_first_ten_quotes_and_verdicts_of_all() -> None:
    payload = answer(*[quote("ferry", at, at + 2, TEXT[at : at + 2]) for at in range(12)])
    reply = read_reply("q1", payload, lambda *_: TEXT)
    assert [quote.text for quote in reply.quotes] == [TEXT[at : at + 2] for at in range(10)] + [
        None,
        None,
    ]
    assert all(quote.verbatim for quote in reply.quotes)
