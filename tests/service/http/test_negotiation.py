"""Which kind of answer a client would rather have."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from onrecord.service.http.negotiation import prefers

HTML = "text/html"
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


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


def test_no_header_is_answered_in_json() -> None:
    assert not prefers(accepts(), HTML)


def test_several_headers_are_one() -> None:
    assert prefers(accepts("application/json;q=0.1", "text/html"), HTML)
    assert not prefers(accepts("text/html;q=0.1", "application/json"), HTML)


def test_events_are_weighed_against_json_as_well() -> None:
    assert prefers(accepts("text/event-stream"), "text/event-stream")
    assert not prefers(accepts("text/event-stream;q=0.5, application/json"), "text/event-stream")
