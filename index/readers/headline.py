"""The headline of a plain-text page: the line above the article that the page points at.

Each line near the article's beginning is a candidate if it has a headline's length and is no
chrome. It gains by its words recurring in the article's first paragraphs, by standing twice on the
page, by being followed by a byline, a date or a caption, and loses with its distance from the
article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from index.readers.blocks import Block
from index.readers.chrome import Label

REACH = 25  # blocks above the article in which a headline is looked for
MAX_WORDS = 32
MIN_SCORE = 1.5
_CONTENT = re.compile(r"\w{4,}|\d+")


def find_headline(
    blocks: Sequence[Block], labels: Sequence[Label | None], start: int, end: int
) -> tuple[int | None, float]:
    """Find the headline of an article at `blocks[start:end]`: its index and score, or (None, 0)."""
    opening = " ".join(block.text for block in blocks[start : min(end, start + 6)])
    known = set(_CONTENT.findall(opening.casefold()))
    repeats = Counter(block.key for block in blocks)
    best, best_score = None, MIN_SCORE
    for index in range(max(0, start - REACH), min(start + 3, end)):
        if labels[index] is not None or not 3 <= blocks[index].words <= MAX_WORDS:
            continue
        if index >= start and (blocks[index].is_prose or repeats[blocks[index].key] == 1):
            continue
        value = _score(blocks[index], known, repeats[blocks[index].key])
        value += _pointed_at(blocks, labels, index, start) - 0.12 * max(0, start - index)
        if value >= best_score:
            best, best_score = index, value
    return best, best_score if best is not None else 0.0


def _score(block: Block, known: set[str], repeats: int) -> float:
    words = _CONTENT.findall(block.text.casefold())
    shared = sum(word in known for word in words) / len(words) if words else 0.0
    value = 4.0 * shared + (1.0 if block.words >= 5 else 0.0) + (1.5 if 1 < repeats <= 4 else 0.0)
    # Titles cut by a search engine end in an ellipsis; questions and cries make headlines too.
    if block.ends_sentence and not block.text.endswith(("?", "!", "…", "...")):
        value -= 3.0
    return value - (1.0 if block.leads_on else 0.0)


def _pointed_at(
    blocks: Sequence[Block], labels: Sequence[Label | None], index: int, start: int
) -> float:
    following = labels[index + 1 : min(index + 4, start)]
    pointers = {"byline": 1.0, "stamp": 1.0, "caption": 0.5}
    return max((pointers.get(str(label), 0.0) for label in following), default=0.0)
