"""Select the article's blocks of an HTML page, in the page's own characters.

trafilatura decides where the article is. Each paragraph that it returns is then looked up among
the page's blocks (ignoring white space), and the page's blocks are the text: what is not in the
page is dropped. Paragraphs that the markup puts in the same place are added (`markup`); links to
other articles and the chrome that the plain-text rules know are removed. Where trafilatura finds
nothing, the page's blocks are read like a plain-text page.
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

MIN_FOUND = 0.5  # share of trafilatura's text; if less is found, hidden elements are read too
MIN_CHOSEN = 25  # words; where an extractor finds fewer, it has missed the article
MIN_COVER = 0.5  # share of a block's characters that must be in trafilatura's text
CELLS = ("td", "th")  # a table's cell may well be only `85%` or `1`
LONG = 20  # characters; shorter lines repeat on a page and are only looked for nearby
NEAR = 20_000  # characters further on in which the next line is expected
MAX_SEARCHES = 500  # of the complete page, for lines that are elsewhere; bounds the time
_SPACE = re.compile(r"[\s\u00ad\u200b-\u200d\ufeff]+")  # what parsers drop or change
_SENTENCE = re.compile(r"(?<=[.!?”\"])\s+")
_MARK = re.compile(r"^\s*[-*|]\s+|\s*\|\s*$")


@dataclass(frozen=True, slots=True)
class PageBody:
    """A page's blocks with their lines and labels, and the indices of the article's."""

    blocks: list[PageBlock]
    lines: list[Block]
    labels: list[Label | None]
    chosen: list[int]


def select_blocks(text: str, root: html.HtmlElement) -> PageBody:
    """Find a page's blocks and the article among them, in the page's order."""
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
    """Remove the chrome from the chosen blocks; if there are hardly any, read the page as text."""
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
    """List the blocks whose characters are in the extracted text, ignoring white space."""
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
    """Yield the position of each extracted line in the page without white space."""
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
    """Split a line into pieces that the page has: the line, its table cells or its sentences."""
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
    except RecursionError:  # tags nested too deeply for it: the blocks are read as text instead
        return ""
