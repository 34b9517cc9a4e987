"""Whole articles whose pages set terms: a key is needed where the service is set to ask for one."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from onrecord.service.answer import Answerer
from onrecord.service.http.auth import TERMS_DETAIL
from onrecord.service.keys import KeyFile
from tests.service.clients import client_of
from tests.service.mcp_client import call, given, said, served


@pytest.fixture
def key(tmp_path: Path) -> str:
    return KeyFile(tmp_path / "keys.json").make("reader")


@pytest.fixture
def asking(paper: Answerer, tmp_path: Path) -> TestClient:
    return client_of(paper, keys=tmp_path / "keys.json", terms_need_keys=True)


def test_an_article_with_terms_is_a_401_without_a_key(asking: TestClient) -> None:
    refused = asking.get("/articles/crane")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"] == TERMS_DETAIL


def test_a_person_is_asked_for_the_key(asking: TestClient, key: str) -> None:
    page = {"Accept": "text/html"}
    refused = asking.get("/articles/crane", headers=page)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert "This archive asks for a key" in refused.text
    assert "Varnholm" not in refused.text
    opened = asking.get("/articles/crane", headers=page | {"Authorization": f"Bearer {key}"})
    assert opened.status_code == 200
    assert "The harbour of Varnholm" in opened.text


def test_a_readers_key_opens_it_with_its_terms(asking: TestClient, key: str) -> None:
    article = asking.get("/articles/crane", headers={"Authorization": f"Bearer {key}"}).json()
    assert article["text"].startswith("The harbour of Varnholm")
    assert article["terms"]["max_chars"] == 5_000


def test_an_earlier_version_needs_a_key_too(asking: TestClient, paper: Answerer) -> None:
    with paper.store.snapshot() as snapshot:
        article = snapshot.article("crane")
    assert article is not None
    refused = asking.get("/articles/crane", params={"sha256": article.sha256})
    assert refused.status_code == 401


def test_articles_without_terms_questions_and_lists_need_none(asking: TestClient) -> None:
    assert asking.get("/articles/bakery").status_code == 200
    assert asking.get("/articles").status_code == 200
    assert asking.post("/query", json={"question": "Who is harbour master?"}).status_code == 200


def test_by_default_no_key_is_needed(client: TestClient) -> None:
    assert client.get("/articles/crane").status_code == 200


def test_fetch_over_mcp_asks_for_the_same_key(paper: Answerer, tmp_path: Path, key: str) -> None:
    with served(paper, keys=tmp_path / "keys.json", terms_need_keys=True) as base:
        refused = call(base, "fetch", id="crane")
        assert refused.is_error
        assert said(refused) == TERMS_DETAIL
        assert given(call(base, "fetch", id="bakery"))["metadata"]["terms"] is None


def test_fetch_over_mcp_opens_with_a_key(paper: Answerer, tmp_path: Path, key: str) -> None:
    message = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "fetch", "arguments": {"id": "crane"}},
    }
    headers = {
        "Accept": "application/json, text/event-stream",
        "Authorization": f"Bearer {key}",
        "MCP-Protocol-Version": "2025-06-18",
    }
    with served(paper, keys=tmp_path / "keys.json", terms_need_keys=True) as base:
        answered = httpx2.post(f"{base}/mcp", json=message, headers=headers, trust_env=False)
    assert answered.json()["result"]["structuredContent"]["metadata"]["terms"]["max_chars"] == 5_000
