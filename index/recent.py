"""What questions met lately, so that the next one need not read it again.

A name stands for the same thing as long as it is kept: a store keeps what one generation shows, or
names that say what they stand for.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

# A passage takes about 18 kB, most of it its sentences' vectors: 150 MB where all are met.
MOST_PASSAGES = 8_192
# Characters of all articles together: 25 MB, or more where a script needs more than a byte.
MOST_CHARS = 25_000_000

Name = TypeVar("Name")
Met = TypeVar("Met")


class Recent(Generic[Name, Met]):
    """Things by name, those kept first going first. Safe to use from threads.

    All together measure at most so much, each 1 where nothing else is said. Finding writes
    nothing, not even what was found last: it is most of what is done here.
    """

    def __init__(self, most: int, measure: Callable[[Met], int] = lambda met: 1) -> None:
        self._most, self._measure = most, measure
        self._held = 0
        self._kept: OrderedDict[Name, Met] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, names: Iterable[Name]) -> dict[Name, Met]:
        """Those of the names that are kept."""
        kept = self._kept.get
        return {name: met for name in names if (met := kept(name)) is not None}

    def keep(self, met: Mapping[Name, Met]) -> None:
        """Keep these as well, in place of what has been kept the longest."""
        with self._lock:
            for name, one in met.items():
                if name not in self._kept:
                    self._kept[name] = one
                    self._held += self._measure(one)
            while self._held > self._most:
                self._held -= self._measure(self._kept.popitem(last=False)[1])
