"""Collapse near-identical passages: one fact, every source.

Two passages are near-identical when nearly all the word shingles of the shorter one stand in the
other; cutting the same text at other places leaves that true.
Source: Broder 1997, "On the Resemblance and Containment of Documents".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

SHINGLE_WORDS = 4
MIN_CONTAINMENT = 0.8
MIN_SHINGLES = 8  # shorter passages share a phrase by chance
# Mixes four words' numbers into one of 64 bits; any large odd number does.
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)
_WORD = re.compile(r"\w+")

Shingles = NDArray[np.uint32]
Counts = NDArray[np.int64]


def shingles(text: str) -> Shingles:
    """The different runs of four lower-cased words, each as a number, rising."""
    words = _WORD.findall(text.casefold())
    numbers = np.array([crc32(word.encode()) for word in words], np.uint64)
    runs = max(0, len(words) - SHINGLE_WORDS + 1)
    mixed = np.zeros(runs, np.uint64)
    for at in range(SHINGLE_WORDS):
        mixed = (mixed + numbers[at : at + runs]) * MULTIPLIER
    return np.unique(mixed >> HALF).astype(np.uint32)


def group(mine: Sequence[Shingles]) -> list[list[int]]:
    """Positions of texts in groups, each led by its first; a text joins the first that it fits.

    `mine` are each text's shingles. Looks only at those that stand in several texts, so the cost
    grows with what texts share, not with their pairs.
    """
    sizes = np.array([own.size for own in mine], np.int64)
    ones, others, shared = _count_shared(mine)
    near = near_identical(shared, sizes[ones], sizes[others])
    alike: dict[int, list[int]] = defaultdict(list)
    for one, other in zip(ones[near].tolist(), others[near].tolist(), strict=True):
        alike[other].append(one)
    groups: dict[int, list[int]] = {}
    for position in range(len(mine)):
        earlier = [one for one in alike.get(position, ()) if one in groups]
        groups.setdefault(min(earlier, default=position), []).append(position)
    return list(groups.values())


def _count_shared(mine: Sequence[Shingles]) -> tuple[Counts, Counts, Counts]:
    """Every two texts that share shingles, the earlier ones first, and how many they share."""
    owners = np.repeat(np.arange(len(mine), dtype=np.uint64), [own.size for own in mine])
    everywhere = np.concatenate([*mine, np.empty(0, np.uint32)]).astype(np.uint64)
    rising = np.sort(everywhere << HALF | owners)  # equal shingles side by side, by their texts
    numbers, owners = rising >> HALF, rising & (~np.uint64(0) >> HALF)
    pairs = [owners[:0]]
    for apart in range(1, len(mine)):  # a shingle of many texts makes pairs that far apart
        same = np.flatnonzero(numbers[apart:] == numbers[:-apart])
        if not same.size:
            break
        pairs.append(owners[same] * np.uint64(len(mine)) + owners[same + apart])
    found, counts = np.unique(np.concatenate(pairs).astype(np.int64), return_counts=True)
    ones, others = np.divmod(found, max(len(mine), 1))
    return ones, others, counts


def near_identical(shared: Counts, one: Counts, other: Counts) -> NDArray[np.bool_]:
    """Whether texts of so many shingles, so many of them shared, are nearly the same."""
    fewer = np.minimum(one, other)
    same: NDArray[np.bool_] = (fewer >= MIN_SHINGLES) & (shared >= MIN_CONTAINMENT * fewer)
    return same
