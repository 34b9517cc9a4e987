"""Read documents: PDF, Word (`.docx`), OpenDocument (`.odt`) and RTF, as the text that is in them.

The title is found as in plain text, unless the file names one as such, and so are day and authors.
Of a PDF the lines that head or end its pages are left out, and lines and words that a line's end
breaks are joined; so a text that a program took out of a PDF, with a form feed between its pages,
is read. A document may be an export of a press database.

All but OpenDocument need the libraries of the extra `documents`.
"""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

from lxml import etree

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.blocks import Block, find_blocks
from onrecord.index.readers.byline import BlockPlace, note_days, read_byline_authors, read_published
from onrecord.index.readers.decode import tidy
from onrecord.index.readers.exports import is_export, read_export
from onrecord.index.readers.headline import find_headline
from onrecord.index.readers.parsed import (
    MIN_PAGE_WORDS,
    ParsedArticle,
    Rejection,
    collect,
    count_words,
    refuse_damaged,
    require_size,
    require_words,
)
from onrecord.index.readers.records import make_reading, read_fields
from onrecord.index.readers.region import find_asides
from onrecord.index.times.dates import puts_day_first

MAX_PAGES, MAX_SECONDS = 2_000, 120  # of a PDF
MAX_UNPACKED = 200_000_000  # bytes of an office document
MAX_TITLE_WORDS = 32
MIN_LINE_WORDS = 3  # of a line by which a page is found
HEAD_LINES = 3  # first and last lines of a page that may be repeated on each
_NUMBERED = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"^\W*(?:page|seite|p\.|s\.|стор(?:інка|\.)?|стр\.?)?\s*\d{1,4}(?:\s*(?:/|of|von|de|з|из)\s*\d{1,4})?\W*$|"
    r"\s+(?:page|seite|стор(?:інка|\.)?|стр\.?)\s*\d{1,4}(?=\s*$)",
    re.I,
)
_HYPHENS = "-\u00ad\u2010"
_HYPHEN = re.compile(rf"(\w{{2,}})[{_HYPHENS}]\n(?=[^\W\d_A-Z])")
_ENDED = re.compile(r"[.!?:…。][\"”’'»)\]]*$")
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ROW = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table-row"


def read_document(text: str, fields: ParsedArticle | None = None) -> ParsedArticle:
    """Read the text of a document; `fields` are what is known of it and win.

    Raises `UnreadablePage` where there is no article in it.
    """
    require_size(text)
    fields = fields or read_fields({})
    blocks = find_blocks(text)
    start = next((at for at, one in enumerate(blocks) if one.is_prose), min(1, len(blocks)))
    known = Block(fields.title).key
    if known:
        headline = next((at for at, one in enumerate(blocks) if one.key == known), None)
    else:
        headline, _ = find_headline(blocks, start, len(blocks))
        if headline is None and blocks and _is_title(blocks[0]):
            headline = 0
    first = -1 if headline is None else headline
    place = BlockPlace(max(first, 0), max(start, first + 1), len(blocks))
    asides = find_asides(blocks, first + 1, len(blocks))
    article = "\n".join(blocks[at].text for at in range(first + 1, len(blocks)) if at not in asides)
    require_words(article, MIN_PAGE_WORDS)
    heading = blocks[headline].text if headline is not None else ""
    read = make_reading(fields, article, " ".join(heading.split()))
    place = replace(place, day_first=puts_day_first(read.language))
    published, dated = read_published([], blocks, place)
    authors, signed = read_byline_authors(blocks, place)
    return replace(
        read,
        published=read.published if read.published.date else published,
        authors=read.authors or authors,
        evidence=collect(
            **{
                **read.evidence,
                "published": [*read.evidence.get("published", ()), *(dated or note_days(article))],
                "authors": [*read.evidence.get("authors", ()), *signed],
            }
        ),
    )


def _is_title(block: Block) -> bool:
    return block.label is None and block.words <= MAX_TITLE_WORDS and not block.ends_sentence


def read_pdf(raw: bytes, name: str) -> Iterator[ParsedArticle | Rejection]:
    """Read a PDF; raises `UnreadablePage` where it is locked, damaged or has pictures only."""
    high = require("pdfminer.high_level", "a PDF document")
    layout = import_module("pdfminer.layout")
    pages: list[str] = []
    until = time.monotonic() + MAX_SECONDS
    with refuse_damaged("a PDF document"):
        for page in high.extract_pages(io.BytesIO(raw), maxpages=MAX_PAGES):
            boxes = (box for box in page if isinstance(box, layout.LTTextContainer))
            pages.append("\n\n".join(box.get_text().strip("\n") for box in boxes))
            if time.monotonic() > until:
                raise UnreadablePage(f"too slow: {len(pages)} pages took {MAX_SECONDS} seconds")
    if not "".join(pages).strip():
        raise UnreadablePage("a PDF without text: its pages are pictures")
    for one in _read(join_pages(pages)):
        yield one if isinstance(one, Rejection) else note_pages(one, pages)


