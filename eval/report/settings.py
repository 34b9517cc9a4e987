"""What was measured, as rows of a table: settings nest as they like and come and go."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ABSENT = "–"


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting of two systems; `ABSENT` where one has none of that name."""

    name: str
    a: str
    b: str

    @property
    def differs(self) -> bool:
        """Whether the two systems are set differently."""
        return self.a != self.b


def flatten(system: Mapping[str, Any]) -> dict[str, str]:
    """Every setting with its value, both as text; `ranking · depth` for one inside another."""
    return dict(_walk(system, ()))


def compare(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Difference]:
    """The settings of both systems side by side, those that differ first."""
    ours, theirs = flatten(a), flatten(b)
    rows = [
        Difference(name, ours.get(name, ABSENT), theirs.get(name, ABSENT))
        for name in {**ours, **theirs}
    ]
    return sorted(rows, key=lambda row: not row.differs)


def _walk(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inside in value.items():
            yield from _walk(inside, (*path, str(name)))
    else:
        said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield " · ".join(path).replace("_", " "), said
