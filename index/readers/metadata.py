"""Collect what an HTML page says about itself in JSON-LD, meta tags, links, `<time>` and headings.

Everything is kept in the page's order; `stated` and `htmldates` decide what wins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape

from lxml import html

from onrecord.index.readers.decode import tidy

MAX_OBJECTS = 2_000  # JSON-LD objects looked at; real pages hold under 100
MAX_SUBHEADINGS = 40
_ARTICLE = re.compile(
    r"(?:article|blogposting|liveblogposting|reportage\w*|report|\w*newsarticle|review|analysis\w*)$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """A page's statements about itself; `article` is its JSON-LD article, empty without one.

    `page` is another JSON-LD object that says when it was published: the page, a recipe, a thread.
    """

    article: Mapping[str, object]
    page: Mapping[str, object]
    publisher: str
    meta: dict[str, list[str]]
    canonical: list[str]
    headings: list[str]
    subheadings: list[str]
    title: str
    language: str | None
    times: list[tuple[html.HtmlElement, str]] = field(default_factory=list)

    def first(self, *names: str) -> tuple[str, str] | None:
        """Return (name, value) of the first of these meta tags that has a value."""
        return next(((name, self.meta[name][0]) for name in names if self.meta.get(name)), None)


def read_metadata(root: html.HtmlElement) -> Metadata:
    """Collect the metadata of a parsed page."""
    objects = list(_linked_data(root))
    articles = [found for found in objects if _is_article(found)]
    organisations = [found for found in objects if "Organization" in str(found.get("@type"))]
    sites = [found for found in objects if "WebSite" in str(found.get("@type"))]
    return Metadata(
        article=max(articles, key=_fullness, default={}),
        page=next((o for o in objects if o not in articles and o.get("datePublished")), {}),
        publisher=next((one_line(o.get("name")) for o in (*sites, *organisations)), ""),
        meta=_meta(root),
        canonical=[
            str(link.get("href", "")).strip()
            for link in root.iter("link")
            if "canonical" in str(link.get("rel", "")).lower().split()
        ],
        headings=[text for text in (text_of(h) for h in root.iter("h1")) if text],
        subheadings=[text for h in root.iter("h2", "h3") if (text := text_of(h))][:MAX_SUBHEADINGS],
        title=next((text_of(found) for found in root.iter("title")), ""),
        language=root.get("lang") or root.get("xml:lang"),
        times=[(t, str(t.get("datetime") or text_of(t))) for t in root.iter("time")],
    )


def one_line(value: object) -> str:
    """Return a string with white space collapsed and entities decoded; "" for other values."""
    if not isinstance(value, str):
        return ""
    return " ".join(tidy(unescape(value[:5_000])).split())


def text_of(element: html.HtmlElement) -> str:
    """Return an element's text on one line."""
    return " ".join(tidy("".join(element.itertext())).split())


def _meta(root: html.HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in root.iter("meta"):
        content = one_line(tag.get("content"))
        for name in {tag.get("property"), tag.get("name"), tag.get("itemprop")} - {None}:
            if content:
                found.setdefault(str(name).lower().strip(), []).append(content)
    return found


def _linked_data(root: html.HtmlElement) -> Iterator[Mapping[str, object]]:
    """Yield every object of the page's JSON-LD, also those nested in lists and graphs."""
    waiting: list[object] = []
    for script in root.iter("script"):
        if "ld+json" in str(script.get("type", "")).lower():
            waiting.append(_parse("".join(script.itertext())))
    seen = 0
    while waiting and seen < MAX_OBJECTS:
        found = waiting.pop(0)
        seen += 1
        if isinstance(found, list):
            waiting[:0] = found[:MAX_OBJECTS]
        elif isinstance(found, Mapping):
            yield found
            waiting += [
                found[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in found
            ]


def _parse(script: str) -> object:
    script = re.sub(
        r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|(?://)?\]\]>)\s*;?\s*$", "", script
    )
    try:
        return json.loads(script.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _is_article(found: Mapping[str, object]) -> bool:
    kinds = found.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and _ARTICLE.search(name) for name in names)


def _fullness(found: Mapping[str, object]) -> int:
    """Count an object's fields: pages list teasers as objects of the same type with few fields."""
    return sum(
        key in found for key in ("headline", "datePublished", "author", "publisher", "articleBody")
    )
