"""Collapse near-identical passages: one fact, every source.

Two passages are near-identical when nearly all the word shingles of the shorter one stand in the
other; cutting the same text at other places leaves that true.
Source: Broder 1997, "On the Resemblance and Containment of Documents".
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SHINGLE_WORDS = 4
MIN_CONTAINMENT = 0.8
MIN_SHINGLES = 8  # shorter passages share a phrase by chance
# Mixes four words' hashes into one of 64 bits; any large odd number does.
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
KEPT_TEXTS = 4_096  # passages that many questions bring: two kilobytes each
_WORD = re.compile(r"\w+")

Shingles = NDArray[np.uint64]


@lru_cache(KEPT_TEXTS)
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
    shared = _shared(mine)
    groups: dict[int, list[int]] = {}
    leaders: dict[int, list[int]] = defaultdict(list)
    for position, (own, elsewhere) in enumerate(zip(mine, shared, strict=True)):
        if not elsewhere:  # most passages stand alone
            groups[position] = [position]
            continue
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


def _shared(mine: Sequence[Shingles]) -> list[list[int]]:
    """Those of each text's shingles that stand in another one too."""
    everywhere = np.concatenate([*mine, np.empty(0, np.uint64)])
    rising = np.sort(everywhere)
    repeated = rising[1:][rising[1:] == rising[:-1]]
    if not repeated.size:
        return [[] for _ in mine]
    places = np.minimum(np.searchsorted(repeated, everywhere), repeated.size - 1)
    held = np.flatnonzero(repeated[places] == everywhere)
    numbers = everywhere[held].tolist()
    ends = np.searchsorted(held, np.cumsum([own.size for own in mine])).tolist()
    return [numbers[start:end] for start, end in pairwise([0, *ends])]


def near_identical(shared: int, one: int, other: int) -> bool:
    """Whether texts of so many shingles, so many of them shared, are nearly the same."""
    fewer = min(one, other)
    return fewer >= MIN_SHINGLES and shared >= MIN_CONTAINMENT * fewer
