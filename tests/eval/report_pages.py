"""Read a page as a browser would: its elements, what they name, what is marked, what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

LOADS = {"src", "href", "xlink:href", "srcset", "data", "action", "poster"}


class Reader(HTMLParser):
    """The elements of a page, and the text that is marked."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.marked: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.inside = self.inside or tag == "mark"
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "mark"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.marked[-1] += data

    def loads(self) -> Iterator[tuple[str, str, str]]:
        """Every element's attribute that names something else, with what it names."""
        for tag, attributes in self.elements:
            for name in LOADS & attributes.keys():
                yield tag, name, attributes[name] or ""


def read(page: str) -> Reader:
    """The page, read."""
    reader = Reader()
    reader.feed(page)
    return reader


def words(page: str) -> str:
    """What the page says, without its elements."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page)).replace("\u00a0", " ")
