"""Read a saved plain-text page with its chrome, by a heuristic of six steps.

1. A header line of the saving tool (` date 2025-02-23 `) is read and removed.
2. The rest becomes blocks (`blocks`); each gets a label if it is chrome by itself (`chrome`).
3. The article is the run of blocks with the highest sum of scores (`region`).
4. The headline is the line above it that its first paragraphs repeat (`headline`); the article
   starts after the headline's last occurrence.
5. Inside the run, labelled blocks and the teasers of other articles are removed; what follows them
   stays.
6. Dates and authors come from the lines around the article (`byline`), the outlet from what the
   page says about itself (`masthead`), the terms of reuse from everything outside the article
   (`terms`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from onrecord.index.readers.blocks import Block, find_blocks
from onrecord.index.readers.byline import (
    BlockPlace,
    DateClaim,
    note_days,
    read_byline_authors,
    read_published,
)
from onrecord.index.readers.headline import find_headline
from onrecord.index.readers.language import read_language
from onrecord.index.readers.masthead import read_outlet
from onrecord.index.readers.parsed import (
    MIN_PAGE_WORDS,
    ParsedArticle,
    collect,
    first_words,
    require_size,
    require_words,
)
from onrecord.index.readers.region import find_asides, find_regions, score_blocks
from onrecord.index.readers.terms import read_terms
from onrecord.index.times.dates import puts_day_first, read_date
from onrecord.index.types import Evidence

HEADLINE_SUPPORT = 0.05  # a perfect headline (13) counts as much as 65 % more article

_HEADER = re.compile(
    r"\s*((?:publication[ _])?(?:date|published)\s*:?[ \t]+"
    r"(\d{4}-\d\d(?:-\d\d)?)(?:[T ]\d\d:\d\d[\d:.]*Z?)?)(?=\s|$)",
    re.I,
)


def read_text(text: str) -> ParsedArticle:
    """Read a plain-text page; raises `UnreadablePage` where no article is found in it."""
    require_size(text)
    require_words(text, MIN_PAGE_WORDS)
    if "\f" in text.strip():
        from onrecord.index.readers.documents import join_pages, note_pages, read_document

        pages = text.strip("\f").split("\f")
        return note_pages(read_document(join_pages(pages)), pages)
    header, start = _read_header(text)
    blocks = find_blocks(text, start)
    place, has_headline = locate(blocks)
    body = select_body(blocks, place)
    article = "\n".join(blocks[index].text for index in body)
    language = read_language(article)
    place = replace(place, day_first=puts_day_first(language))
    require_words(article, MIN_PAGE_WORDS)
    title = blocks[place.headline].text if has_headline else first_words(article)
    outside = sorted(set(range(len(blocks))) - set(body))
    chrome = [blocks[index].text for index in outside]
    about = [one.text for one in map(blocks.__getitem__, outside) if one.label or one.words <= 12]
    published, dated = read_published(header, blocks, place)
    authors, signed = read_byline_authors(blocks, place)
    biographies = [one.text for one in blocks[place.end :] if one.label == "biography"]
    outlet, named = read_outlet(about, authors, biographies, text)
    return ParsedArticle(
        record_id=None,
        url=None,
        title=title,
        text=article,
        outlet=outlet,
        authors=authors,
        language=language,
        published=published,
        terms=read_terms(chrome),
        evidence=collect(
            title=[Evidence("headline" if has_headline else "first words", title)],
            published=dated or note_days(article),
            outlet=named,
            authors=signed,
        ),
    )


def _read_header(text: str) -> tuple[list[DateClaim], int]:
    found = _HEADER.match(text)
    read = read_date(found[2]) if found else None
    if found is None or read is None:
        return [], 0
    return [DateClaim(*read, Evidence("header line", found[1]))], found.end()


def locate(blocks: list[Block]) -> tuple[BlockPlace, bool]:
    """Find the article and its headline; without a headline, its index is the article's start.

    Among the runs that score best, a headline decides: a long run of comments or teasers has none.
    """
    scores = score_blocks(blocks)
    runs = find_regions(scores) or [(0, len(blocks))]  # without prose: short notes are still text
    best: tuple[float, int, int, int | None] | None = None
    for start, end in runs:
        headline, support = find_headline(blocks, start, end)
        value = sum(scores[start:end]) * (1 + HEADLINE_SUPPORT * support)
        if best is None or value > best[0]:
            best = value, start, end, headline
    assert best is not None
    _, start, end, headline = best
    if headline is None:
        return BlockPlace(start, start, end), False
    same = [
        i for i in range(headline, min(end, start + 4)) if blocks[i].key == blocks[headline].key
    ]
    return BlockPlace(headline, max(start, same[-1] + 1), end), True


def select_body(blocks: list[Block], place: BlockPlace) -> list[int]:
    """List the indices of the article's blocks: its run without chrome and teasers."""
    asides = find_asides(blocks, place.start, place.end)
    headline = blocks[place.headline].key if place.headline < place.start else None
    return [
        index
        for index in range(place.start, place.end)
        if index not in asides and blocks[index].key != headline
    ]
