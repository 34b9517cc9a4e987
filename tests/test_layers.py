"""Imports run one way: index <- service <- eval."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
LAYERS = ["index", "service", "eval"]


def imported(file: Path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def layers_of(modules: set[str]) -> set[str]:
    """The layers that the modules belong to; a module outside the project belongs to none."""
    parts = (module.split(".") for module in modules)
    return {names[1] for names in parts if names[0] == "onrecord" and len(names) > 1}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_nothing_from_above_it(layer: str) -> None:
    above = set(LAYERS[LAYERS.index(layer) + 1 :])
    files = sorted((PROJECT / layer).rglob("*.py"))
    imports = {str(file.relative_to(PROJECT)): layers_of(imported(file)) for file in files}
    assert layer in set().union(*imports.values())  # or nothing would ever be found
    wrong = {file: sorted(above & layers) for file, layers in imports.items() if above & layers}
    assert wrong == {}


def test_what_is_installed_imports_the_lab_only_where_it_may_be_absent() -> None:
    lab = PROJECT / "eval" / "lab"
    importing = [
        str(file.relative_to(PROJECT))
        for layer in LAYERS
        for file in sorted((PROJECT / layer).rglob("*.py"))
        if lab not in file.parents
        if any(module.startswith("onrecord.eval.lab") for module in imported(file))
    ]
    assert importing == ["eval/cli.py", "eval/systems.py"]


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
