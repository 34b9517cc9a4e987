"""What may be answered to a hostile request: no fault of the service, and nothing repeated."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from tests.proof.bodies import SECRET
from tests.proof.raw import Answer, Header, ask

# Uvicorn's answer to what is no HTTP at all, and Starlette's to a browser that asks beforehand for
# a page of another site: no client reads either, and both are fixed words.
FIXED = re.compile(rb"Invalid HTTP request received\.|Disallowed CORS (origin|method|headers|, )+")
PROBLEM = {"type", "title", "status", "detail", "instance"}
# The path, by its definition, and the number of a JSON-RPC message.
REPEATED = {"instance", "id"}
FAULT = {"message", "type", "param", "code"}


def judge(path: str, answer: Answer) -> str | None:
    """What is wrong with an answer, if anything."""
    if answer.status >= 500:
        return f"a {answer.status}: {answer.text[:200]}"
    if not answer.body or FIXED.fullmatch(answer.body) or not _refuses(path, answer):
        return None
    if answer.status >= 400 and not _is_problem(path, answer):
        return f"a {answer.status} that is no problem: {answer.kind} {answer.text[:200]}"
    if SECRET in _said(answer):
        return f"repeats what was sent: {answer.text[:200]}"
    return None


class Trial:
    """Sends requests and keeps what was wrong with their answers."""

    def __init__(self, url: str, *always: Header) -> None:
        self.url, self.always = url, always
        self.faults: list[str] = []
        self.sent = 0

    def send(
        self,
        what: object,
        method: str,
        path: str,
        headers: Sequence[Header] = (),
        body: bytes = b"",
    ) -> int:
        """The status of the answer."""
        answer = ask(self.url, method, path, [*self.always, *headers], body)
        fault = judge(path, answer)
        if fault:
            self.faults.append(f"{method} {path[:100]} {what}: {fault}")
        self.sent += 1
        return answer.status


def _refuses(path: str, answer: Answer) -> bool:
    """Whether something is said to be wrong; of a tool's call that is said under status 200."""
    marks = (b'"isError":true', b'"error":{')
    return answer.status >= 400 or (path == "/mcp" and any(m in answer.body for m in marks))


def _is_problem(path: str, answer: Answer) -> bool:
    if "json" not in answer.kind:
        return False
    body = json.loads(answer.body)
    if path.startswith("/v1/"):
        return answer.kind == "application/json" and set(body["error"]) == FAULT
    if path == "/mcp" and answer.kind == "application/json":
        return set(body) == {"jsonrpc", "id", "error"}
    return answer.kind == "application/problem+json" and set(body) - {"errors"} == PROBLEM


def _said(answer: Answer) -> str:
    """The answer without what has to be repeated, and without a method that the SDK repeats."""
    body: dict[str, Any] = json.loads(answer.body)
    if isinstance(body.get("error"), dict):
        body["error"].pop("data", None)  # of -32601, which a client knows by its method
    return json.dumps({name: said for name, said in body.items() if name not in REPEATED})
