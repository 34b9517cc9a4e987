"""Size-bounded cache of passages or articles, shared by threads.

A store keeps one per generation, or uses keys whose values never change, so nothing in it expires.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

MAX_PASSAGES = 8_192  # of about 18 kB, most of it for sentence vectors: 150 MB in all
MAX_CHARS = 25_000_000  # of all articles: 25 MB, more for scripts that need several bytes each

Key = TypeVar("Key")
Value = TypeVar("Value")


class FifoCache(Generic[Key, Value]):
    """First in, first out, so that reading needs no lock: nearly all calls only read.

    The sizes of all values add up to at most `capacity`; without a function each has size 1.
    """

    def __init__(self, capacity: int, size: Callable[[Value], int] = lambda value: 1) -> None:
        self._capacity, self._size = capacity, size
        self._used = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """The cached values among these keys."""
        get = self._values.get
        return {key: value for key in keys if (value := get(key)) is not None}

    def put_many(self, values: Mapping[Key, Value]) -> None:
        """Add values under new keys, and evict the oldest values that no longer fit."""
        with self._lock:
            for key, value in values.items():
                if key not in self._values:
                    self._values[key] = value
                    self._used += self._size(value)
            while self._used > self._capacity:
                self._used -= self._size(self._values.popitem(last=False)[1])
