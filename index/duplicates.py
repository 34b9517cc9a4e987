"""Collapse passages that say the same, so that a fact is quoted once, with all its sources.

Two passages are near-identical when at least `MIN_CONTAINMENT` of the word shingles of the shorter
one are in the other (Broder 1997, "On the Resemblance and Containment of Documents"). They say the
same when, besides, they have the same telling words in the same order: another number, day, name,
verb, negation or sentence is another fact. Bylines, datelines and credits tell nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onrecord.index.text.terms import HALF, Ids, plain_words

MIN_CONTAINMENT = 0.8
MIN_SHINGLES = 8  # shorter passages share a phrase by chance
# Copies differ in these words. "To" and "from" are not among them: they tell the direction.
_COMMON = """a an the and as at in of on that which who it its this these is are was were be been
being has have had also said says say mr mrs ms"""
UNTELLING = frozenset(_COMMON.split())
_AGENCY = r"\(?\b(?i:afp|ap|cnn|dpa|reuters|upi)\b\)?"
_CAPITALISED = r"\(?[^\W_a-z][\w.'’/-]*[),.]*"
# Capitalised words and numbers up to an agency in brackets or a dash: "KYIV, March 5 (AP) –".
_DATELINE = rf"((?:{_CAPITALISED}\s+){{0,7}}?)(?:(?=\(){_AGENCY}\s*(?:[–—-]+\s+)?|[–—-]+\s+)"
_NAME_LINE = rf"(?:(?!\d){_CAPITALISED}[^\S\n]*){{1,6}}\n+"
_BYLINE = rf"(?:By|BY) [^\n]{{1,80}}(?<![.!?])\n+|(?:{_NAME_LINE}){{1,2}}(?={_DATELINE})"
_HEAD = re.compile(f"(?:{_BYLINE})?(?P<place>{_DATELINE})?")
_CREDIT = re.compile(
    r"(?:^|(?<=[.!?)”\"] ))[\[(]?(?:(?:additional |with )*(?:reporting|writing|editing|translated)"
    r"(?: and \w+)? (?:by|from)\b|(?:contributing|photos?|source):|all rights reserved|©.*"
    r"|copyright (?:©|\d{4}).*|(?:(?:read|see) )?(?:more|also)(?: (?:to )?follows?)?(?::|\W*$)"
    r"|(?:subscribe|sign up) (?:for|here|now|to)\b|follow .* on (?:facebook|instagram|twitter|x)\b"
    r"|(?:last )?updated(?: at| on|:)[^\n.!?]*|this (?:article|story) was (?:first|originally)\b"
    r"|[^\n.!?]* contributed (?:reporting )?to this (?:article|report|story))[^\n\d]*$",
    re.I | re.M,
)

Counts = NDArray[np.int64]
Telling = tuple[list[str], list[str]]


def group(texts: Sequence[str], shingles: Sequence[Ids]) -> list[list[int]]:
    """Positions of texts in groups, each led by its first text.

    `shingles` are those of each text. A text joins the first group whose leader is near-identical
    and whose texts all say the same. Only near-identical texts are read, so the cost grows with
    what texts share and not with the number of their pairs.
    """
    sizes = np.array([own.size for own in shingles], np.int64)
    first, second, shared = _count_shared(shingles)
    near = near_identical(shared, sizes[first], sizes[second])
    alike: dict[int, list[int]] = defaultdict(list)
    for one, other in zip(first[near].tolist(), second[near].tolist(), strict=True):
        alike[other].append(one)
    told = {at: read_telling(texts[at]) for at in np.union1d(first[near], second[near]).tolist()}
    groups: dict[int, list[int]] = {}
    for at in range(len(shingles)):
        leaders = [
            one
            for one in alike.get(at, ())
            if one in groups and all(_agree(told[each], told[at]) for each in groups[one])
        ]
        groups.setdefault(min(leaders, default=at), []).append(at)
    return list(groups.values())


def read_telling(text: str) -> Telling:
    """The words of a text's dateline without its agency, and its telling words after that."""
    head = _HEAD.match(text)
    start, place = (head.end(), head["place"] or "") if head else (0, "")
    words = plain_words(_CREDIT.sub("", text[start:]))
    return (
        plain_words(re.sub(rf"\(.*?\)|{_AGENCY}", "", place)),
        [word for word in words if word not in UNTELLING],
    )


def _agree(one: Telling, other: Telling) -> bool:
    """Whether two texts say the same; a dateline may be shorter than the other's, or missing."""
    return one[1] == other[1] and all(a == b for a, b in zip(one[0], other[0], strict=False))


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
