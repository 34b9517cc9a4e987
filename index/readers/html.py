"""An HTML page to one reading: what it states in markup first, its visible lines second.

Title, outlet, authors: JSON-LD, then Open Graph and meta tags, then headings, links and lines. The
date's order is in `htmldates`. A title loses its site's name only where the page itself names that
part: as its outlet, or by a heading that is the rest.
"""

from __future__ import annotations

import re

from index.errors import UnreadablePage
from index.readers.authors import read_authors
from index.readers.blocks import Block
from index.readers.byline import Place, read_byline_authors
from index.readers.chrome import label
from index.readers.fields import clean_url, written
from index.readers.htmlbody import select_blocks
from index.readers.htmldates import read_page_date
from index.readers.language import read_language
from index.readers.masthead import read_outlet
from index.readers.metadata import Metadata, one_line, read_metadata
from index.readers.pagetree import parse
from index.readers.reading import (
    MIN_PAGE_WORDS,
    Reading,
    collect,
    count_words,
    first_words,
    require_words,
)
from index.readers.summary import stated_body, stated_summary
from index.readers.terms import read_terms
from index.types import Evidence

MAX_MARKUP = 10_000_000  # characters; pages of news stay under 3 million, parsing takes 10 s each
NEAR = 15  # blocks from the headline on in which its date stands
MIN_SHOWN = 0.5  # of the body that JSON-LD states; where less is shown, that body is taken
_SUFFIX = re.compile(r"\s+(?:[|•·»—–:-]|::)\s+")


def read_html(text: str) -> Reading:
    """Read an HTML page; raises `UnreadablePage` where no article is found in it."""
    if len(text) > MAX_MARKUP:
        raise UnreadablePage(f"too large: {len(text):,} characters of HTML, most {MAX_MARKUP:,}")
    root = parse(text)
    stated = read_metadata(root)
    blocks, chosen = select_blocks(text, root)
    outlet, named = _read_outlet(stated)
    titles = _read_titles(stated, outlet)
    keys = {Block(title.snippet, 0).key for title in titles}
    lines = [Block(block.text, 0) for block in blocks]
    chosen = _drop_headline(chosen, lines, keys)
    article = _join_body([block.text for block in blocks], chosen, stated)
    titles = titles or [Evidence("first words", first_words(article))]
    labels = [label(line) for line in lines]
    place = _place(lines, chosen, keys)
    inside = set(chosen)
    outside = [block.text for index, block in enumerate(blocks) if index not in inside]
    authors, signed = _read_authors(stated)
    if not authors:
        authors, signed = read_byline_authors(lines, labels, place)
    if outlet is None:
        outlet, named = read_outlet(outside, authors, (), "\n".join(outside))
    url = _read_url(stated)
    head = blocks[place.headline : min(place.start + 1, place.headline + NEAR)]
    near = [time for block in head for time in block.times]
    published, dated = read_page_date(text, root, stated, url, lines, labels, place, near)
    return Reading(
        record_id=None,
        url=url,
        title=titles[0].snippet,
        text=article,
        outlet=outlet,
        authors=authors,
        language=read_language(article, stated.language),
        published=published,
        terms=read_terms(outside),
        evidence=collect(published=dated, title=titles, outlet=named, authors=signed),
    )


def _drop_headline(chosen: list[int], lines: list[Block], titles: set[str]) -> list[int]:
    """Drop the page's headline where it opens the article."""
    return [index for at, index in enumerate(chosen) if at > 2 or lines[index].key not in titles]


def _join_body(texts: list[str], chosen: list[int], stated: Metadata) -> str:
    """Join the chosen blocks; where the page shows no article, take what it states of it."""
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


def _place(lines: list[Block], chosen: list[int], titles: set[str]) -> Place:
    found = [index for index, line in enumerate(lines) if line.key in titles]
    if not chosen:
        return Place(found[0], found[0], found[0]) if found else Place(0, 0, 0)
    above = [index for index in found if index < chosen[0]]
    return Place(above[-1] if above else chosen[0], chosen[0], chosen[-1] + 1)


def _read_titles(stated: Metadata, outlet: str | None) -> list[Evidence]:
    found = [Evidence("JSON-LD headline", one_line(stated.article.get("headline")))]
    for name in ("og:title", "twitter:title", "headline"):
        found += [Evidence(name, value) for value in stated.meta.get(name, [])[:1]]
    if len(stated.headings) <= 2:
        found += [Evidence("h1", heading) for heading in stated.headings[:1]]
    found.append(Evidence("title", stated.title))
    known = {heading.casefold() for heading in stated.headings}
    return [
        Evidence(title.rule, _strip_site(title.snippet, outlet, known))
        for title in found
        if title.snippet
    ]


def _strip_site(title: str, outlet: str | None, headings: set[str]) -> str:
    """Cut the site's name off a title's end or beginning, where the page says that it is one."""
    parts = list(_SUFFIX.finditer(title))
    for part in parts:
        head, tail = title[: part.start()], title[part.end() :]
        if head.casefold() in headings or (outlet and tail.casefold() == outlet.casefold()):
            return head
        if tail.casefold() in headings or (outlet and head.casefold() == outlet.casefold()):
            return tail
    return title


def _read_outlet(stated: Metadata) -> tuple[str | None, list[Evidence]]:
    found = [Evidence("og:site_name", value) for value in stated.meta.get("og:site_name", [])[:1]]
    found.append(Evidence("JSON-LD publisher", written(stated.article.get("publisher"))))
    found.append(Evidence("JSON-LD site", stated.publisher))
    for name in ("application-name", "publisher", "dc.publisher", "dcterms.publisher"):
        found += [Evidence(name, value) for value in stated.meta.get(name, [])[:1]]
    found = [claim for claim in found if claim.snippet and not clean_url(claim.snippet)]
    return (found[0].snippet if found else None), found


def _read_authors(stated: Metadata) -> tuple[tuple[str, ...], list[Evidence]]:
    claims = [("JSON-LD author", stated.article.get("author"))]
    for name in (
        "author",
        "article:author",
        "parsely-author",
        "sailthru.author",
        "dc.creator",
        "byl",
    ):
        claims.append((name, stated.meta.get(name)))
    found = [(rule, read_authors(value)) for rule, value in claims if value]
    found = [(rule, names) for rule, names in found if names]
    return (found[0][1] if found else ()), [
        Evidence(rule, ", ".join(names)) for rule, names in found
    ]


def _read_url(stated: Metadata) -> str | None:
    candidates = [*stated.canonical, *stated.meta.get("og:url", [])]
    candidates.append(written(stated.article.get("url")))
    return next((url for url in map(clean_url, candidates) if url), None)
