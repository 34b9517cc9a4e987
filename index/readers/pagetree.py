"""Split a parsed HTML page into blocks of its own text, and compare their places in the markup.

A block is the text between two block-level tags (or line breaks). Its text nodes are joined and
runs of ASCII white space collapsed; nothing else about its characters changes. Scripts, styles,
form fields and other elements that a reader never sees are left out.

A line within the article that is only a link, and not a sentence, leads to another article.
Paragraphs in the same kind of place (the same tags and classes, four levels up) and the same
`<article>` as three of the article's paragraphs belong to the article too: advertisements and
"read on" buttons split articles into several containers, of which an extractor keeps one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree, html

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.blocks import Block
from onrecord.index.readers.chrome import Labels
from onrecord.index.readers.decode import tidy

_HIDDEN_WORDS = (
    "script style noscript template svg math head title select option textarea iframe object "
    "embed canvas audio video map datalist button input"
)
HIDDEN = frozenset(_HIDDEN_WORDS.split())
NEVER_SHOWN = frozenset(["script", "style", "head", "title", "template"])
_INLINE_WORDS = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q "
    "s samp small span strike strong sub sup time tt u var wbr img amp-img ruby rb rt rp"
)
INLINE = frozenset(_INLINE_WORDS.split())
_DATED = re.compile(r"(?:^|[\s_-])(?:date|time|timestamp|published|posted)(?:$|[\s_-])", re.I)
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
MIN_LINK_WORDS = 4  # a shorter link is a name
LINK_SHARE = 0.9  # share of an element's characters
LINES = ("p", "div", "span", "a", "strong", "section", "aside", "blockquote")  # not lists, headings
DEPTH = 4  # elements from a block upwards that define its kind of place
MIN_ALIKE = 3  # paragraphs of one kind of place that make others there the article's
MIN_WORDS = 12
_Place = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PageBlock:
    """One block of a page: its text, its element, and the elements with dates in it."""

    text: str
    element: html.HtmlElement
    times: tuple[html.HtmlElement, ...] = ()


def parse(text: str) -> html.HtmlElement:
    """Parse a page or a fragment; raises `UnreadablePage` where no element is left."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError) as error:
        raise UnreadablePage(f"no article found: the markup is empty ({error})") from None


def block_texts(root: html.HtmlElement) -> list[str]:
    """List the texts of a page's blocks, in its order."""
    return [block.text for block in page_blocks(root)]


def page_blocks(root: html.HtmlElement, hidden: frozenset[str] = HIDDEN) -> list[PageBlock]:
    """List the blocks of a page in its order, without empty ones and `hidden` elements.

    With `NEVER_SHOWN`, an article inside `<noscript>` or an unclosed button is read.
    """
    blocks: list[PageBlock] = []
    pieces: list[str] = []
    times: list[html.HtmlElement] = []
    owner = root
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else "script"
        if tag in hidden and event == "start":
            walker.skip_subtree()
            continue
        if tag not in INLINE and tag not in hidden:
            if (text := _collapse(pieces)) != "":
                blocks.append(PageBlock(text, owner, tuple(times)))
                times = []
            pieces = []
            owner = element if event == "start" else element.getparent()
        if event == "start" and _is_dated(tag, element):
            times.append(element)
        written = element.text if event == "start" else element.tail
        if written and not (event == "end" and element is root):
            pieces.append(written)
    if (text := _collapse(pieces)) != "":
        blocks.append(PageBlock(text, root, tuple(times)))
    return blocks


def _is_dated(tag: str, element: html.HtmlElement) -> bool:
    """Whether an element is meant to hold a date: `<time>`, or inline with such a class."""
    return tag == "time" or (tag in INLINE and bool(_DATED.search(element.get("class", ""))))


def _collapse(pieces: list[str]) -> str:
    """Join text nodes, collapse runs of ASCII white space and replace lone surrogates."""
    return tidy(_SPACE.sub(" ", "".join(pieces))).strip(" ")


def find_links(
    blocks: Sequence[PageBlock], lines: Sequence[Block], chosen: Sequence[int]
) -> set[int]:
    """Find the blocks below the article's first paragraph that only lead elsewhere."""
    first = next((index for index in chosen if lines[index].is_prose), None)
    if first is None:
        return set()
    return {index for index in chosen if index > first and _is_link(blocks[index], lines[index])}


def find_siblings(
    blocks: Sequence[PageBlock], lines: Sequence[Block], labels: Labels, chosen: Sequence[int]
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
