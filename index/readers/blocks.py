"""A block, the unit in which pages are read, and how a plain-text page is split into blocks.

A block is a line, or a paragraph if lines are hard-wrapped; of HTML it is what `pagetree` says.

A text counts as hard-wrapped where most of its lines break off in mid-sentence at about the same
width and blank lines separate the paragraphs. A block's text is always a slice of the page's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import html

from onrecord.index.readers.chrome import Label, find_label
from onrecord.index.readers.parsed import count_words

WRAP_WIDTHS = (40, 110)  # characters; mail and old newswires wrap at 60 to 80
CELLS = ("td", "th", "tr")  # a table may well say `85%` or `1`
TAIL = 60  # characters at a block's end in which a sentence's end is looked for
_SENTENCE_END = re.compile(r"(?:[.!?…。！？]|\.\.\.)[\"”’'»)\]\u00a0\s*]*$")
_OPEN_END = re.compile(r"[:;,—–-][\"”’'»)\]\s]*$")


@dataclass(frozen=True)
class Block:
    """One block of a page: its text, where it is, and what its shape says.

    `start` is its offset in a plain-text page, and `gap` whether a blank line is above it there;
    `element` is its element in HTML, `times` are the elements with dates in it, and `linked` says
    whether it is a link.
    """

    text: str
    start: int = 0
    gap: bool = True
    element: html.HtmlElement | None = None
    times: tuple[html.HtmlElement, ...] = ()
    linked: bool = False

    @cached_property
    def label(self) -> Label | None:
        """The kind of chrome that it is; None where it may be the article's, as any table is."""
        if self.element is not None and self.element.tag in CELLS:
            return None
        return find_label(self.text, self.words, self.ends_sentence)

    @cached_property
    def words(self) -> int:
        """How many words it has."""
        return count_words(self.text)

    @cached_property
    def ends_sentence(self) -> bool:
        """Whether it ends as a sentence does, quotation marks and brackets aside."""
        return bool(_SENTENCE_END.search(self.text[-TAIL:]))

    @cached_property
    def truncated(self) -> bool:
        """Whether it breaks off with an ellipsis."""
        return self.text.rstrip().endswith(("…", "..."))

    @cached_property
    def leads_on(self) -> bool:
        """Whether it ends with a colon, a dash or a comma."""
        return bool(_OPEN_END.search(self.text[-TAIL:]))

    @cached_property
    def key(self) -> str:
        """Only its letters and digits, case-folded: equal for repeated headlines."""
        return re.sub(r"[\W_]+", "", self.text).casefold()

    @property
    def is_prose(self) -> bool:
        """Whether it reads as a paragraph: long, and ended as sentences are."""
        return (self.words >= 12 and self.ends_sentence) or self.words >= 40


def find_blocks(text: str, start: int = 0) -> list[Block]:
    """Split a page's text into its blocks, from `start` on."""
    runs = find_paragraphs(text, start)
    if not _is_wrapped([text[a:b].split("\n") for a, b in runs]):
        runs = [line for run in runs for line in _lines(text, *run)]
    blocks: list[Block] = []
    end = start
    for a, b in runs:
        line = text[a:b].strip()
        at = text.index(line, a, b)
        blocks.append(Block(line, at, gap=not blocks or text.count("\n", end, at) > 1))
        end = b
    return blocks


def find_paragraphs(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Find the runs of lines without a blank line, as half-open ranges of characters."""
    runs: list[tuple[int, int]] = []
    joined = False
    for a, b in _lines(text, start, len(text) if end is None else end):
        if not text[a:b].strip():
            joined = False
        elif joined:
            runs[-1] = (runs[-1][0], b)
        else:
            runs.append((a, b))
            joined = True
    return runs


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    while at <= end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        yield at, stop
        at = stop + 1


def _is_wrapped(paragraphs: list[list[str]]) -> bool:
    inner = [line.rstrip() for lines in paragraphs for line in lines[:-1]]
    if len(inner) < 4 or len(paragraphs) < 2:
        return False
    low, high = WRAP_WIDTHS
    fitting = [line for line in inner if low <= len(line) <= high]
    wrapped = [line for line in fitting if not _SENTENCE_END.search(line[-TAIL:])]
    total = sum(map(len, paragraphs))
    return len(wrapped) > 0.7 * len(inner) and len(inner) > 0.4 * total
