"""The passages that questions met lately, so that the next question need not read them again.

They belong to one generation, whose passages never change, and go with it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from index.store import Entry

# A passage takes about 16 kB, most of it its sentences' vectors: 64 MB where all are met.
MOST_PASSAGES = 4_096


class Recent:
    """At most so many passages by row, the longest unused going first. Safe to use from threads."""

    def __init__(self, most: int = MOST_PASSAGES) -> None:
        self._most = most
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, rows: Sequence[int]) -> dict[int, Entry]:
        """Those of the rows that are kept."""
        found = {}
        with self._lock:
            for row in rows:
                entry = self._entries.get(row)
                if entry is not None:
                    self._entries.move_to_end(row)
                    found[row] = entry
        return found

    def keep(self, entries: Mapping[int, Entry]) -> None:
        """Keep these as well, in place of what was not asked for the longest."""
        with self._lock:
            self._entries.update(entries)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
