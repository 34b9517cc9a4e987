"""What browsers are told, which sites may ask, and which kind of response a client prefers."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request

from onrecord.service.answer import Answerer
from onrecord.service.http.headers import prefers
from tests.service.clients import client_of

HTML = "text/html"
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
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


def accepts(*lines: str) -> Request:
    headers = [(b"accept", line.encode()) for line in lines]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    "accept",
    [
        HTML,
        CHROMIUM,
        "TEXT/HTML",
        "text/html;charset=utf-8",
        "application/json;q=0.5, text/html;q=0.6",
        "text/html;q=0.5, application/json;q=0.5",
        "text/html; q=0.1",
    ],
)
def test_html_is_preferred_where_it_is_named_and_wanted_no_less(accept: str) -> None:
    assert prefers(accepts(accept), HTML)


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",  # curl
        "text/*",
        "",
        "application/json",
        "application/json, text/html;q=0.9",
        "text/html;q=0",
        "text/html;q=much",
        "text/html;q=nan",
        "text/htmlx",
        ",;,=",
    ],
)
def test_anything_else_is_answered_in_json(accept: str) -> None:
    assert not prefers(accepts(accept), HTML)
    assert not prefers(accepts(), HTML)


def test_several_headers_are_one() -> None:
    assert prefers(accepts("application/json;q=0.1", "text/html"), HTML)
    assert not prefers(accepts("text/html;q=0.1", "application/json"), HTML)


def test_events_are_weighed_against_json_as_well() -> None:
    assert prefers(accepts("text/event-stream"), "text/event-stream")
    assert not prefers(accepts("text/event-stream;q=0.5, application/json"), "text/event-stream")
