"""GET /healthz, GET /readyz and GET /openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from onrecord.service.answer import Answerer
from tests.service.clients import client_of
from tests.service.encoders import BrokenEncoder

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def test_a_living_process_says_so(client: TestClient) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "alive"}


def test_an_open_archive_is_ready(client: TestClient) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "ready"
    assert response.json()["articles"] == 9


def test_without_an_encoder_the_process_lives_but_is_not_ready(paper: Answerer) -> None:
    broken = replace(paper, encoder=BrokenEncoder())  # type: ignore[arg-type]
    client = client_of(broken, raises=False)
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"


@pytest.fixture(scope="module")
def contract(client: TestClient) -> dict[str, Any]:
    return client.get("/openapi.json").json()


def references(node: object) -> Iterator[str]:
    """Every `$ref` below a node."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        yield node["$ref"]
    for child in children:
        yield from references(child)


def test_the_contract_is_openapi_3_1_with_sound_references(contract: dict[str, Any]) -> None:
    assert contract["openapi"].startswith("3.1.")
    assert contract["info"]["title"] == "onrecord"
    assert contract["info"]["version"]
    found = set(references(contract))
    assert "#/components/schemas/AnswerOut" in found
    for reference in found:
        node: Any = contract
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def test_every_operation_has_its_own_name_and_described_answers(contract: dict[str, Any]) -> None:
    names = []
    for path, operations in contract["paths"].items():
        assert path.startswith("/")
        for method, operation in operations.items():
            assert method in METHODS
            names.append(operation["operationId"])
            assert operation["summary"]
            assert all(answer["description"] for answer in operation["responses"].values())
            needed = {part for part in path.split("/") if part.startswith("{")}
            given = {
                f"{{{p['name']}}}" for p in operation.get("parameters", []) if p["in"] == "path"
            }
            assert given == needed
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("post", "/query", {"200", "400", "422"}),
        ("get", "/articles", {"200", "422"}),
        ("get", "/articles/{article_id}", {"200", "404", "422"}),
        ("get", "/healthz", {"200"}),
        ("get", "/readyz", {"200"}),
    ],
)
def test_the_contract_documents_every_status(
    contract: dict[str, Any], method: str, path: str, statuses: set[str]
) -> None:
    assert set(contract["paths"][path][method]["responses"]) >= statuses


def test_the_contract_names_the_problems_own_media_type(contract: dict[str, Any]) -> None:
    for path, operations in contract["paths"].items():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status >= "400" and not path.startswith("/v1/"):
                    assert set(answer["content"]) == {"application/problem+json"}


def test_the_contract_refuses_unknown_fields_as_the_service_does(contract: dict[str, Any]) -> None:
    request = contract["components"]["schemas"]["QueryIn"]
    assert request["additionalProperties"] is False
    assert request["required"] == ["question"]
    assert set(request["properties"]) == {
        "question",
        "top_k",
        "published_from",
        "published_to",
        "outlets",
        "sort",
        "history",
        "today",
    }
    assert request["properties"]["question"]["maxLength"] == 1000
    assert request["properties"]["question"]["minLength"] == 1
    assert (
        request["properties"]["top_k"].items()
        >= {"minimum": 1, "maximum": 50, "default": 5}.items()
    )
