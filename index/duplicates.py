"""Collapse near-identical passages, so that a fact is quoted once, with all its sources.

Two passages are near-identical when at least `MIN_CONTAINMENT` of the word shingles of the shorter
one are in the other. This does not depend on where the same text was cut into passages.
Source: Broder 1997, "On the Resemblance and Containment of Documents".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onrecord.index.text import HALF, Ids

MIN_CONTAINMENT = 0.8
MIN_SHINGLES = 8  # shorter passages share a phrase by chance

Counts = NDArray[np.int64]


def group(shingles: Sequence[Ids]) -> list[list[int]]:
    """Positions of texts in groups, each led by its first text.

    `shingles` are those of each text. A text joins the first group whose leader is near-identical.
    Only shingles of several texts are compared, so the cost grows with what texts share and not
    with the number of their pairs.
    """
    sizes = np.array([own.size for own in shingles], np.int64)
    first, second, shared = _count_shared(shingles)
    near = near_identical(shared, sizes[first], sizes[second])
    alike: dict[int, list[int]] = defaultdict(list)
    for one, other in zip(first[near].tolist(), second[near].tolist(), strict=True):
        alike[other].append(one)
    groups: dict[int, list[int]] = {}
    for position in range(len(shingles)):
        leaders = [one for one in alike.get(position, ()) if one in groups]
        groups.setdefault(min(leaders, default=position), []).append(position)
    return list(groups.values())


def _count_shared(shingles: Sequence[Ids]) -> tuple[Counts, Counts, Counts]:
    """All pairs of texts that share shingles, the earlier text first, and how many they share."""
    texts = len(shingles)
    owners = np.repeat(np.arange(texts, dtype=np.uint64), [own.size for own in shingles])
    all_shingles = np.concatenate([*shingles, np.empty(0, np.uint32)]).astype(np.uint64)
    ordered = np.sort(all_shingles << HALF | owners)  # equal shingles are neighbours, by text
    values, owners = ordered >> HALF, ordered & (~np.uint64(0) >> HALF)
    pairs = [owners[:0]]
    for distance in range(1, texts):  # a shingle of n texts makes pairs up to n - 1 apart
        same = np.flatnonzero(values[distance:] == values[:-distance])
        if not same.size:
            break
        pairs.append(owners[same] * np.uint64(texts) + owners[same + distance])
    found, counts = np.unique(np.concatenate(pairs).astype(np.int64), return_counts=True)
    first, second = np.divmod(found, max(texts, 1))
    return first, second, counts


def near_identical(shared: Counts, one: Counts, other: Counts) -> NDArray[np.bool_]:
    """Whether texts of `one` and `other` shingles, `shared` in common, are near-identical."""
    fewer = np.minimum(one, other)
    same: NDArray[np.bool_] = (fewer >= MIN_SHINGLES) & (shared >= MIN_CONTAINMENT * fewer)
    return same