def read_word(raw: bytes, name: str) -> Iterator[ParsedArticle | Rejection]:
    """Read a Word document, its tables row by row; raises `UnreadablePage` where it is damaged."""
    docx = require("docx", "a Word document")
    lines: list[str] = []
    titles: list[str] = []
    with refuse_damaged("a Word document"):
        for part in docx.Document(io.BytesIO(check_size(raw))).iter_inner_content():
            if hasattr(part, "rows"):
                lines += ["\t".join(cell.text.strip() for cell in row.cells) for row in part.rows]
                continue
            lines.append(part.text)
            if part.style is not None and part.style.name in ("Title", "Heading 1"):
                titles.append(part.text)
    yield from _read("\n\n".join(lines), next((one for one in titles if one.strip()), ""))


def read_opendocument(raw: bytes, name: str) -> Iterator[ParsedArticle | Rejection]:
    """Read the text of an OpenDocument file; raises `UnreadablePage` where it is damaged."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with (
        refuse_damaged("an OpenDocument file"),
        zipfile.ZipFile(io.BytesIO(check_size(raw))) as packed,
    ):
        root = etree.fromstring(packed.read("content.xml"), parser)
    lines: list[str] = []
    for element in root.iter(f"{_TEXT}p", f"{_TEXT}h", _ROW):
        if element.tag == _ROW:
            lines.append("\t".join("".join(cell.itertext()).strip() for cell in element))
        elif next(element.iterancestors(_ROW), None) is None:
            lines.append("".join(element.itertext()))
    yield from _read("\n\n".join(lines))


def read_rtf(raw: bytes, name: str) -> Iterator[ParsedArticle | Rejection]:
    """Read the text of an RTF file; raises `UnreadablePage` where it is damaged."""
    striprtf = require("striprtf.striprtf", "an RTF document")
    with refuse_damaged("an RTF document"):
        text = striprtf.rtf_to_text(raw.decode("latin-1"), errors="replace")
    yield from _read(re.sub(r"\n+", "\n\n", text))


def join_pages(pages: Sequence[str]) -> str:
    """The text of pages without what heads and ends each, its broken lines and words joined.

    The first page keeps its head, which may name the outlet and the day.
    """
    split = [[line.strip() for line in page.strip().split("\n")] for page in pages if page.strip()]
    repeated = Counter(
        key for lines in split for key in {_NUMBERED.sub("#", line) for line in _edges(lines)}
    )
    kept: list[str] = []
    for number, lines in enumerate(split):
        for at, line in enumerate(lines):
            edge = at < HEAD_LINES or at >= len(lines) - HEAD_LINES
            again = line and edge and repeated[_NUMBERED.sub("#", line)] > 1
            if edge and (number or at >= HEAD_LINES) and (again or _PAGE_NUMBER.fullmatch(line)):
                continue
            kept.append(_PAGE_NUMBER.sub("", line) if edge else line)
            if again:  # a head is no part of the paragraph below it
                kept.append("")
        kept.append("")
    paragraphs = re.split(r"\n\n+", "\n".join(kept).strip("\n"))
    joined: list[str] = []
    for paragraph in paragraphs:
        if joined and paragraph[:1].islower() and not _ENDED.search(joined[-1]):
            joined[-1] += f"\n{paragraph}"  # of the next column or page
        else:
            joined.append(paragraph)
    return "\n\n".join(" ".join(_HYPHEN.sub(r"\1", one).split("\n")) for one in joined)


def note_pages(article: ParsedArticle, pages: Sequence[str]) -> ParsedArticle:
    """The article with the offsets at which its pages begin, each with its first line in the text.

    A line is looked for after those before it, and no farther away than its page is long.
    """
    starts: list[int | None] = []
    at = 0
    for page in pages:
        starts.append(None)
        for line in page.split("\n"):
            line = " ".join(line.split()).rstrip(_HYPHENS)
            where = article.text.find(line, at, at + 2 * len(page))
            if where >= 0 and count_words(line) >= MIN_LINE_WORDS:
                at = where + len(line)
                starts[-1] = where if starts[-1] is None else starts[-1]
    filled, following = list[int](), len(article.text)
    for start in reversed(starts):
        following = following if start is None else start
        filled.insert(0, following)
    return replace(article, pages=tuple(filled))


def _edges(lines: Sequence[str]) -> list[str]:
    return [line for line in (*lines[:HEAD_LINES], *lines[-HEAD_LINES:]) if line]


def _read(text: str, title: str = "") -> Iterator[ParsedArticle | Rejection]:
    text = tidy(text)
    if is_export(text):
        yield from read_export(text)
    else:
        yield read_document(text, read_fields({"title": title}))


def require(module: str, kind: str) -> Any:
    """A library of the extra. Raises `UnreadablePage` where it is not installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise UnreadablePage(f"{kind}: to read it, pip install 'onrecord[documents]'") from None


def check_size(raw: bytes) -> bytes:
    """A packed document. Raises `UnreadablePage` where it is too large unpacked."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        size = sum(one.file_size for one in packed.infolist())
    if size > MAX_UNPACKED:
        raise UnreadablePage(
            f"too large: {size:,} bytes unpacked, expected at most {MAX_UNPACKED:,}"
        )
    return raw
