"""One class name stands for one thing in the whole project."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

PROJECT = Path(__file__).parents[1]
LAYERS = ("index", "service", "eval")


def test_no_two_classes_share_a_name() -> None:
    homes = defaultdict(list)
    for layer in LAYERS:
        for file in sorted((PROJECT / layer).rglob("*.py")):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    homes[node.name.lstrip("_")].append(str(file.relative_to(PROJECT)))
    assert {"Article", "Answer", "Quote"} <= homes.keys()
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}
