"""Conversations for tests: their messages, the events that answer them, stores that misbehave."""

from __future__ import annotations

import json
from typing import Any

Event = tuple[str, Any]
EVENTS = {"Accept": "text/event-stream"}
CRANE = "How many bolts were replaced on the crane?"
SECRET = "kx9secretqz"  # stands in every request that is refused; must stand in no answer


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def assistant(content: str) -> dict[str, str]:
    return {"role": "assistant", "content": content}


def read_events(text: str) -> list[Event]:
    """The events on the wire, comments left out."""
    events = []
    for block in text.removesuffix("\n\n").split("\n\n"):
        lines = [line for line in block.split("\n") if not line.startswith(":")]
        fields = dict(line.split(": ", 1) for line in lines)
        if fields:
            assert set(fields) == {"event", "data"}
            events.append((fields["event"], json.loads(fields["data"])))
    return events


def untimed(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer.pop("took_ms") > 0
    return answer


class Broken:
    """A store whose disk fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def snapshot(self) -> None:
        raise self.error

    def close(self) -> None:
        """Nothing to let go of."""
