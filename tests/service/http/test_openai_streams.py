"""POST /v1/chat/completions with `stream`, read by OpenAI's client."""

from __future__ import annotations

import json

import openai
from fastapi.testclient import TestClient
from openai.types.chat import ChatCompletionChunk

from tests.service.http.conversations import CRANE, user
from tests.service.http.openai_client import complete, content_of, post

FROST = "How many nights of frost came after the bloom?"


def test_chunks_add_up_to_the_completion(official: openai.OpenAI) -> None:
    whole = complete(official, user(CRANE))
    chunks: list[ChatCompletionChunk] = list(complete(official, user(CRANE), stream=True))  # type: ignore[arg-type]
    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert (deltas[0].role, deltas[0].content) == ("assistant", "")
    assert "".join(delta.content or "" for delta in deltas) == content_of(whole)
    assert len([delta for delta in deltas if delta.content]) == 5
    assert all(delta.role is None for delta in deltas[1:])
    annotations = whole.choices[0].message.annotations
    assert annotations
    assert deltas[-2].model_extra == {"annotations": [a.model_dump() for a in annotations]}
    assert deltas[-1].model_dump(exclude_unset=True) == {}
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + [
        "stop"
    ]
    assert len({chunk.id for chunk in chunks}) == 1
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert {chunk.model for chunk in chunks} == {"onrecord"}
    assert {chunk.usage for chunk in chunks} == {None}


def test_a_stream_ends_with_its_usage_where_that_is_asked_for(official: openai.OpenAI) -> None:
    whole = complete(official, user(CRANE))
    options = {"include_usage": True}
    chunks = list(complete(official, user(CRANE), stream=True, stream_options=options))  # type: ignore[arg-type]
    *others, last = chunks
    assert last.choices == []  # type: ignore[union-attr]
    assert last.usage == whole.usage  # type: ignore[union-attr]
    assert all(chunk.usage is None and "usage" in chunk.model_fields_set for chunk in others)  # type: ignore[union-attr]


def test_the_clients_own_accumulator_builds_the_message(official: openai.OpenAI) -> None:
    with official.chat.completions.stream(model="onrecord", messages=[user(CRANE)]) as stream:  # type: ignore[list-item]
        final = stream.get_final_completion()
    whole = complete(official, user(CRANE)).choices[0].message
    assert final.choices[0].message.content == whole.content
    given = final.choices[0].message.annotations
    assert [a.model_dump() for a in given or []] == [
        a.model_dump() for a in whole.annotations or []
    ]


def test_a_stream_ends_with_done_and_is_not_held_back(client: TestClient) -> None:
    response = post(client, stream=True)
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    lines = response.text.split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    first = json.loads(lines[0].removeprefix("data: "))
    assert set(first) == {"id", "object", "created", "model", "choices", "system_fingerprint"}
    assert first["choices"] == [
        {
            "index": 0,
            "delta": {"role": "assistant", "content": ""},
            "logprobs": None,
            "finish_reason": None,
        }
    ]
