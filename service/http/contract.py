"""The OpenAPI document: what FastAPI writes, with what it cannot know.

Problems under their own media type, the keys, and what any call may answer: 401, 403, 413, 421, 429
and 503.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from onrecord.service.http.auth import WRITTEN, is_open
from onrecord.service.http.problems import MEDIA_TYPE, OPENAI_PREFIX, OpenAIFault

KEY = "key"
ANY_CALL = {
    "401": "the key is missing or unknown",
    "413": "the request is too large",
    "421": "the service does not answer to that host name",
    "429": "too many requests; `Retry-After` says when to come back",
    "503": "too many requests are waiting, or the archive is being written to",
}


def describe(contract: dict[str, Any], readers_need_keys: bool) -> dict[str, Any]:
    """The document with the above added; it is changed in place."""
    schemes = contract.setdefault("components", {}).setdefault("securitySchemes", {})
    schemes[KEY] = {"type": "http", "scheme": "bearer", "description": "made by `onrecord key new`"}
    for path, method, operation in _operations(contract):
        _add_key(path, method, operation, readers_need_keys)
        for status, meaning in ANY_CALL.items():
            operation["responses"].setdefault(status, _problem(meaning))
        _name_shape(path, operation)
    return contract


def _operations(contract: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in contract["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def _add_key(path: str, method: str, operation: dict[str, Any], readers_need_keys: bool) -> None:
    """Writing needs a key; reading may do so, as the service is set."""
    writes = path.startswith(WRITTEN) and method in ("post", "delete")
    if not is_open(path):
        needed = writes or readers_need_keys
        operation["security"] = [{KEY: []}] if needed else [{}, {KEY: []}]


def _problem(meaning: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": meaning, "content": {MEDIA_TYPE: {"schema": schema}}}


def _name_shape(path: str, operation: dict[str, Any]) -> None:
    """Say in which shape faults come: OpenAI's, or problems under their own media type."""
    for status, answer in operation["responses"].items():
        content = answer.get("content", {})
        if path.startswith(OPENAI_PREFIX) and status >= "400":
            schema = {"$ref": f"#/components/schemas/{OpenAIFault.__name__}"}
            answer["content"] = {"application/json": {"schema": schema}}
        elif status >= "400" and "application/json" in content:
            content[MEDIA_TYPE] = content.pop("application/json")
