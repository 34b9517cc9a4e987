"""Read an HTML page: what it states in markup first, its visible lines second.

`stated` says which statement wins for title, outlet and authors, `htmldates` for the date and
`htmlbody` for the article's blocks. Of a page that shows no article, the body or summary in its
markup is read (`summary`); without one the page is refused.
"""

from __future__ import annotations

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.blocks import Block
from onrecord.index.readers.bounds import note_days
from onrecord.index.readers.byline import BlockPlace, read_byline_authors
from onrecord.index.readers.htmlbody import select_blocks
from onrecord.index.readers.htmldates import read_page_date
from onrecord.index.readers.language import settle_language
from onrecord.index.readers.masthead import read_outlet
from onrecord.index.readers.metadata import Metadata, read_metadata
from onrecord.index.readers.pagetree import parse
from onrecord.index.readers.parsed import (
    MIN_PAGE_WORDS,
    ParsedArticle,
    collect,
    count_words,
    first_words,
    require_words,
)
from onrecord.index.readers.stated import read_outlets, read_stated_authors, read_titles, read_url
from onrecord.index.readers.summary import stated_body, stated_summary
from onrecord.index.readers.terms import read_terms
from onrecord.index.types import Evidence

MAX_MARKUP = 5_000_000  # characters; pages of news stay under 3 million
MAX_TAGS = 200_000  # a page of news has under 20,000; reading takes about 0.1 ms each
NEAR = 15  # blocks from the headline on that may hold its date
MIN_SHOWN = 0.5  # share of JSON-LD's body; if a page shows less, JSON-LD's body is taken


def read_html(text: str) -> ParsedArticle:
    """Read an HTML page; raises `UnreadablePage` where no article is found in it."""
    _refuse_huge(text)
    root = parse(text)
    stated = read_metadata(root)
    found = select_blocks(text, root)
    url = read_url(stated, text)
    named = read_outlets(stated)
    titles = read_titles(stated, named, url)
    keys = {Block(title.snippet, 0).key for title in titles}
    chosen = _drop_headline(found.chosen, found.lines, keys)
    article = _join_body([line.text for line in found.lines], chosen, stated)
    titles = titles or [Evidence("first words", first_words(article))]
    place = _place(found.lines, chosen, keys)
    inside = set(chosen)
    outside = [line.text for index, line in enumerate(found.lines) if index not in inside]
    authors, signed = read_stated_authors(stated)
    if not authors:
        authors, signed = read_byline_authors(found.lines, found.labels, place)
    outlet: str | None = named[0].snippet if named else None
    if outlet is None:
        outlet, named = read_outlet(outside, authors, (), "\n".join(outside))
    head = found.blocks[place.headline : min(place.start + 1, place.headline + NEAR)]
    near = [element for block in head for element in block.times]
    published, dated = read_page_date(
        text, root, stated, url, found.lines, found.labels, place, near
    )
    return ParsedArticle(
        record_id=None,
        url=url,
        title=titles[0].snippet,
        text=article,
        outlet=outlet,
        authors=authors,
        language=settle_language(article, stated.language),
        published=published,
        terms=read_terms(outside),
        evidence=collect(
            published=dated or note_days(article), title=titles, outlet=named, authors=signed
        ),
    )


def _refuse_huge(text: str) -> None:
    if len(text) > MAX_MARKUP:
        raise UnreadablePage(
            f"too large: {len(text):,} characters of HTML, expected at most {MAX_MARKUP:,}"
        )
    if (tags := text.count("<")) > MAX_TAGS:
        raise UnreadablePage(f"too large: {tags:,} tags of HTML, expected at most {MAX_TAGS:,}")


def _drop_headline(chosen: list[int], lines: list[Block], titles: set[str]) -> list[int]:
    """Drop the page's headline where it opens the article."""
    return [index for at, index in enumerate(chosen) if at > 2 or lines[index].key not in titles]


def _join_body(texts: list[str], chosen: list[int], stated: Metadata) -> str:
    """Join the chosen blocks; if the page shows no article, take the body in its markup."""
    article = "\n".join(texts[index] for index in chosen)
    if count_words(article) < MIN_SHOWN * count_words(body := stated_body(stated)):
        return body
    if count_words(article) >= MIN_PAGE_WORDS:
        return article
    if summary := stated_summary(stated):
        return summary
    if not article:
        raise UnreadablePage("no article text found in the markup")
    require_words(article, MIN_PAGE_WORDS)
    return article


def _place(lines: list[Block], chosen: list[int], titles: set[str]) -> BlockPlace:
    found = [index for index, line in enumerate(lines) if line.key in titles]
    if not chosen:
        return BlockPlace(found[0], found[0], found[0]) if found else BlockPlace(0, 0, 0)
    above = [index for index in found if index < chosen[0]]
    return BlockPlace(above[-1] if above else chosen[0], chosen[0], chosen[-1] + 1)
