"""Recognise a page's kind by its content, and by its name's ending where the content is unclear.

Documents and files that hold others are recognised by their first bytes; mail by its headers. HTML
is recognised by its opening or by block tags; JSON by its first bracket and by parsing; JSON lines
by first lines that each parse alone; Markdown by its ending or a front matter block. The rest is
plain text. So an HTML page saved as `.txt` is HTML, and a `.html` file without a tag is text.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from enum import Enum
from pathlib import PurePath

PEEK_CHARS = 50_000  # a page's kind shows at its beginning


class Format(Enum):
    """The kinds of page that can be read."""

    HTML = "html"
    MARKDOWN = "markdown"
    JSON = "json"
    JSON_LINES = "json lines"
    FEED = "feed"
    TEXT = "text"
    EXPORT = "export of a press database"
    MAIL = "mail"
    PDF = "PDF"
    WORD = "Word"
    OPENDOCUMENT = "OpenDocument"
    RTF = "RTF"
    EXCEL = "Excel"
    CSV = "CSV"
    ZIP = "ZIP"
    WARC = "WARC"


_DOCTYPE = re.compile(
    r"(?:<\?xml[^>]*>\s*)?(?:<!--(?>.*?-->)\s*)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_FEED = re.compile(
    r"(?:<\?xml[^>]*>\s*)?(?:<!--(?>.*?-->)\s*)*+(?:<!doctype[^>\[]{0,200}(?:\[[^\]]*\])?\s*>\s*)?<(?:rss|feed|rdf:RDF)\b",
    re.I | re.S,
)
_TAG = re.compile(
    r"<(?:p|div|article|section|span|h[1-6]|ul|li|table|meta|a\s+href)(?:\s[^<>]*)?>", re.I
)
_OBJECT = re.compile(r"""\s*\{\s*"[\w@$:. -]{1,60}"\s*:""")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:[ \t]*#.*\n)*[A-Za-z_][\w -]*:")


_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):(?:[ \t].*)?\r?\n(?:[ \t]+.*\r?\n)*")
_MAIL_HEADERS = frozenset(
    b"received return-path delivered-to message-id mime-version subject from to date "
    b"content-type reply-to x-mailer dkim-signature snapshot-content-location".split()
)
MIN_MAIL_HEADERS = 3
_PACKED = (
    ("word/document.xml", Format.WORD),
    ("xl/workbook.xml", Format.EXCEL),
    ("content.xml", Format.OPENDOCUMENT),
)


def recognise_bytes(raw: bytes, name: str) -> Format | None:
    """Recognise a kind that is more than its text; None where the page is a text."""
    suffix = PurePath(name).suffix.lower()
    if raw[:1024].lstrip().startswith(b"%PDF-"):
        return Format.PDF
    if raw.startswith(b"{\\rtf"):
        return Format.RTF
    if raw.startswith(b"PK\x03\x04"):
        return _recognise_packed(raw)
    if raw.startswith(b"WARC/") or (raw.startswith(b"\x1f\x8b") and name.endswith(".warc.gz")):
        return Format.WARC
    if _is_mail(raw, suffix):
        return Format.MAIL
    return Format.CSV if suffix in (".csv", ".tsv") else None


def _recognise_packed(raw: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            inside = set(packed.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return Format.ZIP
    return next((kind for part, kind in _PACKED if part in inside), Format.ZIP)


def _is_mail(raw: bytes, suffix: str) -> bool:
    """Whether a file opens with the headers of a mail; a text may open with one or two of them."""
    at, found = 0, set()
    opening = raw[:PEEK_CHARS].lstrip(b"\xef\xbb\xbf\r\n")
    if opening.startswith(b"From "):  # the line that mailboxes put above a mail
        at = opening.find(b"\n") + 1
    while header := _HEADER.match(opening, at):
        found.add(header[1].lower())
        at = header.end()
    known = len(found & _MAIL_HEADERS)
    named = suffix in (".eml", ".mht", ".mhtml")
    return known >= (1 if named else MIN_MAIL_HEADERS) and bool(
        named or found & {b"mime-version", b"received", b"message-id"}
    )


def recognise(text: str, name: str) -> Format:
    """Recognise the kind of a page by its `text` and the `name` of its file."""
    suffix = PurePath(name).suffix.lower()
    opening = text[:PEEK_CHARS].lstrip()
    if _FEED.match(opening):
        return Format.FEED
    if _DOCTYPE.match(opening):
        return Format.HTML
    if suffix in (".jsonl", ".ndjson") or opening[:1] in ("{", "["):
        found = _recognise_json(text, suffix)
        if found is not None:
            return found
    if suffix == ".json":
        return Format.JSON
    from onrecord.index.readers.exports import is_export  # slow to import

    if is_export(text):
        return Format.EXPORT
    if suffix in (".md", ".markdown") or _FRONT_MATTER.match(opening):
        return Format.MARKDOWN
    if opening.startswith("<") and len(_TAG.findall(opening)) >= 1:
        return Format.HTML
    return Format.HTML if len(_TAG.findall(opening)) >= 4 else Format.TEXT


def _recognise_json(text: str, suffix: str) -> Format | None:
    """Distinguish JSON from JSON lines; None where a text only happens to begin with a bracket."""
    if suffix not in (".jsonl", ".ndjson") and _OBJECT.match(text) and not _is_value(text):
        first = text.lstrip().split("\n", 1)[0]
        return Format.JSON_LINES if _is_object(first) else Format.JSON
    lines = [line for line in text[:PEEK_CHARS].split("\n") if line.strip()]
    if suffix in (".jsonl", ".ndjson"):
        # One pretty-printed document may have a .jsonl name; its first lines are no values then.
        whole = text.lstrip()[:1] in ("{", "[") and not any(map(_is_value, lines[:20]))
        return Format.JSON if whole and _is_value(text) else Format.JSON_LINES
    if len(lines) > 1 and _is_object(lines[0]) and lines[1].lstrip()[:1] == "{":
        return Format.JSON_LINES
    if suffix == ".json" or _is_value(text):
        return Format.JSON
    return Format.JSON_LINES if _is_object(lines[0]) and len(lines) > 1 else None


def _is_object(line: str) -> bool:
    return line.lstrip()[:1] == "{" and _is_value(line)


def _is_value(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
