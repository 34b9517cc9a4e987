"""Split a parsed HTML page into blocks of its own text, and compare their places in the markup.

A block is the text between two block-level tags (or line breaks), or a row of a table with a tab
between its cells. Its text nodes are joined and runs of ASCII white space collapsed; nothing else
about its characters changes. Scripts, styles, form fields, what is struck through or hidden by an
attribute, and other elements that a reader never sees are left out.

A line within the article that is only a link, and not a sentence, leads to another article, and so
does a card: one of at least three elements side by side that each begin with such a line.
Paragraphs in the same kind of place (the same tags and classes, four levels up) and the same
`<article>` as three of the article's paragraphs belong to the article too, and so do lists next to
its paragraphs: advertisements and "read on" buttons split articles into several containers, of
which an extractor keeps one, and extractors drop lists.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from lxml import etree, html

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.blocks import Block
from onrecord.index.readers.chrome import BULLET
from onrecord.index.readers.decode import tidy

_HIDDEN_WORDS = (
    "script style noscript template svg math head title select option textarea iframe object "
    "embed canvas audio video map datalist button input"
)
HIDDEN = frozenset(_HIDDEN_WORDS.split())
NEVER_SHOWN = frozenset(["script", "style", "head", "title", "template"])
STRUCK = frozenset(["del", "s", "strike"])
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|text-decoration[\w-]*\s*:[^;]*line-through|"
    r"(?:left|top|text-indent)\s*:\s*-\d{3,}|(?:font-size|opacity)\s*:\s*0(?:\.0*)?(?:[a-z%]*)\s*(?:;|$)|"
    r"clip\s*:\s*rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?",
    re.I,
)
_HIDING_CLASS = re.compile(r"(?<![\w-])(?:sr-only|visually-?hidden|screen-reader-text)(?![\w-])")
CELLS = ("td", "th")
_IN_CELLS = frozenset(
    ["table", "p", "div", "ul", "ol", "dl", "section", "article", "h1", "h2", "h3"]
)
_LISTS = ("ul", "ol", "dl")
MIN_CARDS = 3
MIN_CARD_WORDS, MAX_CARD_WORDS = 3, 120  # of its link, and in all
_WHOLE = ("main", "body", "html")
MAX_CARD_SHARE = 0.5  # of the words chosen; a page that is mostly cards is a page of cards
CARD_DEPTH = 8  # elements from a block upwards that may be its card
_INLINE_WORDS = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q "
    "s samp small span strike strong sub sup time tt u var wbr img amp-img ruby rb rt rp"
)
INLINE = frozenset(_INLINE_WORDS.split())
_DATED = re.compile(r"(?:^|[\s_-])(?:date|time|timestamp|published|posted)(?:$|[\s_-])", re.I)
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
CELL_END = "\x1f"  # the unit separator, which no page has
MIN_LINK_WORDS = 4  # a shorter link is a name
LINK_SHARE = 0.9  # share of an element's characters
LINES = ("p", "div", "span", "a", "strong", "section", "aside", "blockquote")  # not lists, headings
DEPTH = 4  # elements from a block upwards that define its kind of place
MIN_ALIKE = 3  # paragraphs of one kind of place that make others there the article's
MIN_WORDS = 12
MIN_REST = 60  # words that an article has beside the cards of others
_Place = tuple[tuple[str, str], ...]


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


def page_blocks(root: html.HtmlElement, hidden: frozenset[str] = HIDDEN) -> list[Block]:
    """List the blocks of a page in its order, without empty ones and `hidden` elements.

    With `NEVER_SHOWN`, an article inside `<noscript>` or an unclosed button is read, and one that
    is hidden until its reader has paid or its script has run.
    """
    blocks: list[Block] = []
    pieces: list[str] = []
    linked: list[str] = []
    times: list[html.HtmlElement] = []
    links: list[html.HtmlElement] = []  # those that are open
    rows: set[html.HtmlElement] = set()
    owner = root
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else "script"
        if event == "start" and (tag in hidden or (hidden is HIDDEN and _is_unseen(tag, element))):
            walker.skip_subtree()
            continue
        if event == "start" and _is_row(element):
            rows.add(element)
        if tag in CELLS and element.getparent() in rows:
            if event == "start" and any(map(str.strip, pieces)):
                pieces.append(CELL_END)
        elif tag not in INLINE and tag not in hidden:
            if (text := _collapse(pieces)) != "":
                blocks.append(_make_block(text, owner, times, linked))
                times = []
            pieces, linked = [], []
            owner = element if event == "start" else element.getparent()
        if event == "start" and tag == "a" and element.get("href"):
            links.append(element)
        elif event == "end" and links and element is links[-1]:
            links.pop()
        if event == "start" and _is_dated(tag, element):
            times.append(element)
        written = element.text if event == "start" else element.tail
        if written and not (event == "end" and element is root):
            pieces.append(written)
            if links:
                linked.append(written)
    if (text := _collapse(pieces)) != "":
        blocks.append(_make_block(text, root, times, linked))
    return blocks


def _make_block(
    text: str, owner: html.HtmlElement, times: list[html.HtmlElement], linked: list[str]
) -> Block:
    is_link = len("".join(linked).strip()) > LINK_SHARE * len(text)
    return Block(text, element=owner, times=tuple(times), linked=is_link)


def _is_dated(tag: str, element: html.HtmlElement) -> bool:
    """Whether an element is meant to hold a date: `<time>`, or inline with such a class."""
    return tag == "time" or (tag in INLINE and bool(_DATED.search(element.get("class", ""))))


def _collapse(pieces: list[str]) -> str:
    """Join text nodes, collapse runs of ASCII white space and replace lone surrogates."""
    cells = "".join(pieces).split(CELL_END)
    return "\t".join(tidy(_SPACE.sub(" ", cell)).strip(" ") for cell in cells).strip(" \t")


def _is_unseen(tag: str, element: html.HtmlElement) -> bool:
    """Whether a page does not show an element, or shows it as withdrawn."""
    if tag in STRUCK or element.get("hidden") is not None:
        return True
    style, kind = element.get("style"), element.get("class")
    unseen = element.get("aria-hidden") == "true" or (style and _HIDING.search(style))
    unseen = unseen or (kind and _HIDING_CLASS.search(kind))
    return bool(unseen) and tag not in _WHOLE


def _is_row(element: html.HtmlElement) -> bool:
    """Whether an element is a row of cells; tables that lay out a page have blocks in theirs."""
    if element.tag != "tr" or len(element) < 2:
        return False
    return not any(inner.tag in _IN_CELLS for inner in element.iterdescendants())


def find_links(blocks: Sequence[Block], chosen: Sequence[int]) -> set[int]:
    """Find the blocks below the article's first paragraph that only lead elsewhere."""
    first = next((index for index in chosen if blocks[index].is_prose), None)
    if first is None:
        return set()
    return {index for index in chosen if index > first and _is_link(blocks[index])}


