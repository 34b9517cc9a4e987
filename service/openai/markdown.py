"""Write an answer as Markdown that holds quotes, citations and fixed phrases and nothing else.

A quote is a blockquote: its characters as they stand in the article, each line after `> `. The line
below names the article and links to it. Nearest misses are shown but not cited: a reader that lists
an answer's citations must not take them for its sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from onrecord.index.types import Answer, Article, Quote
from onrecord.service.citations import (
    ALSO_IN,
    NEAREST,
    REASONS,
    SOURCE,
    link,
    say_source,
    say_terms,
)

# What would end a link in Markdown too early.
_CLOSING = {ord(mark): f"%{ord(mark):02X}" for mark in "()<> "}


@dataclass(frozen=True, slots=True)
class UrlCitation:
    """Code points of the content, half-open, that name an article, and where to read it."""

    start_index: int
    end_index: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Markdown:
    """An answer's blocks, which joined are its text, and the citations in it, in order."""

    blocks: tuple[str, ...]
    citations: tuple[UrlCitation, ...]

    @property
    def text(self) -> str:
        """The blocks joined."""
        return "".join(self.blocks)


def write_markdown(answer: Answer) -> Markdown:
    """The reason if there is no answer, then a block for each quote."""
    blocks = [] if answer.reason is None else [REASONS[answer.reason]]
    citations: list[UrlCitation] = []
    if answer.nearest:
        blocks.append(f"\n\n{NEAREST}")
    reached = sum(map(len, blocks))
    for quote in answer.quotes or answer.nearest:
        block = "\n\n" if reached else ""
        for text, cited in _pieces(quote):
            start = reached + len(block)
            block += text
            if cited is not None and answer.quotes:
                citations.append(UrlCitation(start, start + len(text), *cited))
        blocks.append(block)
        reached += len(block)
    return Markdown(tuple(blocks), tuple(citations))


def name_source(article: Article) -> str:
    """Outlet, “Title”, 5 December 2024, on one line whatever the title holds."""
    return " ".join(say_source(article).split())


def _pieces(quote: Quote) -> Iterator[tuple[str, tuple[str, str] | None]]:
    """A quote in Markdown, piece by piece; one that can be followed has a title and a link."""
    yield "\n".join(f"> {line}" for line in quote.text.split("\n")), None
    yield "\n\n— ", None
    yield from _source(quote.article, link(quote))
    if quote.article.terms is not None:
        yield f"\n\n{say_terms(quote.article.terms)}", None
    for article in quote.also_in:
        yield f"\n\n{ALSO_IN} ", None
        yield from _source(article, article.url)


def _source(article: Article, url: str | None) -> Iterator[tuple[str, tuple[str, str] | None]]:
    yield name_source(article), None if url is None else (article.title, url)
    if url is not None:
        yield f" ([{SOURCE}]({url.translate(_CLOSING)}))", None
