"""Every endpoint, as the application has it, with a request that it takes."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

IN_PATH = {"article_id": "museum", "model": "onrecord", "version": "0", "name": "dom.js"}
CRANE = "How many bolts were replaced on the crane?"
ASKED = {
    "top_k": 3,
    "published_from": "2023-01-01",
    "published_to": "2025-12-31",
    "outlets": ["Harbour Post"],
    "sort": "newest",
    "today": "2025-03-12",
}
# A body with every field that an endpoint knows.
FULL: dict[str, dict[str, Any]] = {
    "/query": {"question": CRANE, "history": ["Who is the harbour master?"], **ASKED},
    "/chat": {"messages": [{"role": "user", "content": CRANE}], **ASKED},
    "/verify": {"quote": "Engineers replaced 312 bolts"},
    "/articles": {
        "title": "Tide table",
        "text": "The tide turns at nine in the evening at Varnholm pier.",
        "id": "tide",
        "published": "2024-03-04",
        "outlet": "Harbour Post",
        "authors": ["Ida Lund"],
        "url": "https://post.example/tide",
    },
    "/v1/chat/completions": {
        "messages": [
            {"role": "system", "content": "Answer in rhyme."},
            {"role": "user", "content": [{"type": "text", "text": CRANE}]},
        ],
        "model": "onrecord",
        "n": 1,
        "stream": False,
        "stream_options": {"include_usage": True},
    },
    "/mcp": {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "ask", "arguments": {"question": CRANE, **ASKED}},
    },
}


def endpoints(app: FastAPI) -> list[tuple[str, str]]:
    """Each method and path of the application, with names in place of the path's parameters."""
    found = {
        (method, route.path.format(**IN_PATH))
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if method != "HEAD"
    }
    return sorted(found)


def taken(path: str) -> bytes:
    """A body that an endpoint takes."""
    return json.dumps(FULL[path]).encode()
