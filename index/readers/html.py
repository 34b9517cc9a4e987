"""Read an HTML page: what it states in markup first, its visible lines second.

`metadata` says which statement wins for title, outlet and authors, and `htmldates` for the date.

The article is text in the page's own characters. trafilatura decides where it is. Each paragraph
that it returns is then looked up among the page's blocks (ignoring white space), and the page's
blocks are the text: what is not in the page is dropped. Paragraphs that the markup puts in the same
place are added (`pagetree`); links to other articles and the chrome that the plain-text rules know
are removed. Where trafilatura finds nothing, the page's blocks are read like a plain-text page.

Pages that build their text in the browser, and pages with a paywall, often state the complete body
in JSON-LD, or a summary: one of these is read where the page shows no article, and without one the
page is refused. A summary is taken only from a page that calls itself an article, because that of a
front page or a shop describes no article.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, dropwhile

from lxml import html

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.blocks import Block
from onrecord.index.readers.byline import (
    BlockPlace,
    is_person,
    note_days,
    read_byline_authors,
)
from onrecord.index.readers.decode import tidy
from onrecord.index.readers.htmldates import read_page_date
from onrecord.index.readers.language import settle_language
from onrecord.index.readers.masthead import read_outlet
from onrecord.index.readers.metadata import (
    Metadata,
    one_line,
    read_metadata,
    read_outlets,
    read_stated_authors,
    read_titles,
    read_url,
)
from onrecord.index.readers.pagetree import (
    NEVER_SHOWN,
    block_texts,
    find_cards,
    find_links,
    find_lists,
    find_siblings,
    page_blocks,
    parse,
)
from onrecord.index.readers.parsed import (
    MIN_PAGE_WORDS,
    ParsedArticle,
    collect,
    count_words,
    first_words,
    require_words,
)
from onrecord.index.readers.region import find_asides
from onrecord.index.readers.terms import read_terms
from onrecord.index.readers.text import locate, select_body
from onrecord.index.times.dates import puts_day_first
from onrecord.index.types import Evidence

MAX_MARKUP = 5_000_000  # characters; pages of news stay under 3 million
MAX_TAGS = 200_000  # a page of news has under 20,000; reading takes about 0.1 ms each
MIN_SHOWN = 0.5  # share of JSON-LD's body; if a page shows less, JSON-LD's body is taken
MIN_FOUND = 0.5  # share of trafilatura's text; if less is found, hidden elements are read too
MIN_CHOSEN = 25  # words; where an extractor finds fewer, it has missed the article
MIN_COVER = 0.5  # share of a block's characters that must be in trafilatura's text
LONG = 20  # characters; shorter lines repeat on a page and are only looked for nearby
REACH = 20_000  # characters further on in which the next line is expected
MAX_SEARCHES = 500  # of the complete page, for lines that are elsewhere; bounds the time
_SPACE = re.compile(r"[\s\u00ad\u200b-\u200d\ufeff]+")  # what parsers drop or change
_SENTENCE = re.compile(r"(?<=[.!?”\"])\s+")
_MARK = re.compile(r"^\s*[-*|]\s+|\s*\|\s*$")
MIN_BODY_WORDS = 40  # a shorter `articleBody` is a teaser, and no better than a summary
MIN_SUMMARY_WORDS = 8


def read_html(text: str) -> ParsedArticle:
    """Read an HTML page; raises `UnreadablePage` where no article is found in it."""
    _refuse_huge(text)
    root = parse(text)
    stated = read_metadata(root)
    blocks, chosen = _select_blocks(text, root)
    url = read_url(stated, text)
    named = read_outlets(stated)
    titles = read_titles(stated, named, url)
    keys = {Block(title.snippet).key for title in titles}
    # The headline may open the article, and then its author's name.
    chosen = [index for at, index in enumerate(chosen) if at > 2 or blocks[index].key not in keys]
    chosen = list(dropwhile(lambda index: is_person(blocks[index].text), chosen))
    article = _join_body([block.text for block in blocks], chosen, stated)
    titles = titles or [Evidence("first words", first_words(article))]
    place = replace(_place(blocks, chosen, keys), day_first=puts_day_first(stated.language))
    inside = set(chosen)
    outside = [block.text for index, block in enumerate(blocks) if index not in inside]
    authors, signed = read_stated_authors(stated)
    if not authors:
        authors, signed = read_byline_authors(blocks, place)
    outlet: str | None = named[0].snippet if named else None
    if outlet is None:
        outlet, named = read_outlet(outside, authors, (), "\n".join(outside))
    published, dated = read_page_date(text, root, stated, url, blocks, place)
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


def _join_body(texts: list[str], chosen: list[int], stated: Metadata) -> str:
    """Join the chosen blocks; if the page shows no article, take the body in its markup."""
    article = "\n".join(texts[index] for index in chosen)
    if count_words(article) < MIN_SHOWN * count_words(body := _stated_body(stated)):
        return body
    if count_words(article) >= MIN_PAGE_WORDS:
        return article
    if summary := _stated_summary(stated):
        return summary
    if not article:
        raise UnreadablePage("no article text found in the markup")
    require_words(article, MIN_PAGE_WORDS)
    return article


def _place(blocks: list[Block], chosen: list[int], titles: set[str]) -> BlockPlace:
    found = [index for index, block in enumerate(blocks) if block.key in titles]
    if not chosen:
        return BlockPlace(found[0], found[0], found[0]) if found else BlockPlace(0, 0, 0)
    above = [index for index in found if index < chosen[0]]
    return BlockPlace(above[-1] if above else chosen[0], chosen[0], chosen[-1] + 1)


def _select_blocks(text: str, root: html.HtmlElement) -> tuple[list[Block], list[int]]:
    """List a page's blocks and the indices of the article's."""
    extracted = _extract(text)
    blocks = page_blocks(root)
    chosen = _cover(extracted, blocks)
    if sum(len(blocks[index].text) for index in chosen) < MIN_FOUND * len(extracted):
        every = page_blocks(root, NEVER_SHOWN)
        found = _cover(extracted, every)
        if len(found) > len(chosen):
            blocks, chosen = every, found
    return blocks, _clean(blocks, chosen)


def _clean(blocks: list[Block], chosen: list[int]) -> list[int]:
    """Remove the chrome from the chosen blocks; if there are hardly any, read the page as text."""
    if sum(blocks[index].words for index in chosen) < MIN_CHOSEN:
        return select_body(blocks, locate(blocks)[0])
    chosen = sorted({*chosen, *find_siblings(blocks, chosen), *find_lists(blocks, chosen)})
    cards = find_cards(blocks, chosen)
    chosen = [index for index in chosen if index not in cards]
    run = [blocks[index] for index in chosen]
    asides = find_asides(run, 0, len(run))
    links = find_links(blocks, chosen)
    return [i for at, i in enumerate(chosen) if at not in asides and i not in links]


def _cover(extracted: str, blocks: list[Block]) -> list[int]:
    """List the blocks whose characters are in the extracted text, ignoring white space."""
    squeezed = [_squeeze(block.text) for block in blocks]
    starts = [0, *accumulate(map(len, squeezed))]
    covered = [0] * len(blocks)
    for at, end in _locate_lines(extracted, "".join(squeezed)):
        index = bisect_right(starts, at) - 1
        while index < len(blocks) and starts[index] < end:
            covered[index] += min(end, starts[index + 1]) - max(at, starts[index])
            index += 1
    return [i for i, text in enumerate(squeezed) if text and covered[i] >= MIN_COVER * len(text)]


def _locate_lines(extracted: str, page: str) -> Iterator[tuple[int, int]]:
    """Yield the position of each extracted line in the page without white space."""
    cursor, searches = 0, MAX_SEARCHES
    for line in extracted.split("\n"):
        for wanted in _pieces(line, page[cursor : cursor + len(line) + REACH]):
            at = page.find(wanted, cursor, cursor + len(wanted) + REACH)
            if at < 0 and len(wanted) >= LONG and searches > 0:
                searches -= 1
                at = page.find(wanted)
            if at >= 0:
                cursor = at + len(wanted)
                yield at, cursor


def _pieces(line: str, page: str) -> list[str]:
    """Split a line into pieces that the page has: the line, its table cells or its sentences."""
    pieces = [_MARK.sub("", line)]
    if _squeeze(pieces[0]) not in page:
        pieces = line.split("|")
    if any(_squeeze(piece) not in page for piece in pieces):
        pieces = [part for piece in pieces for part in _SENTENCE.split(piece)]
    return [squeezed for piece in pieces if (squeezed := _squeeze(piece))]


def _squeeze(text: str) -> str:
    return _SPACE.sub("", text)


def _extract(text: str) -> str:
    from trafilatura import extract  # slow to import

    try:
        return extract(text, include_comments=False, include_tables=True) or ""
    except RecursionError:  # tags nested too deeply for it: the blocks are read as text instead
        return ""


def _stated_body(stated: Metadata) -> str:
    """Return the article's body from JSON-LD; "" if there is none."""
    body = stated.article.get("articleBody")
    if not isinstance(body, str) or count_words(body) < MIN_BODY_WORDS:
        return ""
    if "</p>" in body or "<br" in body:
        return "\n".join(block_texts(parse(body)))
    return "\n".join(line.strip() for line in tidy(body).split("\n") if line.strip())


def _stated_summary(stated: Metadata) -> str:
    """Return the longest summary of an article; "" if the page does not call itself one."""
    if not stated.article and "article" not in stated.meta.get("og:type", []):
        return ""
    tags = stated.tags("og:description", "twitter:description", "description")
    told = one_line(stated.article.get("description"))
    summary = max([told, *(tag.snippet for tag in tags)], key=len)
    return summary if count_words(summary) >= MIN_SUMMARY_WORDS else ""
