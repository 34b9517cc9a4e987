"""Read Markdown, with or without YAML front matter.

The text is cut from the file, so Markdown's own characters stay. The front matter, a leading
heading that repeats the title, rulers, comments and lines with only images are left out; what is
between two neighbouring blocks stays as written. All values of the front matter are read as
strings, so `2024-12` stays a month and `2024` a year. Where YAML refuses it (often for an unquoted
colon in a title), its lines are read one by one as `key: value`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from onrecord.index.readers.blocks import find_paragraphs
from onrecord.index.readers.parsed import MIN_PAGE_WORDS, ParsedArticle, require_size, require_words
from onrecord.index.readers.records import make_reading, read_fields

MAX_FRONT_MATTER = 20_000  # characters; a longer one is a document of its own

_FRONT = re.compile(r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_OPEN_FRONT = re.compile(r"\s*---[ \t]*\n((?:[A-Za-z_][\w -]*:.*\n|[ \t]+.*\n|- .*\n)+)")
_PAIR = re.compile(r"([A-Za-z_][\w -]*?)\s*:\s*(.*?)\s*$")
_QUOTED = re.compile(r"^(['\"])(.*)\1$")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t#]*$", re.M)
_UNDERLINED = re.compile(r"(\S[^\n]*)\n(?:=+|-+)[ \t]*(?=\n|\Z)")
_PURE_MARKUP = re.compile(
    r"(?:[ \t]*(?:[-*_][ \t]*){3,}|[ \t]*(?:\[?!\[[^\]]*\]\([^)]*\)(?:\]\([^)]*\))?[ \t]*)+)$"
)


def read_markdown(text: str) -> ParsedArticle:
    """Read a Markdown page; raises `UnreadablePage` where no article is left."""
    require_size(text)
    front, body = split_front_matter(text)
    fields = read_fields(front)
    blocks = _find_blocks(body)
    heading, blocks = _take_heading(body, blocks, fields.title)
    spans = [
        span for span in blocks if not all(map(_PURE_MARKUP.match, body[slice(*span)].split("\n")))
    ]
    article = _join(body, spans)
    require_words(article, MIN_PAGE_WORDS)
    return make_reading(fields, article, heading)


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """Split a page into its front matter's fields and what follows it."""
    found = _FRONT.match(text[:MAX_FRONT_MATTER]) or _OPEN_FRONT.match(text[:MAX_FRONT_MATTER])
    if found is None or not _PAIR.match(found[1].lstrip().split("\n")[0].lstrip("# ")):
        return {}, text
    return _read_yaml(found[1]) or _read_pairs(found[1]), text[found.end() :]


def _read_yaml(front: str) -> dict[str, object]:
    import yaml

    try:
        # BaseLoader builds strings, lists and dicts only, so it is safe and keeps dates as written.
        fields = yaml.load(front, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError):
        return {}
    if not isinstance(fields, Mapping):
        return {}
    return {str(key): value for key, value in fields.items()}


def _read_pairs(front: str) -> dict[str, object]:
    pairs = [_PAIR.match(line) for line in front.split("\n")]
    return {pair[1]: _QUOTED.sub(r"\2", pair[2]) for pair in pairs if pair}


def _find_blocks(body: str) -> list[tuple[int, int]]:
    """Find the runs of lines without a blank line, comments excepted."""
    spans, at = [], 0
    for comment in [*_COMMENT.finditer(body), None]:
        stop = comment.start() if comment else len(body)
        spans += find_paragraphs(body, at, stop)
        at = comment.end() if comment else stop
    return spans


def _take_heading(
    body: str, blocks: list[tuple[int, int]], title: str
) -> tuple[str, list[tuple[int, int]]]:
    """Take the first heading as a title; drop it where it opens the page and says the title."""
    for index, (start, end) in enumerate(blocks):
        found = _HEADING.match(body, start, end) or _UNDERLINED.match(body, start, end)
        if found is None:
            continue
        heading = found[found.lastindex or 1].strip()
        if index == 0 and _same(heading, title or heading):
            return heading, find_paragraphs(body, found.end(), end) + blocks[1:]
        return heading, blocks
    return "", blocks


def _same(heading: str, title: str) -> bool:
    return re.sub(r"\W+", "", heading).casefold() == re.sub(r"\W+", "", title).casefold()


def _join(body: str, spans: list[tuple[int, int]]) -> str:
    """Join blocks by what is between neighbours, or by a newline where something was dropped."""
    text = ""
    for index, (start, end) in enumerate(spans):
        if index:
            between = body[spans[index - 1][1] : start]
            text += between if not between.strip() else "\n"
        text += body[start:end]
    return text
