"""The question set over `seeds/` speaks of what stands there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]
QUESTIONS = [
    json.loads(line)
    for line in (PROJECT / "eval/sets/seeds/questions.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize(
    "asked", [q for q in QUESTIONS if q["answerable"]], ids=lambda asked: asked["id"]
)
def test_an_answer_stands_in_one_of_its_articles(asked: dict[str, Any]) -> None:
    names = asked.get("articles") or [asked["article"]]
    texts = [(PROJECT / "seeds" / name).read_text("utf-8").casefold() for name in names]
    assert any(answer.casefold() in text for answer in asked["answers"] for text in texts)
