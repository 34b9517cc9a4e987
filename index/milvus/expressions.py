"""Milvus filter expressions, made of quoted values and never of unquoted text."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from onrecord.index.milvus.schema import NEVER
from onrecord.index.types import Filter

# Characters that may not be in a string literal; every other one stands for itself.
ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})
UNDATED = -1  # the day of an undated article; days are proleptic ordinals


@dataclass(frozen=True, slots=True)
class Visibility:
    """What a reader sees: the changes of generations up to `generation` but the `hidden` ones."""

    generation: int
    hidden: frozenset[int]

    def live(self) -> str:
        """The condition of rows that are live."""
        return f"{self._done('added')} and {self._undone('removed')}"

    def not_erased(self) -> str:
        """The condition of rows that are live or were replaced, but not deleted."""
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
    """The conditions of a filter; undated rows pass no window."""
    conditions = []
    if where.published_from:
        conditions.append(f"first >= {where.published_from.toordinal()}")
    if where.published_to:
        conditions.append(f"last <= {where.published_to.toordinal()} and last > {UNDATED}")
    if where.outlets:
        conditions.append(f"outlet in {quoted(name.casefold() for name in where.outlets)}")
    return conditions


def standing(hidden: Collection[int]) -> list[str]:
    """The conditions of rows that are live for a writer without the hidden generations."""
    others = [f"added not in {sorted(hidden)}"] if hidden else []
    return [untouched("removed", hidden), *others]


def untouched(field: str, hidden: Collection[int]) -> str:
    """The condition of rows that only hidden generations have removed (or erased, by the field)."""
    never = f"{field} == {NEVER}"
    return f"({never} or {field} in {sorted(hidden)})" if hidden else never


def both(*conditions: str) -> str:
    """All conditions at once."""
    return " and ".join(f"({condition})" for condition in conditions)
