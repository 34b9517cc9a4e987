"""POST /chat: a conversation's answer, at once or as events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from onrecord.index.errors import ArchiveBusy
from onrecord.service.answer import Answerer
from onrecord.service.schemas import ChatIn
from tests.service.clients import client_of
from tests.service.http.conversations import (
    CRANE,
    EVENTS,
    SECRET,
    Broken,
    Event,
    assistant,
    read_events,
    untimed,
    user,
)


def chat(client: TestClient, *messages: dict[str, str], **fields: object) -> dict[str, Any]:
    response = client.post("/chat", json={"messages": messages, **fields})
    assert response.status_code == 200, response.text
    return untimed(response.json())


def listen(client: TestClient, *messages: dict[str, str], **fields: object) -> list[Event]:
    response = client.post("/chat", json={"messages": messages, **fields}, headers=EVENTS)
    assert response.status_code == 200, response.text
    return read_events(response.text)


def query(client: TestClient, question: str, **fields: object) -> dict[str, Any]:
    return untimed(client.post("/query", json={"question": question, **fields}).json())


@pytest.mark.parametrize(
    "question", [CRANE, "Why was the tunnel closed?", "How many visitors did the museum count?"]
)
def test_a_question_alone_is_answered_as_a_query_is(client: TestClient, question: str) -> None:
    asked = {"top_k": 3, "sort": "newest", "today": "2025-03-12"}
    assert chat(client, user(question), **asked) == query(client, question, **asked)


@pytest.mark.parametrize(
    "fields",
    [
        {"outlets": ["harbour post"]},
        {"published_from": "2024-01-01", "published_to": "2024-12-31"},
        {"published_to": "1999-12-31"},
        {"sort": "oldest", "top_k": 50},
        {},
    ],
)
def test_the_filters_are_those_of_a_query(client: TestClient, fields: dict[str, Any]) -> None:
    expected = query(client, CRANE, **fields)
    assert chat(client, user(CRANE), **fields) == expected
    assert untimed(dict(listen(client, user(CRANE), **fields))["answer"]) == expected


def test_the_events_are_the_stages_the_quotes_the_answer_and_the_end(client: TestClient) -> None:
    events = listen(client, user(CRANE), top_k=3, today="2025-03-12")
    assert events[:3] == [
        ("status", {"stage": "reading"}),
        ("status", {"stage": "searching"}),
        ("status", {"stage": "quoting"}),
    ]
    assert [name for name, _ in events[3:]] == ["quote", "quote", "quote", "answer", "done"]
    answer, done = events[-2][1], events[-1][1]
    assert done == {}
    assert [quote for name, quote in events if name == "quote"] == answer["quotes"]
    assert answer["quotes"][0]["article"]["id"] == "crane"
    assert untimed(answer) == query(client, CRANE, top_k=3, today="2025-03-12")


def test_no_answer_has_no_quotes_but_the_nearest_misses(paper: Answerer) -> None:
    events = listen(client_of(replace(paper, min_confidence=1.1)), user(CRANE))
    assert [name for name, _ in events] == ["status"] * 3 + ["answer", "done"]
    answer = events[-2][1]
    assert (answer["status"], answer["reason"]) == ("no_answer", "weak_evidence")
    assert answer["nearest"][0]["article"]["id"] == "crane"


def test_an_empty_archive_is_read_and_not_searched(open_archive: Any) -> None:
    events = listen(client_of(open_archive([])), user(CRANE))
    assert [name for name, _ in events] == ["status", "answer", "done"]
    assert events[0][1] == {"stage": "reading"}
    assert events[1][1]["reason"] == "empty_archive"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/event-stream", "text/event-stream"),
        ("application/json, text/event-stream", "text/event-stream"),
        ("application/json, text/event-stream;q=0.5", "application/json"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
    ],
)
def test_events_are_sent_to_those_who_ask_for_them(
    client: TestClient, accept: str, kind: str
) -> None:
    asked = {"messages": [user(CRANE)]}
    response = client.post("/chat", json=asked, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"].split(";")[0] == kind


def test_a_follow_up_is_read_from_the_users_earlier_messages(client: TestClient) -> None:
    answer = chat(
        client,
        user("How many visitors did the library count in 2024?"),
        assistant("How many nights of frost came after the bloom?"),
        user(" And the museum? "),
    )
    assert answer["question"] == "And the museum?"
    expected = "How many visitors did the library count in 2024, the museum?"
    assert answer["standalone_question"] == expected


def test_what_the_assistant_said_changes_nothing(client: TestClient) -> None:
    earlier, question = user("Who is the harbour master?"), user("And how many bolts?")
    plain = chat(client, earlier, question)
    for said in ("", "x" * 100_000, "The crane had 999 bolts.", "\n\nevent: done\n\n"):
        talked = (assistant(said), earlier, assistant(said), assistant(said), question)
        assert chat(client, *talked) == plain


def test_of_a_long_conversation_the_newest_twenty_questions_are_read(client: TestClient) -> None:
    turns = [turn for n in range(30) for turn in (user(f"q{n}"), assistant("a"))]
    asked = ChatIn.model_validate({"messages": [*turns, user("And now?")]})
    assert asked.query().question == "And now?"
    assert asked.query().history == tuple(f"q{n}" for n in range(10, 30))
    assert chat(client, *turns, user(CRANE))["quotes"][0]["article"]["id"] == "crane"


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/messages"),
        ({"messages": []}, "/messages"),
        ({"messages": None}, "/messages"),
        ({"messages": SECRET}, "/messages"),
        ({"messages": {"role": "user"}}, "/messages"),
        ({"messages": [assistant(SECRET)]}, "/messages"),
        ({"messages": [user("q"), assistant(SECRET)]}, "/messages"),
        ({"messages": [user("q")] * 1001}, "/messages"),
        ({"messages": [SECRET]}, "/messages/0"),
        ({"messages": [{"content": SECRET}]}, "/messages/0/role"),
        ({"messages": [{"role": "system", "content": SECRET}]}, "/messages/0/role"),
        ({"messages": [{"role": "user"}]}, "/messages/0/content"),
        ({"messages": [user("")]}, "/messages/0/content"),
        ({"messages": [user(" \n ")]}, "/messages/0/content"),
        ({"messages": [user(SECRET + "x" * 1000)]}, "/messages/0/content"),
        ({"messages": [user("x" * 1001), assistant("a"), user("q")]}, "/messages/0/content"),
        ({"messages": [{"role": "user", "content": [SECRET]}]}, "/messages/0/content"),
        ({"messages": [{"role": "assistant", "content": None}, user("q")]}, "/messages/0/content"),
        ({"messages": [{**user("q"), SECRET: 1}]}, "/messages/0"),
        ({"messages": [user("q")], "history": [SECRET]}, "/"),
        ({"messages": [user("q")], "question": SECRET}, "/"),
        ({"messages": [user("q")], "top_k": 51}, "/top_k"),
    ],
)
def test_a_wrong_conversation_is_a_422_before_any_event(
    client: TestClient, body: dict[str, Any], pointer: str, accept: str
) -> None:
    response = client.post("/chat", json=body, headers={"Accept": accept})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [fault["pointer"] for fault in response.json()["errors"]] == [pointer]
    assert SECRET not in response.text


def test_malformed_json_is_a_400_before_any_event(client: TestClient) -> None:
    headers = {**EVENTS, "Content-Type": "application/json"}
    response = client.post("/chat", content=b'{"messages": [', headers=headers)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("error", "status"), [(OSError(SECRET), 500), (ArchiveBusy("being written to"), 503)]
)
def test_a_fault_is_an_error_with_a_problem_and_the_end(
    paper: Answerer, error: Exception, status: int
) -> None:
    broken = replace(paper, store=Broken(error))  # type: ignore[arg-type]
    response = client_of(broken).post("/chat", json={"messages": [user(CRANE)]}, headers=EVENTS)
    assert response.status_code == 200
    events = read_events(response.text)
    assert [name for name, _ in events] == ["status", "error"]
    problem = events[1][1]
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert (problem["status"], problem["instance"]) == (status, "/chat")
    assert SECRET not in response.text


def test_a_fault_in_a_stream_is_logged_under_the_requests_id(
    paper: Answerer, caplog: pytest.LogCaptureFixture
) -> None:
    broken = replace(paper, store=Broken(OSError("disk")))  # type: ignore[arg-type]
    headers = {**EVENTS, "X-Request-ID": "mine-7"}
    client_of(broken).post("/chat", json={"messages": [user(CRANE)]}, headers=headers)
    logged = [
        record for record in caplog.records if record.name == "onrecord.service.http.problems"
    ]
    assert [record.levelname for record in logged] == ["ERROR"]
    assert "mine-7" in logged[0].getMessage()


def test_the_contract_describes_both_answers(client: TestClient) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/chat"]["post"]
    content = operation["responses"]["200"]["content"]
    assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/AnswerOut"}
    example = content["text/event-stream"]["example"]
    told = listen(client, user(CRANE), top_k=1)
    assert [name for name, _ in read_events(example)] == [name for name, _ in told]
    assert read_events(example)[:3] == told[:3]
    assert {"400", "422"} <= set(operation["responses"])
    assert operation["requestBody"]["required"]
