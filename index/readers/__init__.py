"""Reading saved news pages: bytes and a file name in, articles with evidence out.

`read_page` is a pure function of a page's bytes and name; `read_file` streams a file's articles.
A page's kind is recognised by its content (`formats`). Each kind has its reader: `html`, `text`,
`markdown` and `records` (JSON, JSON lines, RSS, Atom). Installed distributions may add readers: see
`PageReader`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onrecord.index.defaults import MAX_PAGE_BYTES
from onrecord.index.errors import UnreadablePage
from onrecord.index.plugins import READERS, load_plugins
from onrecord.index.readers.decode import decode
from onrecord.index.readers.formats import Format, recognise
from onrecord.index.readers.parsed import PageReader, ParsedArticle, Rejection

__all__ = ["PageReader", "ParsedArticle", "Rejection", "read_file", "read_page"]


def read_page(
    raw: bytes, name: str, max_bytes: int = MAX_PAGE_BYTES
) -> list[ParsedArticle | Rejection]:
    """Read every article in a page's bytes; raises `UnreadablePage` with the reason if none is.

    `name` is the file's name. Only its ending is used, and only where the content leaves the kind
    open. Only lists, JSON lines and feeds give several articles: each bad one is a `Rejection`,
    and the others are read.
    """
    if len(raw) > max_bytes:
        raise UnreadablePage(f"too large: {len(raw):,} bytes, expected at most {max_bytes:,}")
    for read in load_plugins(READERS):
        found: list[ParsedArticle | Rejection] | None = read(raw, name)
        if found is not None:
            return found
    text = decode(raw)
    kind = recognise(text, name)
    if kind is Format.HTML:
        from onrecord.index.readers.html import read_html  # slow to import

        return [read_html(text)]
    if kind is Format.MARKDOWN:
        from onrecord.index.readers.markdown import read_markdown

        return [read_markdown(text)]
    if kind in (Format.JSON, Format.JSON_LINES):
        from onrecord.index.readers.records import read_json, read_json_lines

        if kind is Format.JSON:
            return read_json(text)
        if lines := list(read_json_lines(text.split("\n"))):
            return lines
        raise UnreadablePage("no line holds a record")
    if kind is Format.FEED:
        from onrecord.index.readers.records import read_feed

        return read_feed(text)
    from onrecord.index.readers.text import read_text

    return [read_text(text)]


def read_file(path: Path, max_bytes: int = MAX_PAGE_BYTES) -> Iterator[ParsedArticle | Rejection]:
    """Read a file's articles one at a time; JSON lines are streamed, whatever the file's size.

    Raises `UnreadablePage` as `read_page` does, and `OSError` where the file cannot be opened.
    """
    if path.suffix.lower() in (".jsonl", ".ndjson") and path.stat().st_size > max_bytes:
        yield from _stream_lines(path, max_bytes)
        return
    if path.stat().st_size > max_bytes:
        size = path.stat().st_size
        raise UnreadablePage(f"too large: {size:,} bytes, expected at most {max_bytes:,}")
    yield from read_page(path.read_bytes(), path.name, max_bytes)


def _stream_lines(path: Path, max_bytes: int) -> Iterator[ParsedArticle | Rejection]:
    """Read JSON lines without holding the file: one line at a time, each at most `max_bytes`."""
    from onrecord.index.readers.records import read_json_lines

    with path.open("rb") as file:
        number = 0
        while line := file.readline(max_bytes + 1):
            number += 1
            if len(line) > max_bytes:
                yield Rejection(f"line {number}", f"too large: over {max_bytes:,} bytes")
                while line and not line.endswith(b"\n"):
                    line = file.readline(max_bytes)
                continue
            yield from read_json_lines([line.decode("utf-8-sig", "replace")], number)
