"""What a reader returns for each article: a `ParsedArticle`, or a `Rejection` with its reason.

A parsed article is not yet an `Article`: `index/articles.py` gives it an id and its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from onrecord.index.errors import UnreadablePage
from onrecord.index.types import Evidence, Published, Terms

MAX_TEXT = 4_000_000  # characters of one article's page; a book has one million, a page under 0.2
MIN_RECORD_WORDS = 2  # a record states that it is an article; a single word is none
MIN_PAGE_WORDS = 5  # a page of fewer words is a login form or an error message

# Meta tags that say when a page was changed.
MODIFIED_TAGS = (
    "article:modified_time", "datemodified", "og:updated_time", "lastmod", "last-modified",
    "revised",
)  # fmt: skip

# Han, kana, Thai and similar scripts have no spaces: each sign counts as a word.
_WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+")


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """One article as its page states it.

    `record_id` is the page's own id, as written there. `evidence` holds, for `published`, `title`,
    `outlet` and `authors`, the evidence, the winner first; fields without any are left out. `pages`
    are those of `Article`.
    """

    record_id: str | None
    url: str | None
    title: str
    text: str
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    language: str = "und"
    published: Published = Published()
    terms: Terms | None = None
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """One part of a page that is not an article: its position (`line 17`) and the reason."""

    locator: str
    reason: str


class PageReader(Protocol):
    """Reads a further kind of page; the way to add a reader of one's own.

    An installed distribution registers its function in the entry point group `onrecord.readers`.
    Such readers are asked before the built-in ones, in the order of their names.
    """

    def __call__(self, raw: bytes, name: str) -> list[ParsedArticle | Rejection] | None:
        """The articles of a page; None where the page is not of this reader's kind.

        `name` is the file's name. Raises `UnreadablePage`, with the reason, where the page is of
        this kind and cannot be read.
        """
        ...


def count_words(text: str) -> int:
    """Count the words of `text`; in scripts without spaces, the signs."""
    return sum(1 for _ in _WORD.finditer(text))


def require_size(text: str) -> None:
    """Raise `UnreadablePage`, naming both numbers, if `text` is longer than `MAX_TEXT`."""
    if len(text) > MAX_TEXT:
        raise UnreadablePage(
            f"too large: {len(text):,} characters of text, expected at most {MAX_TEXT:,}"
        )


def require_words(text: str, least: int) -> None:
    """Raise `UnreadablePage`, naming both numbers, if `text` has fewer than `least` words."""
    words = count_words(text)
    if words == 0:
        raise UnreadablePage("no article text found")
    if words < least:
        plural = "word" if words == 1 else "words"
        raise UnreadablePage(f"too short: {words} {plural}, expected at least {least}")


@contextmanager
def refuse_damaged(kind: str) -> Iterator[None]:
    """Raise `UnreadablePage` for whatever a library raises that reads a damaged file."""
    try:
        yield
    except UnreadablePage:
        raise
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise UnreadablePage(f"{kind} that cannot be read: {reason}") from error


def collect(**evidence: Iterable[Evidence]) -> dict[str, tuple[Evidence, ...]]:
    """Keep each field's evidence in its order without repeats, and drop fields that have none."""
    kept = {name: tuple(dict.fromkeys(found)) for name, found in evidence.items()}
    return {name: found for name, found in kept.items() if found}


def first_words(text: str, most: int = 100) -> str:
    """Cut the opening of `text` at a word's end, within `most` characters: a last-resort title."""
    line = next((line.strip() for line in text.split("\n") if line.strip()), "")
    if len(line) <= most:
        return line
    return line[: most + 1].rsplit(" ", 1)[0][:most].rstrip()
