"""A peer that ranks passages by the words they share with the question; no model, no library."""

from __future__ import annotations

import json
from pathlib import Path


class FakePeer:
    held: dict[str, str]

    def __init__(self, kind: str, model: str) -> None:
        self.kind = kind

    def index(self, passages: list[dict[str, str]], folder: Path) -> int:
        held = {passage["id"]: passage["text"] for passage in passages}
        (folder / "held.json").write_text(json.dumps(held))
        return len(held)

    def load(self, folder: Path) -> None:
        print("a library says something on standard output")
        self.held = json.loads((folder / "held.json").read_text())

    def search(self, question: str, most: int) -> list[str]:
        words = set(question.lower().split())
        shared = {name: len(words & set(text.lower().split())) for name, text in self.held.items()}
        return sorted(shared, key=lambda name: -shared[name])[:most]
