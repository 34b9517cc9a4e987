"""The passages that questions met lately."""

from __future__ import annotations

import numpy as np

from index.local.recent import Recent
from index.store import Entry
from index.types import Passage, Span


def make_entry(text: str) -> Entry:
    vector = np.zeros(2, dtype=np.float32)
    return Entry(Passage("a1", Span(0, len(text)), text, 1, ()), vector, vector.reshape(1, -1))


def test_what_was_kept_is_found_and_nothing_else() -> None:
    recent: Recent[int, Entry] = Recent(2)
    ferry = make_entry("ferry")
    recent.keep({3: ferry})
    assert recent.find([3, 4]) == {3: ferry}


def test_the_longest_unused_goes_first() -> None:
    recent: Recent[int, Entry] = Recent(2)
    recent.keep({1: make_entry("one"), 2: make_entry("two")})
    recent.find([1])
    recent.keep({3: make_entry("three")})
    assert recent.find([1, 2, 3]).keys() == {1, 3}
