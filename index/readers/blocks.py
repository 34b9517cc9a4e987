"""A plain-text page as blocks: one per line, or per paragraph where the lines are hard-wrapped.

A text is taken as hard-wrapped where most of its lines break off in mid-sentence at about the same
width and blank lines divide the paragraphs. A block's text is always a slice of the page's text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from index.readers.reading import count_words

WRAP_WIDTHS = (40, 110)  # characters; mail and old newswires wrap at 60 to 80
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_SENTENCE_END = re.compile(r"(?:[.!?…。！？]|\.\.\.)[\"”’'»)\]\u00a0\s*]*$")
_OPEN_END = re.compile(r"[:;,—–-][\"”’'»)\]\s]*$")
_CASED = re.compile(r"[^\W\d_][\w’'-]*")


@dataclass(frozen=True)
class Block:
    """One block of a page: where it stands, and what its shape says."""

    text: str
    start: int
    gap: bool = True  # a blank line stands before it

    @cached_property
    def words(self) -> int:
        """How many words it has."""
        return count_words(self.text)

    @cached_property
    def ends_sentence(self) -> bool:
        """Whether it ends as a sentence does, quotation marks and brackets aside."""
        return bool(_SENTENCE_END.search(self.text))

    @cached_property
    def truncated(self) -> bool:
        """Whether it breaks off with an ellipsis."""
        return self.text.rstrip().endswith(("…", "..."))

    @cached_property
    def leads_on(self) -> bool:
        """Whether it ends with a colon, a dash or a comma."""
        return bool(_OPEN_END.search(self.text))

    @cached_property
    def capitals(self) -> float:
        """The share of its words that begin with a capital: high in headlines, menus and names."""
        cased = _CASED.findall(self.text)
        return sum(word[0].isupper() for word in cased) / len(cased) if cased else 1.0

    @cached_property
    def key(self) -> str:
        """Its letters and digits only, case-folded: equal for repeated headlines."""
        return re.sub(r"[\W_]+", "", self.text).casefold()

    @property
    def is_prose(self) -> bool:
        """Whether it reads as a paragraph: long, and ended as sentences are."""
        return (self.words >= 12 and self.ends_sentence) or self.words >= 40


def find_blocks(text: str, start: int = 0) -> list[Block]:
    """Split a page's text, from `start` on, into its blocks."""
    pattern = _PARAGRAPH if _is_wrapped(text[start:]) else _LINE
    blocks: list[Block] = []
    end = start
    for found in pattern.finditer(text, start):
        line = found[0].strip()
        at = found.start() + found[0].index(line)
        blocks.append(Block(line, at, gap=not blocks or text.count("\n", end, at) > 1))
        end = found.end()
    return blocks


def _is_wrapped(text: str) -> bool:
    paragraphs = [found[0].split("\n") for found in _PARAGRAPH.finditer(text)]
    inner = [line.rstrip() for lines in paragraphs for line in lines[:-1]]
    if len(inner) < 4 or len(paragraphs) < 2:
        return False
    low, high = WRAP_WIDTHS
    wrapped = [
        line for line in inner if low <= len(line) <= high and not _SENTENCE_END.search(line)
    ]
    total = sum(map(len, paragraphs))
    return len(wrapped) > 0.7 * len(inner) and len(inner) > 0.4 * total
