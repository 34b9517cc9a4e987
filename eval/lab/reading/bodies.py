"""Bodies: what is read from a page's HTML, and from its plain text, against the body by hand.

Beside the readers stand trafilatura on the same HTML, and on the same text three ways to read it
without a reader: all of it, its long lines, and its lines that end as sentences do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from multiprocessing import Pool

from inscriptis import get_text

from onrecord.eval.lab.reading.gold import GoldPage
from onrecord.eval.lab.reading.shingles import Overlap, Score, overlap, score
from onrecord.index.errors import UnreadablePage
from onrecord.index.readers import ParsedArticle, read_page
from onrecord.index.readers.pagetree import block_texts, parse

LONG_LINE = 12  # words
_SENTENCE_END = re.compile(r"[.!?…][\"”’'»)\]]*\s*$")
_Ways = dict[str, Overlap]


def laid_out(page: str) -> str:
    """Render a page as a text browser lays it out."""
    return str(get_text(page))


def lines(page: str) -> str:
    """Render a page as its blocks, one line each."""
    return "\n".join(block_texts(parse(page)))


RENDERINGS: dict[str, Callable[[str], str]] = {"laid out": laid_out, "lines": lines}


def measure_bodies(pages: Sequence[GoldPage], jobs: int) -> dict[str, Score]:
    """The score of each way to read, over all pages."""
    with Pool(jobs) as pool:
        read = pool.map(_read, pages, chunksize=4)
    return {way: score([one[way] for one in read]) for way in read[0]}


def read_body(text: str, name: str) -> str:
    """The body that the project reads from a page; nothing where it refuses the page."""
    try:
        (reading,) = read_page(text.encode("utf-8", "replace"), name)
    except UnreadablePage:
        return ""
    return reading.text if isinstance(reading, ParsedArticle) else ""


def keep_lines(text: str, wanted: Callable[[str], object]) -> str:
    """The lines of a text that are wanted."""
    return "\n".join(line for line in text.split("\n") if wanted(line))


def _read(page: GoldPage) -> _Ways:
    found = {
        "html: trafilatura": _extract(page.html),
        "html: onrecord": read_body(page.html, "page.html"),
    }
    for rendering, render in RENDERINGS.items():
        found |= _read_text(rendering, render(page.html))
    return {way: overlap(page.body, text) for way, text in found.items()}


def _read_text(rendering: str, text: str) -> dict[str, str]:
    return {
        f"text, {rendering}: all of it": text,
        f"text, {rendering}: long lines": keep_lines(text, lambda x: len(x.split()) >= LONG_LINE),
        f"text, {rendering}: sentences": keep_lines(text, _SENTENCE_END.search),
        f"text, {rendering}: onrecord": read_body(text, "page.txt"),
    }


def _extract(html: str) -> str:
    from trafilatura import extract

    return extract(html, include_comments=False) or ""
