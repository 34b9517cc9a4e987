"""Milvus filter expressions, made of values that are quoted, never of text as it came."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from onrecord.index.milvus.schema import NEVER
from onrecord.index.types import Filter

# What ends a string literal or may not stand in one; every other character stands for itself.
ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})
UNDATED = -1  # the day of what has none; days are proleptic ordinals


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader sees: all that generations up to `generation` did, but the `hidden` ones."""

    generation: int
    hidden: frozenset[int]

    def live(self) -> str:
        """What is there."""
        return f"{self._done('added')} and {self._undone('removed')}"

    def kept(self) -> str:
        """What is there or was replaced, but not deleted."""
        return f"{self._done('added')} and {self._undone('erased')}"

    def _done(self, field: str) -> str:
        done = f"{field} <= {self.generation}"
        return f"{done} and {field} not in {sorted(self.hidden)}" if self.hidden else done

    def _undone(self, field: str) -> str:
        later = f"{field} > {self.generation}"
        return f"({later} or {field} in {sorted(self.hidden)})" if self.hidden else later


def quoted(values: Iterable[str]) -> str:
    """A list of strings."""
    return f"[{', '.join(map(literal, values))}]"


def literal(text: str) -> str:
    """A string."""
    return f'"{text.translate(ESCAPED)}"'


def passing(where: Filter) -> list[str]:
    """The conditions of a filter; what is undated passes no window."""
    conditions = []
    if where.published_from:
        conditions.append(f"first >= {where.published_from.toordinal()}")
    if where.published_to:
        conditions.append(f"last <= {where.published_to.toordinal()} and last > {UNDATED}")
    if where.outlets:
        conditions.append(f"outlet in {quoted(name.casefold() for name in where.outlets)}")
    return conditions


def standing(hidden: Collection[int]) -> list[str]:
    """What is there for a writer from whom some generations are hidden."""
    others = [f"added not in {sorted(hidden)}"] if hidden else []
    return [untouched("removed", hidden), *others]


def untouched(field: str, hidden: Collection[int]) -> str:
    """What no generation has removed (or erased, as the field says), but hidden ones."""
    never = f"{field} == {NEVER}"
    return f"({never} or {field} in {sorted(hidden)})" if hidden else never


def both(*conditions: str) -> str:
    """All conditions at once."""
    return " and ".join(f"({condition})" for condition in conditions)
