"""Find a quote in a text character by character; only quotation marks and white space are folded.

Case, dashes and every other character count. Marks around the entire quote are the client's own:
`“The ferry stops”` is verbatim where the article says `The ferry stops`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from onrecord.index.types import Span
from onrecord.service.verify.words import splits_word, straighten


def forms(quote: str) -> list[str]:
    """The quote folded, then without the marks that enclose all of it, if any do."""
    folded = straighten(quote)
    for mark in ('"', "'"):
        if len(folded) > 2 and folded[0] == folded[-1] == mark:
            return [folded, folded[1:-1].strip()]
    return [folded]


def occurrences(quote: Sequence[str], text: str, most: int) -> list[Span]:
    """At most `most` spans of the text that hold the first of the quote's forms found there.

    They run from word boundary to word boundary and do not overlap.
    """
    folded = straighten(text)
    found = (list(islice(_occurrences(form, folded, text), most)) for form in quote)
    return next(filter(None, found), [])


def _occurrences(form: str, folded: str, text: str) -> Iterator[Span]:
    at = folded.find(form)
    offsets = _offsets(text) if at >= 0 else []
    while at >= 0:
        start, end = offsets[at], offsets[at + len(form) - 1] + 1
        whole_words = not splits_word(text, start) and not splits_word(text, end)
        if whole_words:
            yield Span(start, end)
        at = folded.find(form, at + (len(form) if whole_words else 1))


def _offsets(text: str) -> list[int]:
    """Where each code point of the folded text stands in the text."""
    return [
        offset
        for part in re.finditer(r"\S+", text)
        for offset in range(part.start(), part.end() + 1)
    ]
