"""What questions met lately, so that the next one need not read it again.

It belongs to one generation, whose passages and articles never change, and goes with it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

# A passage takes about 16 kB, most of it its sentences' vectors: 64 MB where all are met.
MOST_PASSAGES = 4_096
# An article takes what its text does; longer ones are not kept, so 25 MB hold all.
MOST_ARTICLES, MOST_CHARS = 256, 100_000

Name = TypeVar("Name")
Met = TypeVar("Met")


class Recent(Generic[Name, Met]):
    """At most so many things by name, the longest unused going first. Safe to use from threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Name, Met] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, names: Iterable[Name]) -> dict[Name, Met]:
        """Those of the names that are kept."""
        found = {}
        with self._lock:
            for name in names:
                met = self._kept.get(name)
                if met is not None:
                    self._kept.move_to_end(name)
                    found[name] = met
        return found

    def keep(self, met: Mapping[Name, Met]) -> None:
        """Keep these as well, in place of what was not asked for the longest."""
        with self._lock:
            self._kept.update(met)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
