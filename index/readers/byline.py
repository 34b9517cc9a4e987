"""When and by whom, from the lines around a plain-text article.

A date of publication is taken, in this order, from: the header line that a saving tool wrote
(`date 2025-02-23`); a line that says published or posted; the byline; a line between headline and
article that is a date and nothing else; a line that is a name and a date. Lines that say updated
are kept as evidence but never win. Nothing else is asked: not the article's text, not captions,
not copyright lines, not feeds. Authors: the byline, a line `Author: …`, the name in front of a
date, the biography's subject.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.readers.authors import ROLE, is_name, split_names
from index.readers.blocks import Block
from index.readers.chrome import Label, is_stamp
from index.readers.dates import FoundDate, find_dates
from index.types import Evidence, Published

RULES = ("header line", "published line", "byline", "date line", "signature", "updated line")
AFTER = 6  # blocks after the article in which its author and `Published` lines may stand

_AUTHOR_LINE = re.compile(r"^(?:authors?|reporters?|by)\s*:?\s+\S", re.I)
_PUBLISHED = re.compile(
    r"\b(?:first\s+)?(?:published|posted|publication date|date published)\b", re.I
)
_UPDATED = re.compile(r"\b(?:updated|modified|edited|corrected|revised)\b", re.I)
_SUBJECT = re.compile(
    r"^((?:[^\W\d_][\w.’'-]*\s){2,4})(?:is|was|has|covers|writes|reports|joined)\b"
)
_PERSON = re.compile(r"[^\W\d_a-z][\w.’'-]+(?:\s[^\W\d_a-z][\w.’'-]*){1,3}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the page things stand: the headline's index, and the article's half-open range."""

    headline: int
    start: int
    end: int


def read_published(
    header: list[tuple[str, Evidence]],
    blocks: Sequence[Block],
    labels: Sequence[Label | None],
    place: Place,
) -> tuple[Published, list[Evidence]]:
    """Read the publication date; the second value is all evidence, the winner first."""
    found = list(header)
    for index in _around(blocks, place):
        claim = _claim(blocks[index], labels[index], index, place)
        if claim is not None:
            found.append(claim)
    found.sort(key=lambda claim: RULES.index(claim[1].rule))
    evidence = [claim[1] for claim in found]
    if not found or found[0][1].rule == "updated line":
        return Published(), evidence
    date = found[0][0]
    precision = {4: "year", 7: "month", 10: "day"}[len(date)]
    return Published(date, precision, evidence[0]), evidence  # type: ignore[arg-type]


def read_byline_authors(
    blocks: Sequence[Block], labels: Sequence[Label | None], place: Place
) -> tuple[tuple[str, ...], list[Evidence]]:
    """Read the authors' names; the second value is all evidence, the winner first."""
    claims: list[tuple[int, tuple[str, ...], Evidence]] = []
    for index in _around(blocks, place):
        text, after = blocks[index].text, index >= place.end
        if len(text) > 600:
            continue
        if labels[index] == "byline" and not after:
            claims.append((0, _names(text), Evidence("byline", text)))
        elif after and _AUTHOR_LINE.match(text) and blocks[index].words <= 30:
            claims.append((1, _names(text), Evidence("author line", text)))
        elif after and labels[index] == "biography" and (subject := _SUBJECT.match(text)):
            claims.append((3, _names(subject[1]), Evidence("biography", subject[0])))
        elif not after and (signed := _signature(text)) is not None:
            claims.append((2, (signed,), Evidence("signature", text)))
    claims = sorted((claim for claim in claims if claim[1]), key=lambda claim: claim[0])
    return (claims[0][1] if claims else ()), [claim[2] for claim in claims]


def _around(blocks: Sequence[Block], place: Place) -> list[int]:
    """List the indices of the blocks that may speak about this article: just above, just after."""
    before = range(max(0, place.headline - 1), min(place.start, place.headline + 15))
    after = range(place.end, min(len(blocks), place.end + AFTER))
    return [index for index in (*before, *after) if index != place.headline]


def _claim(
    block: Block, label: Label | None, index: int, place: Place
) -> tuple[str, Evidence] | None:
    text = block.text
    if len(text) > 300 or label == "caption":
        return None
    dates = list(find_dates(text))
    if not dates:
        return None
    published, updated = _PUBLISHED.search(text), _UPDATED.search(text)
    if published and (label in ("stamp", "byline") or block.words <= 16):
        following = next((date for date in dates if date.start > published.start()), dates[0])
        return following.date, Evidence("published line", text)
    if updated and updated.start() < dates[0].start:
        return dates[0].date, Evidence("updated line", text)
    if index >= place.end:
        return None
    rule = _line_rule(text, label, dates)
    return (dates[0].date, Evidence(rule, text)) if rule else None


def _line_rule(text: str, label: Label | None, dates: list[FoundDate]) -> str | None:
    if label == "byline":
        return "byline"
    if is_stamp(text):
        return "date line"
    return "signature" if _signature(text) else None


def _signature(text: str) -> str | None:
    """Give the name in a line such as `Jane Doe - Nov. 18th 2019 8:54 am PT`."""
    found = next(find_dates(text), None)
    if found is None or len(text) > 120:
        return None
    name = text[: found.start].strip(" ,|-–—·•:")
    return name if _PERSON.fullmatch(name) and not ROLE.search(name) else None


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in split_names(text) if is_name(name)))