def find_cards(blocks: Sequence[Block], chosen: Sequence[int]) -> set[int]:
    """Find the blocks that are in cards, which are other stories, unless most blocks are."""
    linked: dict[html.HtmlElement, set[html.HtmlElement]] = {}  # cards by what they stand in
    opening = cache(_opening)  # of a large element, many blocks ask for it
    for block in blocks:
        if block.words >= MIN_CARD_WORDS and _is_headline(block):
            for card in _above(block.element):
                if opening(card) != opening(block.element):
                    break
                linked.setdefault(card.getparent(), set()).add(card)
    cards = {card for parent, found in linked.items() for card in _find_alike(parent, found)}
    inside = {index for index in chosen if not cards.isdisjoint(_above(blocks[index].element))}
    words = sum(blocks[index].words for index in inside)
    all_words = sum(blocks[index].words for index in chosen)
    return inside if words <= MAX_CARD_SHARE * all_words or all_words - words >= MIN_REST else set()


def _above(element: html.HtmlElement | None) -> list[html.HtmlElement]:
    """An element and those around it, of which one may be its card."""
    found: list[html.HtmlElement] = []
    while element is not None and len(found) < CARD_DEPTH and element.tag not in _WHOLE:
        found.append(element)
        element = element.getparent()
    return found


