"""Find the article in a page: the run of blocks with the highest sum of scores, without its asides.

Paragraphs score their number of words, short lines that end no sentence score below zero, and
blocks labelled as chrome far below. The article is the maximum subsequence of those scores
(Pasternack and Roth, "Extracting Article Text from the Web with Maximum Subsequence Segmentation",
WWW 2009): one contiguous run, which may hold short lines and even chrome if more of the article
follows.

Chrome inside the run is dropped afterwards, block by block, and so are teasers of other articles. A
teaser is a headline, an excerpt that breaks off (an ellipsis, or no full stop and then a credit)
and often a credit that joins outlet and author without a space. A biography is removed only where
at most one paragraph follows; within the article it is the article's own text. A short line above a
caption is the picture's description, and lines below `Read more` are links up to the next sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.index.readers.blocks import Block
from onrecord.index.readers.chrome import is_credit_line

MAX_GAIN = 50.0  # words; one giant paragraph (a licence, a script) must not outweigh an article
COST = {  # words of prose that outweigh one block of this kind
    "control": 3.0,
    "section": 40.0,
    "related": 15.0,
    "comments": 60.0,
    "notice": 12.0,
    "caption": 1.0,
    "stamp": 12.0,
    "biography": 25.0,
    "byline": 12.0,
}
SHORT_LINE = 6.0  # the same, for a line that is neither chrome nor a sentence
MENU_WORDS = 4
MENU_FACTOR = 1.5
REPEATED_STAMP = 20.0
HEADLINE_LINE = 9.0  # the same, if it has a headline's length
MAX_HEADLINE = 30  # words


def _score(block: Block) -> float:
    """Score a block in words: positive if it looks like article, negative if like chrome."""
    if block.label is not None:
        return -COST[block.label]
    gain = min(float(block.words), MAX_GAIN)
    if block.ends_sentence:
        if block.truncated:
            return -2.0 if block.words < 60 else gain / 4
        return gain if block.words >= 8 else gain / 2 - 1
    if block.words >= 25:
        return gain / 2
    if block.leads_on and block.words >= 4:
        return 1.0
    return -HEADLINE_LINE if block.words >= 6 else -SHORT_LINE


def score_blocks(blocks: Sequence[Block]) -> list[float]:
    """Score every block; a third stamp and a fourth short line in a row cost more than the first.

    One date belongs to an article, many to a feed or to comments; one short line is a
    subheading, many are a menu.
    """
    scores: list[float] = []
    stamps = run = 0
    for block in blocks:
        value = _score(block)
        stamps += block.label == "stamp"
        run = run + 1 if value < 0 and block.words <= MENU_WORDS else 0
        if block.label == "stamp" and stamps > 2:
            value -= REPEATED_STAMP
        scores.append(value * (MENU_FACTOR if run > 3 else 1.0))
    return scores


def find_regions(scores: Sequence[float], most: int = 6) -> list[tuple[int, int]]:
    """Find the disjoint half-open runs with the highest sums, the best first; sums are above 0."""
    found: list[tuple[float, int, int]] = []
    waiting = [(0, len(scores))]
    while waiting and len(found) < 4 * most:
        low, high = waiting.pop(0)
        start, end, total = _best_run(scores, low, high)
        if total > 0:
            found.append((total, start, end))
            waiting += [(low, start), (end, high)]
    found.sort(key=lambda run: (-run[0], run[1]))
    return [(start, end) for _, start, end in found[:most]]


def _best_run(scores: Sequence[float], low: int, high: int) -> tuple[int, int, float]:
    best, best_sum = (low, low), 0.0
    start, total = low, 0.0
    for index in range(low, high):
        if total <= 0:
            start, total = index, 0.0
        total += scores[index]
        if total > best_sum:
            best, best_sum = (start, index + 1), total
    return *best, best_sum


def find_asides(blocks: Sequence[Block], start: int, end: int) -> set[int]:
    """Find the indices in `start:end` of blocks that do not belong to the article."""
    asides = {index for index in range(start, end) if _is_chrome(blocks, index, end)}
    for index in range(start + 1, min(end + 1, len(blocks))):
        asides |= _teaser(blocks, index)
    for index in range(start, end - 1):
        if blocks[index + 1].label == "caption" and _is_headline(blocks[index], 10):
            asides.add(index)
    return asides | _links(blocks, start, end)


def _is_chrome(blocks: Sequence[Block], index: int, end: int) -> bool:
    label = blocks[index].label
    if label == "biography" or (label == "notice" and blocks[index].is_prose):
        return sum(block.is_prose for block in blocks[index + 1 : end]) <= 1
    return label is not None


def _teaser(blocks: Sequence[Block], index: int) -> set[int]:
    """Return the indices of the teaser whose excerpt is at `index`, if there is one."""
    excerpt = blocks[index]
    if excerpt.words < 12 or not _is_headline(blocks[index - 1], MAX_HEADLINE):
        return set()
    credited = index + 1 < len(blocks) and is_credit_line(blocks[index + 1].text)
    if (excerpt.truncated and not excerpt.gap) or (not excerpt.ends_sentence and credited):
        return {index - 1, index} | ({index + 1} if credited else set())
    return set()


def _is_headline(block: Block, most: int) -> bool:
    return block.words <= most and (not block.ends_sentence or block.text.endswith(("?", "!")))


def _links(blocks: Sequence[Block], start: int, end: int) -> set[int]:
    """Find the headlines listed below a `Read more` or `Related` inside the article."""
    links: set[int] = set()
    listing = False
    for index in range(start, end):
        block = blocks[index]
        if block.label in ("section", "related"):
            listing = True
        elif block.ends_sentence or block.words > MAX_HEADLINE or block.leads_on:
            listing = False
        elif listing and block.label is None:
            links.add(index)
    return links
