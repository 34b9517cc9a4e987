"""Find what an undated article's own text says about when it was written, as evidence only.

The latest day that the text names is kept, with its sentence. It is not used as a date, because the
day may have been in the past or in the future when the text was written.
"""

from __future__ import annotations

import re

from onrecord.index.readers.dates import find_dates
from onrecord.index.types import Evidence

RULE = "day named in the text"
MAX_CHARS = 100_000  # how much of a text is searched
MAX_SNIPPET = 300
_END = re.compile(r"[.!?]\s|\n")


def note_days(text: str) -> list[Evidence]:
    """The latest day that a text names, in its sentence; nothing where it names none."""
    text = text[:MAX_CHARS]
    days = [found for found in find_dates(text) if found.precision == "day"]
    if not days:
        return []
    latest = max(days, key=lambda found: found.date)
    start = max((end.end() for end in _END.finditer(text, 0, latest.start)), default=0)
    stop = _END.search(text, latest.end)
    sentence = text[max(start, latest.end - MAX_SNIPPET) : stop.start() + 1 if stop else None]
    return [Evidence(RULE, sentence.strip()[:MAX_SNIPPET])]
