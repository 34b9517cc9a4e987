"""Read files that hold other files: ZIP folders and web archives (WARC).

Each file inside is read as one of its kind, and those that cannot be read are rejections that name
it. So that no small file becomes a huge one, there are limits on how many files a container holds,
how large they are, how far they are packed, and how deep containers are nested.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import replace
from pathlib import PurePosixPath

from onrecord.index.defaults import MAX_PAGE_BYTES
from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.documents import require
from onrecord.index.readers.parsed import ParsedArticle, Rejection, refuse_damaged
from onrecord.index.readers.records import clean_url
from onrecord.index.types import Evidence

MAX_DEPTH = 3
MAX_FILES = 100_000
MAX_RATIO = 200  # bytes of a file for each byte that it takes in a ZIP
MAX_UNPACKED = 20 * MAX_PAGE_BYTES  # of all files in one ZIP
_depth: ContextVar[int] = ContextVar("depth", default=0)


def read_part(raw: bytes, name: str) -> Iterator[ParsedArticle | Rejection]:
    """Read a file inside another; a rejection names it."""
    from onrecord.index.readers import read_page

    depth = _depth.set(_depth.get() + 1)
    try:
        if _depth.get() > MAX_DEPTH:
            raise UnreadablePage(f"nested too deeply: expected at most {MAX_DEPTH} files in a file")
        for one in read_page(raw, name):
            if isinstance(one, Rejection):
                one = Rejection(f"{name}: {one.locator}", one.reason)
            yield one
    except UnreadablePage as reason:
        yield Rejection(name, str(reason))
    finally:
        _depth.reset(depth)


def read_zip(raw: bytes, name: str) -> Iterator[ParsedArticle | Rejection]:
    """Read the files in a ZIP folder, in the order of their names, without hidden ones."""
    with refuse_damaged("a ZIP folder"):
        packed = zipfile.ZipFile(io.BytesIO(raw))
    with packed:
        files = sorted(
            (one for one in packed.infolist() if not one.is_dir() and not _is_hidden(one.filename)),
            key=lambda one: one.filename,
        )
        if len(files) > MAX_FILES:
            raise UnreadablePage(f"too many files: {len(files):,}, expected at most {MAX_FILES:,}")
        size = sum(one.file_size for one in files)
        if size > MAX_UNPACKED:
            raise UnreadablePage(
                f"too large: {size:,} bytes unpacked, expected at most {MAX_UNPACKED:,}"
            )
        if not files:
            raise UnreadablePage("a ZIP folder without files")
        for one in files:
            yield from _read_packed(packed, one)


def _read_packed(
    packed: zipfile.ZipFile, one: zipfile.ZipInfo
) -> Iterator[ParsedArticle | Rejection]:
    if one.file_size > MAX_PAGE_BYTES or one.file_size > MAX_RATIO * max(one.compress_size, 1_000):
        yield Rejection(one.filename, f"too large: {one.file_size:,} bytes unpacked")
        return
    try:
        with refuse_damaged("a packed file"):
            raw = packed.read(one)  # never more than the size that it states
    except UnreadablePage as reason:
        yield Rejection(one.filename, str(reason))
        return
    yield from read_part(raw, one.filename)


def _is_hidden(name: str) -> bool:
    path = PurePosixPath(name)
    parts = path.parts
    return any(part.startswith((".", "__MACOSX")) for part in parts) or path.stem == "README"


def read_warc(raw: bytes, name: str) -> Iterator[ParsedArticle | Rejection]:
    """Read the HTML pages of a web archive, each with its address.

    The day of the capture is kept as evidence and never taken for that of publication.
    """
    iterator = require("warcio.archiveiterator", "a web archive").ArchiveIterator
    with refuse_damaged("a web archive"):
        for number, record in enumerate(iterator(io.BytesIO(raw)), 1):
            if number > MAX_FILES:
                yield Rejection(f"record {number}", f"expected at most {MAX_FILES:,} records")
                return
            if record.rec_type == "response" and _is_page(record.http_headers):
                url = clean_url(record.rec_headers.get_header("WARC-Target-URI") or "")
                captured = record.rec_headers.get_header("WARC-Date") or ""
                body = record.content_stream().read(MAX_PAGE_BYTES + 1)
                for one in read_part(body, url or f"record {number}"):
                    yield one if isinstance(one, Rejection) else note_capture(one, url, captured)


def _is_page(headers: object) -> bool:
    """Whether an answer of a web server is a page, and no error or redirection."""
    status = getattr(headers, "get_statuscode", lambda: "")()
    kind = getattr(headers, "get_header", lambda _: "")("Content-Type") or ""
    return status == "200" and "html" in kind.lower()


def note_capture(page: ParsedArticle, url: str | None, captured: str) -> ParsedArticle:
    """A page with where and when it was saved; the day of saving is evidence, not its date."""
    evidence = dict(page.evidence)
    if captured:
        evidence["published"] = (*evidence.get("published", ()), Evidence("capture", captured))
    return replace(page, url=page.url or url, evidence=evidence)
