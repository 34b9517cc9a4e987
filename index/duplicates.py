"""Collapse near-identical passages: one fact, every source.

Two passages are near-identical when nearly all the word shingles of the shorter one stand in the
other; cutting the same text at other places leaves that true.
Source: Broder 1997, "On the Resemblance and Containment of Documents".
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SHINGLE_WORDS = 4
MIN_CONTAINMENT = 0.8
MIN_SHINGLES = 8  # shorter passages share a phrase by chance
# Mixes four words' hashes into one of 64 bits; any large odd number does.
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_WORD = re.compile(r"\w+")

Shingles = NDArray[np.uint64]


def shingles(text: str) -> Shingles:
    """The different runs of four lower-cased words, each as a number of this process's own."""
    words = _WORD.findall(text.casefold())
    numbers = np.array([*map(hash, words)], np.int64).astype(np.uint64)
    runs = max(0, len(words) - SHINGLE_WORDS + 1)
    mixed = np.zeros(runs, np.uint64)
    for at in range(SHINGLE_WORDS):
        mixed = mixed * MULTIPLIER + numbers[at : at + runs]
    return np.unique(mixed)


def group(texts: Sequence[str]) -> list[list[int]]:
    """Positions of the texts in groups, each led by its first; a text joins the first it fits.

    Looks only at shingles that stand in several texts, so the cost grows with the texts' length,
    not with their pairs.
    """
    mine = [shingles(text) for text in texts]
    all_of_them = np.concatenate([*mine, np.empty(0, np.uint64)])
    _, numbers, counts = np.unique(all_of_them, return_inverse=True, return_counts=True)
    ends = np.cumsum([len(own) for own in mine])[:-1]
    shared = [own[counts[own] > 1].tolist() for own in np.split(numbers, ends)] if texts else []
    groups: dict[int, list[int]] = {}
    leaders: dict[int, list[int]] = defaultdict(list)
    for position, (own, elsewhere) in enumerate(zip(mine, shared, strict=True)):
        common = Counter(leader for shingle in elsewhere for leader in leaders.get(shingle, ()))
        joined = [
            leader
            for leader, count in common.items()
            if near_identical(count, len(own), len(mine[leader]))
        ]
        if joined:
            groups[min(joined)].append(position)
            continue
        groups[position] = [position]
        for shingle in elsewhere:
            leaders[shingle].append(position)
    return list(groups.values())


def near_identical(shared: int, one: int, other: int) -> bool:
    """Whether texts of so many shingles, so many of them shared, are nearly the same."""
    fewer = min(one, other)
    return fewer >= MIN_SHINGLES and shared >= MIN_CONTAINMENT * fewer
