"""Imports run one way: index <- service <- eval."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
LAYERS = ["index", "service", "eval"]


def imported(file: Path) -> set[str]:
    """The top-level names that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_nothing_from_above_it(layer: str) -> None:
    above = set(LAYERS[LAYERS.index(layer) + 1 :])
    files = sorted((PROJECT / layer).rglob("*.py"))
    assert files
    wrong = {str(file): sorted(above & imported(file)) for file in files if above & imported(file)}
    assert wrong == {}


def test_only_the_settings_read_the_environment() -> None:
    """The benchmark of peers excepted, which gives other programs theirs."""
    readers = [
        str(file.relative_to(PROJECT))
        for layer in LAYERS
        for file in (PROJECT / layer).rglob("*.py")
        if PROJECT / "eval" / "lab" / "peers" not in file.parents
        if any(mark in file.read_text(encoding="utf-8") for mark in ("os.environ", "os.getenv"))
    ]
    assert readers == []
