"""Faults under /v1/, as OpenAI's client raises them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient

from onrecord.index.errors import ArchiveBusy
from onrecord.service.answer import Answerer
from tests.service.http.conversations import CRANE, SECRET, Broken, user
from tests.service.http.openai_client import PATH, complete, official_client, post


def test_another_model_is_not_found(official: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        official.models.retrieve(SECRET)
    assert caught.value.code == "model_not_found"
    assert caught.value.type == "invalid_request_error"
    assert SECRET not in str(caught.value.body)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": None}, "messages"),
        ({"messages": SECRET}, "messages"),
        ({"messages": [SECRET]}, "messages[0]"),
        ({"messages": [{"role": SECRET, "content": "q"}]}, "messages[0].role"),
        ({"messages": [{"role": "system", "content": "q"}]}, "messages"),
        ({"messages": [user("q"), {"role": "assistant", "content": SECRET}]}, "messages"),
        ({"messages": [user("q"), {"role": "tool", "content": SECRET}]}, "messages"),
        ({"messages": [user("")]}, "messages"),
        ({"messages": [user(None)]}, "messages"),
        ({"messages": [user([])]}, "messages"),
        ({"messages": [user(SECRET + "x" * 1000)]}, "messages"),
        ({"messages": [user(7)]}, "messages[0].content"),
        ({"messages": [user([SECRET])]}, "messages[0].content"),
        ({"messages": [user([{"type": "text", "text": 7}])]}, "messages[0].content"),
        (
            {"messages": [user([{"type": "image_url", "image_url": {"url": SECRET}}])]},
            "messages[0].content",
        ),
        ({"n": 2}, "n"),
        ({"n": 0}, "n"),
        ({"model": 7}, "model"),
        ({"model": None}, "model"),
        ({"stream_options": SECRET}, "stream_options"),
    ],
)
def test_a_wrong_request_is_a_400_in_openais_shape(
    client: TestClient, fields: dict[str, Any], param: str, stream: bool
) -> None:
    response = post(client, **{"stream": stream, **fields})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-request-id"]
    assert set(response.json()) == {"error"}
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", param, None)
    assert error["message"]
    assert SECRET not in response.text


def test_the_official_client_raises_what_is_wrong(official: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        complete(official, user(CRANE), n=2)
    assert caught.value.param == "n"
    assert caught.value.status_code == 400
    with pytest.raises(openai.BadRequestError) as caught:
        complete(official, user("x" * 1001), stream=True)
    assert caught.value.param == "messages"


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b'{"messages": "\xff"}'])
def test_malformed_json_is_a_400_in_openais_shape(client: TestClient, body: bytes) -> None:
    response = client.post(PATH, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nowhere", 404, "unknown_url"),
        ("GET", "/v1/models/gpt-4o", 404, "model_not_found"),
        ("GET", PATH, 405, None),
        ("POST", "/v1/models", 405, None),
    ],
)
def test_what_is_not_there_is_said_in_openais_shape(
    client: TestClient, method: str, path: str, status: int, code: str | None
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert response.json()["error"]["code"] == code
    if status == 405:
        assert response.headers["allow"]


def test_an_unknown_key_is_the_clients_authentication_error(official: openai.OpenAI) -> None:
    with pytest.raises(openai.AuthenticationError) as caught:
        official.with_options(api_key=SECRET).models.list()
    assert caught.value.code == "invalid_api_key"
    assert caught.value.response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("error", "status"), [(OSError(SECRET), 500), (ArchiveBusy("being written to"), 503)]
)
def test_a_fault_of_ours_is_in_openais_shape_too(
    paper: Answerer, tmp_path: Path, error: Exception, status: int
) -> None:
    broken = replace(paper, store=Broken(error))  # type: ignore[arg-type]
    with official_client(broken, tmp_path) as client:
        with pytest.raises(openai.InternalServerError) as caught:
            complete(client, user(CRANE))
        assert caught.value.status_code == status
        assert caught.value.type == "server_error"
        assert caught.value.response.headers["x-request-id"]
        with pytest.raises(openai.APIError, match=r"log|being written to") as told:
            list(complete(client, user(CRANE), stream=True))
        assert told.value.type == "server_error"
    assert SECRET not in str(caught.value.body) + str(told.value.body)


def test_the_contract_describes_completions_and_their_faults(client: TestClient) -> None:
    contract = client.get("/openapi.json").json()
    responses = contract["paths"][PATH]["post"]["responses"]
    assert set(responses["200"]["content"]) == {"application/json", "text/event-stream"}
    fault = {"schema": {"$ref": "#/components/schemas/OpenAIFault"}}
    for path in (PATH, "/v1/models", "/v1/models/{model}"):
        for operation in contract["paths"][path].values():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    assert answer["content"] == {"application/json": fault}
    assert "OpenAIFault" in contract["components"]["schemas"]
    assert "422" not in responses
    example = contract["components"]["schemas"]["CompletionIn"]["examples"][0]
    assert client.post(PATH, json=example).status_code == 200
