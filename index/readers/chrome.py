"""Label the blocks of a page that are not its article: its chrome.

The rules name no site. `control` is a line that is only a button, a menu entry or a counter.
`section` is the heading of something other than the article (most popular); so is `related`, but
it often occurs within the article (read also). `comments` begins or separates what readers wrote.
`notice` is prose about the site, its subscriptions, cookies, rights and readers; a paragraph of
more than 45 words needs two such phrases. `caption` credits a photograph. `stamp` is a line with
only a time or a date, as news feeds have them. `biography` says who an author is.
"""

from __future__ import annotations

import re
from typing import Literal

from onrecord.index.readers.authors import ROLE
from onrecord.index.readers.blocks import Block
from onrecord.index.readers.dates import find_dates, is_only_around
from onrecord.index.readers.vocabulary import (
    ADDRESS,
    BIOGRAPHY,
    BULLET,
    BYLINE,
    COMMENTS,
    CONTROL,
    CREDIT,
    DATED_BYLINE,
    NOTICE,
    QUOTED,
    RELATED,
    RIGHTS,
    SECTION,
    STAMPED,
    UPDATE,
)

Label = Literal[
    "control", "section", "related", "comments", "notice", "caption", "stamp", "biography", "byline"
]

LONG_NOTICE = 45  # words; an article may mention cookies once, but a notice mentions them twice
MAX_CAPTION = 90  # words
MAX_LABELLED = 3_000  # characters; no block of chrome is longer, and patterns stay fast


def label(block: Block) -> Label | None:
    """Name the kind of chrome that a block is, seen by itself; None where it may be article."""
    if len(block.text) > MAX_LABELLED:
        return None
    text, words = BULLET.sub("", block.text), block.words
    bare = text.strip(" \u00a0>»›+-–|•·*:.")
    if not bare or (words <= 8 and len(text) <= 120 and CONTROL.fullmatch(bare)):
        return "control"
    if words <= 24 and len(text) <= 300 and not block.ends_sentence and COMMENTS.fullmatch(text):
        return "comments"
    if words <= 12 and len(text) <= 120 and RELATED.fullmatch(text):
        return "related"
    if words <= 12 and not text.endswith((".", "?")) and SECTION.fullmatch(text):
        return "section"
    if words <= 24 and len(text) <= 300 and is_stamp(text) and not BYLINE.match(text):
        return "stamp"
    if words <= 40 and _is_byline(text) and not block.ends_sentence:
        return "byline"
    if words <= MAX_CAPTION and CREDIT.search(text):
        return "caption"
    if _is_notice(block):
        return "notice"
    if words <= 120 and BIOGRAPHY.search(text) and ROLE.search(text[:200]):
        return "biography"
    return None


def _is_notice(block: Block) -> bool:
    """Whether a block is about the site and addresses its reader.

    "Subscribers left" may be news, "subscribe to our newsletter" is not. Quoted speech is ignored.
    """
    spoken = QUOTED.sub("", block.text)
    hits = len({found[0].lower() for found in NOTICE.finditer(spoken)})
    dense = block.words <= LONG_NOTICE / 2 or hits > block.words / LONG_NOTICE
    if not hits or not dense:
        return False
    if block.words <= 12 and not block.ends_sentence:
        return True
    return bool(RIGHTS.search(spoken) or ADDRESS.search(spoken))


def _is_byline(text: str) -> bool:
    """Whether a line opens with `By`, or with a date and then `by`."""
    if BYLINE.match(text):
        return True
    by = DATED_BYLINE.search(text[:120])
    return by is not None and is_stamp(text[: by.start()])


def is_stamp(text: str) -> bool:
    """Whether a line is a time, a date or both, alone or after `Published` or `Updated`."""
    if STAMPED.match(text) and len(text) < 100:
        return True
    found = next(find_dates(text), None)
    if found is None:
        return False
    after = UPDATE.sub("", text[found.end :])
    return is_only_around(text[: found.start] + " " + after)


def is_credit_line(text: str) -> bool:
    """Whether a line is an outlet and an author without a space, as link cards print them."""
    return len(text) < 90 and bool(
        re.fullmatch(
            r"(?:[A-Z][\w.&’'-]*\s){0,5}[A-Z][\w.&’'-]*[a-z](?:[A-Z][\w.’'-]+)(?:\s[A-Z][\w.’'-]*){0,3}",
            text,
        )
    )
