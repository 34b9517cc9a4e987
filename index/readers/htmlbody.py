"""The article's blocks of an HTML page: what trafilatura picks, in the page's own characters.

trafilatura decides where the article is; each paragraph that it returns is then looked up among
the page's blocks (white space aside), and the page's blocks are the text: what stands nowhere in
the page is dropped. To that run come the paragraphs that the page's markup puts alongside its own
(`markup`), and from it go links to elsewhere and the chrome that plain-text rules know. Where
trafilatura finds nothing, the page's blocks are read as a plain-text save.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from lxml import html

from onrecord.index.readers.blocks import Block
from onrecord.index.readers.chrome import Label, label
from onrecord.index.readers.markup import find_links, find_siblings
from onrecord.index.readers.pagetree import NEVER_SHOWN, PageBlock, page_blocks
from onrecord.index.readers.teasers import find_asides
from onrecord.index.readers.text import locate, select_body

MIN_FOUND = 0.5  # of what trafilatura returns must be found, or hidden elements are read too
MIN_CHOSEN = 25  # words; where an extractor finds fewer, it has missed the article
MIN_COVER = 0.5  # of a block's characters must be in trafilatura's text
CELLS = ("td", "th")  # a cell of a table says `85%` or `1` for good reasons
LONG = 20  # characters; shorter lines repeat on a page and are looked for only a little further on
NEAR = 20_000  # characters further on in which the next line is expected
MAX_SEARCHES = 500  # of the whole page, for lines that stand elsewhere; bounds the time
_SPACE = re.compile(r"[\s\u00ad\u200b-\u200d\ufeff]+")  # what parsers drop or change
_SENTENCE = re.compile(r"(?<=[.!?”\"])\s+")
_MARK = re.compile(r"^\s*[-*|]\s+|\s*\|\s*$")


@dataclass(frozen=True, slots=True)
class PageBody:
    """A page's blocks, each with its line and label, and the indices of the article's."""

    blocks: list[PageBlock]
    lines: list[Block]
    labels: list[Label | None]
    chosen: list[int]


def select_blocks(text: str, root: html.HtmlElement) -> PageBody:
    """Find a page's blocks and those that are the article, in the page's order."""
    extracted = _extract(text)
    blocks = page_blocks(root)
    chosen = cover(extracted, [block.text for block in blocks])
    if sum(len(blocks[index].text) for index in chosen) < MIN_FOUND * len(extracted):
        every = page_blocks(root, NEVER_SHOWN)
        found = cover(extracted, [block.text for block in every])
        if len(found) > len(chosen):
            blocks, chosen = every, found
    lines = [Block(block.text, 0) for block in blocks]
    labels = [label(line) for line in lines]
    return PageBody(blocks, lines, labels, _clean(blocks, lines, labels, chosen))


def _clean(
    blocks: list[PageBlock], lines: list[Block], labels: list[Label | None], chosen: list[int]
) -> list[int]:
    """Take the chrome out of the chosen blocks; if there are hardly any, read the page as text."""
    labels = [
        None if block.element.tag in CELLS else found
        for block, found in zip(blocks, labels, strict=True)
    ]
    if sum(lines[index].words for index in chosen) < MIN_CHOSEN:
        place, _ = locate(lines, labels)
        return select_body(lines, labels, place)
    chosen = sorted({*chosen, *find_siblings(blocks, lines, labels, chosen)})
    run = [lines[index] for index in chosen]
    asides = find_asides(run, [labels[index] for index in chosen], 0, len(run))
    links = find_links(blocks, lines, chosen)
    return [i for at, i in enumerate(chosen) if at not in asides and i not in links]


def cover(extracted: str, texts: list[str]) -> list[int]:
    """List the blocks whose characters, white space aside, stand in the extracted text."""
    squeezed = [_squeeze(text) for text in texts]
    starts = [0, *accumulate(map(len, squeezed))]
    covered = [0] * len(texts)
    for at, end in _locate_lines(extracted, "".join(squeezed)):
        index = bisect_right(starts, at) - 1
        while index < len(texts) and starts[index] < end:
            covered[index] += min(end, starts[index + 1]) - max(at, starts[index])
            index += 1
    return [i for i, text in enumerate(squeezed) if text and covered[i] >= MIN_COVER * len(text)]


def _locate_lines(extracted: str, page: str) -> Iterator[tuple[int, int]]:
    """Yield where in the squeezed page each extracted line stands."""
    cursor, searches = 0, MAX_SEARCHES
    for line in extracted.split("\n"):
        for wanted in _pieces(line, page[cursor : cursor + len(line) + NEAR]):
            at = page.find(wanted, cursor, cursor + len(wanted) + NEAR)
            if at < 0 and len(wanted) >= LONG and searches > 0:
                searches -= 1
                at = page.find(wanted)
            if at >= 0:
                cursor = at + len(wanted)
                yield at, cursor


def _pieces(line: str, page: str) -> list[str]:
    """Squeeze a line; where the page has it otherwise, its table cells; else its sentences."""
    pieces = [_MARK.sub("", line)]
    if _squeeze(pieces[0]) not in page:
        pieces = line.split("|")
    if any(_squeeze(piece) not in page for piece in pieces):
        pieces = [part for piece in pieces for part in _SENTENCE.split(piece)]
    return [squeezed for piece in pieces if (squeezed := _squeeze(piece))]


def _squeeze(text: str) -> str:
    return _SPACE.sub("", text)


def _extract(text: str) -> str:
    from trafilatura import extract  # slow to import

    try:
        return extract(text, include_comments=False, include_tables=True) or ""
    except RecursionError:  # tags nested deeper than its walk: the blocks are read as text instead
        return ""
