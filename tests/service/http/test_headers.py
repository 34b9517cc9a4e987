"""What browsers are told, and which sites may ask."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from onrecord.service.answer import Answerer
from tests.service.clients import client_of

SITES = ("https://wiki.example", "https://*.corp.example")


@pytest.fixture(scope="module")
def sited(paper: Answerer) -> TestClient:
    return client_of(paper, allowed_origins=",".join(SITES))


@pytest.mark.parametrize("path", ["/articles", "/no-such-page", "/openapi.json"])
def test_every_answer_carries_the_headers(sited: TestClient, path: str) -> None:
    headers = sited.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert headers["content-security-policy"].endswith("frame-ancestors 'none'")


def test_only_the_frame_may_be_framed_and_by_the_sites_alone(sited: TestClient) -> None:
    policy = sited.get("/embed").headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors 'self' {SITES[0]} {SITES[1]}")


@pytest.mark.parametrize("origin", ["https://wiki.example", "https://a.b.corp.example"])
def test_a_site_that_is_allowed_may_read_the_answer(sited: TestClient, origin: str) -> None:
    answer = sited.get("/articles", headers={"Origin": origin})
    assert answer.headers["access-control-allow-origin"] == origin
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert sited.options("/query", headers=asked).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://wiki.example",
        "https://corp.example",
        "https://wiki.example.evil.example",
        "https://xwiki.example",
        "null",
    ],
)
def test_another_site_may_not(sited: TestClient, origin: str) -> None:
    answer = sited.get("/articles", headers={"Origin": origin})
    assert "access-control-allow-origin" not in answer.headers


def test_a_refusal_can_be_read_by_the_site_that_asked(paper: Answerer) -> None:
    client = client_of(paper, allowed_origins=SITES[0], readers_need_keys=True)
    refused = client.get("/articles", headers={"Origin": SITES[0]})
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == SITES[0]


def test_who_may_frame_can_be_set_apart(paper: Answerer) -> None:
    client = client_of(paper, allowed_origins=SITES[0], frame_ancestors=SITES[1])
    policy = client.get("/embed").headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors 'self' {SITES[1]}")
