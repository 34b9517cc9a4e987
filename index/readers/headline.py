"""Find the headline of a plain-text page above its article.

Each line near the article's beginning is a candidate if it has a headline's length and is not
chrome. Its score rises if its longer words recur in the article's first paragraphs and in all of
it; if it has five to eighteen words; if a byline or a date follows within four lines; if chrome or
a menu is directly above it, or a longer line (a standfirst) directly below. Its score falls with
its distance from the article; with other lines just above that say the same, since a standfirst
comes below its headline; with a bullet, a full stop, a colon or a photographer's credit.

The weights are those of a conditional logistic regression over the candidates, rounded. It was
fitted on the pages of htmldate's evaluation, whose titles were taken from their markup. Figures are
reported on the pages of the article extraction benchmark, which it never saw.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from onrecord.index.readers.blocks import Block
from onrecord.index.readers.chrome import BULLET

REACH = 60  # blocks above the article in which a headline is looked for
INSIDE = 3  # first blocks of the article that may be its headline, if the page repeats them
OPENING = 6  # blocks of the article whose words a headline shares most
MIN_WORDS, MAX_WORDS = 2, 32
MIN_SCORE = 4.0
MIN_TOPICS = 4
RELATED = 0.3  # share of a line's words that recur in the article, from which it is related
_CONTENT = re.compile(r"\w{4,}|\d+")
_CREDIT = re.compile(r"credit|photo|image|file|getty", re.I)
_TRAIL = re.compile(r"[|»>]|https?://")


def find_headline(blocks: Sequence[Block], start: int, end: int) -> tuple[int | None, float]:
    """Find the headline of an article at `blocks[start:end]`: its index and score, or (None, 0)."""
    repeats = Counter(block.key for block in blocks[max(0, start - REACH) : end])
    candidates = [
        index
        for index in range(max(0, start - REACH), min(start + INSIDE, end))
        if blocks[index].label is None
        and MIN_WORDS <= blocks[index].words <= MAX_WORDS
        # Inside the article it must occur twice; else it is the article's first line.
        and (index < start or (not blocks[index].is_prose and repeats[blocks[index].key] > 1))
    ]
    opening = _content(blocks[start : min(end, start + OPENING)])
    body = opening | _content(blocks[start + OPENING : end])
    shared = {index: _share(blocks[index], body) for index in candidates}
    best, best_score = None, MIN_SCORE
    for index in candidates:
        value = 2.7 * _share(blocks[index], opening) + 2.1 * shared[index]
        value += _of_itself(blocks[index]) + _of_neighbours(blocks, index)
        value -= 0.026 * max(0, start - index)
        value -= 3.6 * (index >= start)
        above = [
            other
            for other in candidates
            if index - 6 <= other < index and shared[other] >= RELATED and blocks[other].words >= 4
        ]
        value -= 0.4 * min(len(above), 3) + 0.5 * bool(above)
        if value >= best_score:
            best, best_score = index, value
    return best, best_score if best is not None else 0.0


def _of_itself(block: Block) -> float:
    """Score a line's own shape as a headline's."""
    # Titles cut by a search engine end in an ellipsis; headlines may be questions or exclamations.
    stopped = block.ends_sentence and not block.text.endswith(("?", "!", "…", "..."))
    return (
        math.log(block.words)
        + 1.6 * (block.words >= 5)
        + 1.4 * (4 <= block.words <= 18)
        - 1.2 * bool(BULLET.match(block.text))
        - 1.5 * stopped
        - 2.2 * block.leads_on
        - 2.0 * bool(_TRAIL.search(block.text))
        - 1.4 * bool(_CREDIT.search(block.text))
        - 3.0 * _lists_topics(block.text)
    )


def _lists_topics(line: str) -> bool:
    """Whether a line is a list of topics with commas, like the tags above a headline."""
    parts = line.split(",")
    return len(parts) >= MIN_TOPICS and all(len(part.split()) <= 3 for part in parts)


def _of_neighbours(blocks: Sequence[Block], index: int) -> float:
    """Score the lines around a candidate."""
    following = [block.label for block in blocks[index + 1 : index + 5]]
    above = blocks[index - 1] if index else None
    chrome_above = above is not None and (above.label is not None or above.words <= 3)
    below = blocks[index + 1 : index + 2]
    longer = any(block.words > blocks[index].words and block.words >= 8 for block in below)
    return (
        1.9 * ("byline" in following)
        + 1.3 * ("stamp" in following)
        + 0.8 * chrome_above
        + 0.6 * longer
    )


def _share(block: Block, known: set[str]) -> float:
    words = _CONTENT.findall(block.text.casefold())
    return sum(word in known for word in words) / len(words) if words else 0.0


def _content(blocks: Sequence[Block]) -> set[str]:
    return {word for block in blocks for word in _CONTENT.findall(block.text.casefold())}
