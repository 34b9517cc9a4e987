"""Reading saved news pages: bytes and a file name in, articles with evidence out.

`read_page` is a pure function of a page's bytes and name, and of the day (no page is of the
future); `read_file` streams a file's articles. A page's kind is recognised by its content
(`formats`), and `READERS` says which module reads it. Installed distributions may add readers: see
`PageReader`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from onrecord.index.defaults import MAX_PAGE_BYTES
from onrecord.index.errors import UnreadablePage
from onrecord.index.plugins import READERS as INSTALLED
from onrecord.index.plugins import load_plugins
from onrecord.index.readers.decode import decode
from onrecord.index.readers.formats import Format, recognise, recognise_bytes
from onrecord.index.readers.parsed import PageReader, ParsedArticle, Rejection

__all__ = ["PageReader", "ParsedArticle", "Rejection", "read_file", "read_page"]

# The module and the function of each kind. Those that are slow to import are imported at need.
TEXT_READERS = {  # of a text; they return an article, or several
    Format.HTML: ("html", "read_html"),
    Format.MARKDOWN: ("markdown", "read_markdown"),
    Format.JSON: ("records", "read_json"),
    Format.JSON_LINES: ("records", "read_json_text"),
    Format.FEED: ("feeds", "read_feed"),
    Format.EXPORT: ("exports", "read_export"),
    Format.TEXT: ("text", "read_text"),
}
READERS = {  # of bytes and a name; they yield articles
    Format.MAIL: ("mail", "read_mail"),
    Format.PDF: ("documents", "read_pdf"),
    Format.WORD: ("documents", "read_word"),
    Format.OPENDOCUMENT: ("documents", "read_opendocument"),
    Format.RTF: ("documents", "read_rtf"),
    Format.EXCEL: ("tables", "read_excel"),
    Format.CSV: ("tables", "read_csv"),
    Format.ZIP: ("containers", "read_zip"),
    Format.WARC: ("containers", "read_warc"),
}


def read_page(
    raw: bytes, name: str, max_bytes: int = MAX_PAGE_BYTES
) -> list[ParsedArticle | Rejection]:
    """Read every article in a page's bytes; raises `UnreadablePage` with the reason if none is.

    `name` is the file's name. Only its ending is used, and only where the content leaves the kind
    open. Of a kind that holds several articles each bad one is a `Rejection`, and the others are
    read.
    """
    if len(raw) > max_bytes:
        raise UnreadablePage(f"too large: {len(raw):,} bytes, expected at most {max_bytes:,}")
    for read in load_plugins(INSTALLED):
        found: list[ParsedArticle | Rejection] | None = read(raw, name)
        if found is not None:
            return found
    kind = recognise_bytes(raw, name)
    if kind is not None:
        read_all = list(_load(*READERS[kind])(raw, name))
    else:
        text = decode(raw)
        result = _load(*TEXT_READERS[recognise(text, name)])(text)
        read_all = [result] if isinstance(result, ParsedArticle) else list(result)
    if not read_all:
        raise UnreadablePage("no article in it")
    return read_all


def _load(module: str, function: str) -> Any:
    return getattr(import_module(f"{__name__}.{module}"), function)


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
