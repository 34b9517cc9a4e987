"""Recognise a page's kind by its content, and by its name's ending where the content is unclear.

HTML is recognised by its opening or by block tags; JSON by its first bracket and by parsing; JSON
lines by first lines that each parse alone; Markdown by its ending or a front matter block. The rest
is plain text. So an HTML page saved as `.txt` is HTML, and a `.html` file without a tag is text.
"""

from __future__ import annotations

import json
import re
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
