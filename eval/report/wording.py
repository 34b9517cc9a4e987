"""Numbers, dates and long names as reports write them."""

from __future__ import annotations

import math
import re

from onrecord.index.types import Published
from onrecord.service.citations import say_date as say_published

NBSP = "\u00a0"
MINUS = "−"
SHORT_HASH = 12  # characters of a sha256 that tell one from another
_HASH = re.compile(rf"\b([0-9a-f]{{{SHORT_HASH}}})[0-9a-f]{{12,}}\b")
_PRECISIONS = {4: "year", 7: "month", 10: "day"}


def say_percent(share: float) -> str:
    """`70 %`; a share short of all or above nothing is never said to be 100 % or 0 %."""
    if 0.995 <= share < 1:
        return f"{math.floor(share * 1000) / 10:.1f}{NBSP}%"
    if 0 < share < 0.005:
        return f"{math.ceil(share * 1000) / 10:.1f}{NBSP}%"
    return f"{share * 100:.0f}{NBSP}%"


def say_number(number: float | None) -> str:
    """Three decimals, `–` where there is no number."""
    return "–" if number is None else f"{number:.3f}"


def say_difference(number: float | None) -> str:
    """Three decimals with a sign, `–` where there is no number."""
    if number is None:
        return "–"
    said = f"{abs(number):.3f}"
    return said if float(said) == 0 else f"{'+' if number > 0 else MINUS}{said}"


def say_chance(p: float | None) -> str:
    """A p-value: three decimals, `<0.001` below, `–` where there is none."""
    return "<0.001" if p is not None and p < 0.001 else say_number(p)


def say_time(milliseconds: float) -> str:
    """`51 ms`, `4.7 ms` or `1.2 s`."""
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f}{NBSP}s"
    return f"{milliseconds:.{0 if milliseconds >= 10 else 1}f}{NBSP}ms"


def say_date(published: str | None) -> str:
    """`17 June 2022`, as far as it is known; `undated` for None; what is no date as it came."""
    if published is None:
        return "undated"
    precision = _PRECISIONS.get(len(published))
    try:
        return say_published(Published(published, precision))  # type: ignore[arg-type]
    except ValueError:
        return published


def say_count(count: int, one: str, more: str | None = None) -> str:
    """`1 question`, `6,000 questions`."""
    return f"{count:,}{NBSP}{one if count == 1 else more or one + 's'}"


def shorten(value: str) -> str:
    """The text with each long hash in it cut to what tells it from others."""
    return _HASH.sub(r"\1…", value)
