"""Collapse near-identical passages: one fact, every source.

Two passages are near-identical when nearly all the word shingles of the shorter one stand in the
other; cutting the same text at other places leaves that true.
Source: Broder 1997, "On the Resemblance and Containment of Documents".
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

SHINGLE_WORDS = 4
MIN_CONTAINMENT = 0.8
MIN_SHINGLES = 8  # shorter passages share a phrase by chance
_WORD = re.compile(r"\w+")

Shingles = frozenset[tuple[str, ...]]


def shingles(text: str) -> Shingles:
    """The set of runs of four lower-cased words."""
    words = _WORD.findall(text.casefold())
    return frozenset(zip(*(words[at:] for at in range(SHINGLE_WORDS)), strict=False))


def group(texts: Sequence[str]) -> list[list[int]]:
    """Positions of the texts in groups, each led by its first; a text joins the first it fits.

    Looks up each shingle once, so the cost grows with the texts' length, not with their pairs.
    """
    groups: dict[int, list[int]] = {}
    sizes: list[int] = []
    leaders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for position, text in enumerate(texts):
        mine = shingles(text)
        sizes.append(len(mine))
        shared = Counter(leader for shingle in mine for leader in leaders.get(shingle, ()))
        joined = [
            leader
            for leader, count in shared.items()
            if near_identical(count, len(mine), sizes[leader])
        ]
        if joined:
            groups[min(joined)].append(position)
            continue
        groups[position] = [position]
        for shingle in mine:
            leaders[shingle].append(position)
    return list(groups.values())


def near_identical(shared: int, one: int, other: int) -> bool:
    """Whether texts of so many shingles, so many of them shared, are nearly the same."""
    fewer = min(one, other)
    return fewer >= MIN_SHINGLES and shared >= MIN_CONTAINMENT * fewer