def _opening(element: html.HtmlElement) -> str:
    """The first text in an element that is no section, time or number."""
    texts = (text for text in element.itertext() if len(text.split()) >= MIN_CARD_WORDS)
    return next(texts, "")


def _is_headline(block: Block) -> bool:
    """Whether a block is a link to another story: to a part of this one it has a fragment.

    The headings of a list of a page's own are numbered.
    """
    element = block.element
    if element is None or not block.linked or block.label or BULLET.match(block.text):
        return False
    links = [*element.iter("a"), *element.iterancestors("a")]
    return any("#" not in str(link.get("href", "#")) for link in links)


def _find_alike(parent: html.HtmlElement, linked: set[html.HtmlElement]) -> list[html.HtmlElement]:
    """An element's cards: the inner elements of a kind of which `MIN_CARDS` have a linked line.

    A card has a text beside its link, and is short.
    """
    kinds = Counter(_kind(inner) for inner in parent)
    cards = Counter(
        _kind(card)
        for card in linked
        if not _is_linked(card) and len("".join(card.itertext()).split()) <= MAX_CARD_WORDS
    )
    return [
        inner for inner in parent if cards[_kind(inner)] >= max(MIN_CARDS, kinds[_kind(inner)] / 2)
    ]


def _kind(element: html.HtmlElement) -> tuple[str, str]:
    return str(element.tag), str(element.get("class", ""))


def find_lists(blocks: Sequence[Block], chosen: Sequence[int]) -> set[int]:
    """Find the items of lists that stand right beside a paragraph of the article."""
    inside = {blocks[index].element for index in chosen if blocks[index].is_prose}
    return {
        index
        for index, block in enumerate(blocks)
        if block.label is None
        and (found := _list_of(block.element)) is not None
        and inside & {found.getprevious(), found.getnext()}
        and not block.linked
    }


def _list_of(element: html.HtmlElement | None) -> html.HtmlElement | None:
    while element is not None and element.tag in ("li", "dt", "dd", "p"):
        element = element.getparent()
    return element if element is not None and element.tag in _LISTS else None


def find_siblings(blocks: Sequence[Block], chosen: Sequence[int]) -> set[int]:
    """Find the paragraphs below the article's first block in the same places as its own."""
    if not chosen:
        return set()
    prose = [index for index in chosen if blocks[index].is_prose]
    places = Counter(_place(blocks[index].element) for index in prose)
    homes = {_home(blocks[index].element) for index in chosen}
    known = set(chosen)
    return {
        index
        for index in range(chosen[0], len(blocks))
        if index not in known
        and blocks[index].label is None
        and blocks[index].words >= MIN_WORDS
        and blocks[index].ends_sentence
        and places[_place(blocks[index].element)] >= MIN_ALIKE
        and _home(blocks[index].element) in homes
    }


def _is_link(block: Block) -> bool:
    element = block.element
    if element is None or block.words < MIN_LINK_WORDS or block.ends_sentence:
        return False
    return element.tag in LINES and (element.tag == "a" or _is_linked(element))


def _is_linked(element: html.HtmlElement) -> bool:
    """Whether nearly all characters of an element are links."""
    inside = sum(len("".join(link.itertext()).strip()) for link in element.iter("a"))
    return inside > LINK_SHARE * len("".join(element.itertext()).strip())


def _place(element: html.HtmlElement | None) -> _Place:
    place: list[tuple[str, str]] = []
    while element is not None and len(place) < DEPTH:
        place.append(_kind(element))
        element = element.getparent()
    return tuple(place)


def _home(element: html.HtmlElement | None) -> html.HtmlElement | None:
    """Return the `<article>` or `<main>` around an element, or the page's body."""
    while element is not None and element.tag not in ("article", "main", "body"):
        element = element.getparent()
    return element
