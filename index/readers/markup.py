"""Use an article's markup to find links to other articles, and paragraphs that were missed.

A line within the article that is only a link, and not a sentence, leads to another article.
Paragraphs in the same kind of place (the same tags and classes, four levels up) and the same
`<article>` as three of the article's paragraphs belong to the article too: advertisements and
"read on" buttons split articles into several containers, of which an extractor keeps one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lxml import html

from onrecord.index.readers.blocks import Block
from onrecord.index.readers.chrome import Label
from onrecord.index.readers.pagetree import PageBlock

MIN_LINK_WORDS = 4  # a shorter link is a name
LINK_SHARE = 0.9  # share of an element's characters
LINES = ("p", "div", "span", "a", "strong", "section", "aside", "blockquote")  # not lists, headings
DEPTH = 4  # elements from a block upwards that define its kind of place
MIN_ALIKE = 3  # paragraphs of one kind of place that make others there the article's
MIN_WORDS = 12
_Place = tuple[tuple[str, str], ...]


def find_links(
    blocks: Sequence[PageBlock], lines: Sequence[Block], chosen: Sequence[int]
) -> set[int]:
    """Find the blocks below the article's first paragraph that only lead elsewhere."""
    first = next((index for index in chosen if lines[index].is_prose), None)
    if first is None:
        return set()
    return {index for index in chosen if index > first and _is_link(blocks[index], lines[index])}


def find_siblings(
    blocks: Sequence[PageBlock],
    lines: Sequence[Block],
    labels: Sequence[Label | None],
    chosen: Sequence[int],
) -> set[int]:
    """Find the paragraphs below the article's first block in the same places as its own."""
    if not chosen:
        return set()
    prose = [index for index in chosen if lines[index].is_prose]
    places = Counter(_place(blocks[index].element) for index in prose)
    homes = {_home(blocks[index].element) for index in chosen}
    known = set(chosen)
    return {
        index
        for index in range(chosen[0], len(blocks))
        if index not in known
        and labels[index] is None
        and lines[index].words >= MIN_WORDS
        and lines[index].ends_sentence
        and places[_place(blocks[index].element)] >= MIN_ALIKE
        and _home(blocks[index].element) in homes
    }


def _is_link(block: PageBlock, line: Block) -> bool:
    if line.words < MIN_LINK_WORDS or line.ends_sentence or block.element.tag not in LINES:
        return False
    element = block.element
    linked = element.iter("a") if element.tag != "a" else [element]
    inside = sum(len("".join(link.itertext()).strip()) for link in linked)
    return inside > LINK_SHARE * len("".join(element.itertext()).strip())


def _place(element: html.HtmlElement | None) -> _Place:
    place: list[tuple[str, str]] = []
    while element is not None and len(place) < DEPTH:
        place.append((str(element.tag), str(element.get("class", ""))))
        element = element.getparent()
    return tuple(place)


def _home(element: html.HtmlElement | None) -> html.HtmlElement | None:
    """Return the `<article>` or `<main>` around an element, or the page's body."""
    while element is not None and element.tag not in ("article", "main", "body"):
        element = element.getparent()
    return element
