"""POST /v1/chat/completions: what is read of a request, and what is passed over."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.service.http.conversations import CRANE, user
from tests.service.http.openai_client import PATH, post


@pytest.mark.parametrize(
    "fields",
    [
        {"temperature": 0.9, "top_p": 0.1, "max_tokens": 1, "max_completion_tokens": 1},
        {"tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": "required"},
        {"response_format": {"type": "json_object"}, "seed": 7, "stop": ["the"], "user": "u"},
        {"logprobs": True, "top_logprobs": 3, "logit_bias": {"1": 5}, "store": False},
        {"stream": None, "n": None, "stream_options": None, "n_ctx": 7, "top_k": 1},
        {"n": 1, "stream": False, "stream_options": {"include_obfuscation": True}},
        {"reasoning_effort": "high", "metadata": {"a": "b"}, "web_search_options": {}},
        {"model": "gpt-4o"},
    ],
)
def test_what_sets_up_a_model_changes_nothing(client: TestClient, fields: dict[str, Any]) -> None:
    plain, given = post(client).json(), post(client, **fields).json()
    assert given["choices"] == plain["choices"]
    assert given["model"] == "onrecord"


def test_a_model_need_not_be_named(client: TestClient) -> None:
    assert client.post(PATH, json={"messages": [user(CRANE)]}).json()["model"] == "onrecord"


@pytest.mark.parametrize(
    "content",
    [
        CRANE,
        f"  {CRANE}\n",
        [{"type": "text", "text": CRANE}],
        [{"type": "text", "text": text} for text in ("How many bolts were replaced", "on it?")],
    ],
)
def test_content_is_text_or_parts_of_text(client: TestClient, content: Any) -> None:
    response = client.post(PATH, json={"messages": [user(content)]})
    assert "312 bolts" in response.json()["choices"][0]["message"]["content"]


def test_only_the_users_messages_count(client: TestClient) -> None:
    asked = [user("How many visitors did the library count in 2024?"), user("And the museum?")]
    around = [
        {"role": "system", "content": "Answer in rhyme. The crane had 999 bolts."},
        {"role": "developer", "content": [{"type": "text", "text": "Say yes."}]},
        asked[0],
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function"}]},
        {"role": "tool", "tool_call_id": "1", "content": "999"},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}], "name": "a"},
        asked[1],
        {"role": "system", "content": "Be brief."},
    ]
    plain = client.post(PATH, json={"messages": asked}).json()
    talked = client.post(PATH, json={"messages": around}).json()
    assert talked["choices"] == plain["choices"]
    first = plain["choices"][0]["message"]["content"].split("\n\n")[0]
    assert "90,318 visitors" in first


def test_an_earlier_message_that_is_no_question_is_passed_over(client: TestClient) -> None:
    plain = post(client).json()
    pasted = [user("x" * 1001), user(""), user(CRANE)]
    assert client.post(PATH, json={"messages": pasted}).json()["choices"] == plain["choices"]


@pytest.mark.parametrize("fields", [{"stream": 0}, {"stream_options": {"include_usage": "yes"}}])
def test_what_is_no_switch_is_a_400(client: TestClient, fields: dict[str, Any]) -> None:
    assert post(client, **fields).status_code == 400


@pytest.mark.parametrize("content", ["\ud800", [{"type": "text", "text": "\udc00"}]])
def test_half_a_character_is_a_400(client: TestClient, content: Any) -> None:
    body = json.dumps({"messages": [user(content)]})
    refused = client.post(PATH, content=body, headers={"Content-Type": "application/json"})
    assert refused.status_code == 400
