"""Find chrome and teasers of other articles inside an article's run of blocks.

A teaser is a headline, an excerpt that breaks off (an ellipsis, or no full stop and then a credit)
and often a credit that joins outlet and author without a space. A biography is removed only where
at most one paragraph follows; within the article it is the article's own text. A short line above a
caption is the picture's description, and lines below `Read more` are links up to the next sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.index.readers.blocks import Block
from onrecord.index.readers.chrome import Label, is_credit_line

MAX_HEADLINE = 30  # words


def find_asides(
    blocks: Sequence[Block], labels: Sequence[Label | None], start: int, end: int
) -> set[int]:
    """Find the indices in `start:end` of blocks that do not belong to the article."""
    asides = {index for index in range(start, end) if _is_chrome(blocks, labels, index, end)}
    for index in range(start + 1, min(end + 1, len(blocks))):
        asides |= _teaser(blocks, index)
    for index in range(start, end - 1):
        if labels[index + 1] == "caption" and _is_headline(blocks[index], 10):
            asides.add(index)
    return asides | _links(blocks, labels, start, end)


def _is_chrome(
    blocks: Sequence[Block], labels: Sequence[Label | None], index: int, end: int
) -> bool:
    if labels[index] == "biography" or (labels[index] == "notice" and blocks[index].is_prose):
        return sum(block.is_prose for block in blocks[index + 1 : end]) <= 1
    return labels[index] is not None


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


def _links(
    blocks: Sequence[Block], labels: Sequence[Label | None], start: int, end: int
) -> set[int]:
    """Find the headlines listed below a `Read more` or `Related` inside the article."""
    links: set[int] = set()
    listing = False
    for index in range(start, end):
        block = blocks[index]
        if labels[index] in ("section", "related"):
            listing = True
        elif block.ends_sentence or block.words > MAX_HEADLINE or block.leads_on:
            listing = False
        elif listing and labels[index] is None:
            links.add(index)
    return links
