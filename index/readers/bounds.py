"""What an undated article's own text tells about when it was written: evidence, and no date.

The latest day that the text names is kept, with its sentence. Whether it lay in the past or the
future when that was written is for a reader to judge, so nothing is claimed.
"""

from __future__ import annotations

import re

from onrecord.index.readers.dates import find_dates
from onrecord.index.types import Evidence

RULE = "day named in the text"
MAX_CHARS = 100_000  # of a text that are searched
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
