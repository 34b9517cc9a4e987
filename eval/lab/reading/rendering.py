"""An HTML page as a person saves it in plain text: no markup left, and all of its chrome.

`laid_out` is what a text browser shows (inscriptis: blank lines around paragraphs, bullets, tables
in columns); `lines` is the same words with one line for each block and no blank ones.
"""

from __future__ import annotations

from collections.abc import Callable

from inscriptis import get_text

from onrecord.index.readers.pagetree import block_texts, parse

Render = Callable[[str], str]


def laid_out(page: str) -> str:
    """Render a page as a text browser lays it out."""
    return str(get_text(page))


def lines(page: str) -> str:
    """Render a page as its blocks, one line each."""
    return "\n".join(block_texts(parse(page)))


RENDERINGS: dict[str, Render] = {"laid out": laid_out, "lines": lines}
