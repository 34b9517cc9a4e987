"""Plugins: what installed distributions add to the product by entry points.

A distribution names its objects in its own `pyproject.toml`:

    [project.entry-points."onrecord.readers"]
    pdf = "my_package:read_pdf"
"""

from __future__ import annotations

from functools import cache
from typing import Any

STORES = "onrecord.stores"  # see `index.store.OpenStore`
RERANKERS = "onrecord.rerankers"  # see `index.reranker.OpenReranker`
READERS = "onrecord.readers"  # see `index.readers.PageReader`


def find_plugins(group: str) -> list[str]:
    """The names of the installed plugins of a group."""
    from importlib.metadata import entry_points  # slow to import

    return sorted(entry_points(group=group).names)


def load_plugin(group: str, name: str) -> Any:
    """The plugin of that name. Raises `ValueError` where none is installed."""
    from importlib.metadata import entry_points

    found = [point for point in entry_points(group=group) if point.name == name]
    if not found:
        raise ValueError(f"expected one of {find_plugins(group)} of {group}, got {name!r}")
    return found[0].load()


@cache
def load_plugins(group: str) -> tuple[Any, ...]:
    """All installed plugins of a group, by name."""
    return tuple(load_plugin(group, name) for name in find_plugins(group))
