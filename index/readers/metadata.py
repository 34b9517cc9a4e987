"""Read title, outlet, authors and address from what an HTML page says about itself in its markup.

JSON-LD, meta tags, links, `<time>` and headings are collected in the page's order. JSON-LD wins,
then Open Graph and meta tags, then headings and the `<title>`. For the outlet Open Graph's
`site_name` comes first, because JSON-LD's publisher is often the company. The site's name is cut
off a title only where the page itself names that part: as its outlet, in its address, or by a
heading that is the rest of the title.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from lxml import html

from onrecord.index.readers.authors import read_authors
from onrecord.index.readers.decode import tidy
from onrecord.index.readers.masthead import squash
from onrecord.index.readers.records import clean_url, written
from onrecord.index.types import Evidence

MAX_OBJECTS = 2_000  # JSON-LD objects looked at; real pages hold under 100
MAX_SUBHEADINGS = 40
_ARTICLE = re.compile(
    r"(?:article|blogposting|liveblogposting|reportage\w*|report|\w*newsarticle|review|analysis\w*)$",
    re.I,
)
_SEPARATOR = re.compile(r"\s+(?:[|•·»—–:-]|::)\s+")
_SAVED_FROM = re.compile(
    r"<!--[^>]{0,40}?saved from url=\(\d{1,5}\)(\S+?)\s*-->|\burl: (https?://\S+)"
)
_ARCHIVED = re.compile(r"^https?://web\.archive\.org/web/\d+[a-z_]*/")
HEAD_CHARS = 2_000  # a browser writes the address at the beginning of a page that it saves


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
    times: list[html.HtmlElement]

    def tags(self, *names: str) -> list[Evidence]:
        """List the first values of these meta tags, in the order of `names`."""
        return [Evidence(name, self.meta[name][0]) for name in names if name in self.meta]


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
        headings=[text for text in (_text(h) for h in root.iter("h1")) if text],
        subheadings=[text for h in root.iter("h2", "h3") if (text := _text(h))][:MAX_SUBHEADINGS],
        title=next((_text(found) for found in root.iter("title")), ""),
        language=root.get("lang") or root.get("xml:lang"),
        times=list(root.iter("time")),
    )


def one_line(value: object) -> str:
    """Return a string with white space collapsed and entities decoded; "" for other values."""
    if not isinstance(value, str):
        return ""
    return " ".join(tidy(unescape(value[:5_000])).split())


def _text(element: html.HtmlElement) -> str:
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


def read_titles(stated: Metadata, outlets: list[Evidence], url: str | None) -> list[Evidence]:
    """List the page's titles without its site's name, the best first."""
    found = [Evidence("JSON-LD headline", one_line(stated.article.get("headline")))]
    found += stated.tags("og:title", "twitter:title", "headline")
    if len(stated.headings) <= 2:
        found += [Evidence("h1", heading) for heading in stated.headings[:1]]
    found.append(Evidence("title", stated.title))
    names = {squash(outlet.snippet) for outlet in outlets} | {_host_name(url)} - {""}
    known = {heading.casefold() for heading in (*stated.headings, *stated.subheadings)}
    titles = [
        Evidence(title.rule, _strip_site(title.snippet, names, known))
        for title in found
        if title.snippet
    ]
    return sorted(titles, key=lambda title: squash(title.snippet) in names)  # the site's own last


def read_outlets(stated: Metadata) -> list[Evidence]:
    """List the outlet's names, the best first; addresses and handles are left out."""
    found = stated.tags("og:site_name")
    found.append(Evidence("JSON-LD publisher", written(stated.article.get("publisher"))))
    found.append(Evidence("JSON-LD site", stated.publisher))
    found += stated.tags("application-name", "publisher", "dc.publisher", "dcterms.publisher")
    return [claim for claim in found if _is_outlet(claim.snippet)]


def read_stated_authors(stated: Metadata) -> tuple[tuple[str, ...], list[Evidence]]:
    """Read the authors' names; the second value is all evidence, the winner first."""
    claims = [("JSON-LD author", stated.article.get("author"))]
    for name in (
        "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl",
    ):  # fmt: skip
        claims.append((name, stated.meta.get(name)))
    found = [(rule, read_authors(value)) for rule, value in claims if value]
    found = [(rule, names) for rule, names in found if names]
    evidence = [Evidence(rule, ", ".join(names)) for rule, names in found]
    return (found[0][1] if found else ()), evidence


def read_url(stated: Metadata, text: str) -> str | None:
    """Return the page's own address, else the one from which a browser saved it."""
    candidates = [*stated.canonical, *stated.meta.get("og:url", [])]
    candidates.append(written(stated.article.get("url")))
    if saved := _SAVED_FROM.search(text[:HEAD_CHARS]):
        candidates.append(saved[1] or saved[2])
    found = (clean_url(_ARCHIVED.sub("", url)) for url in candidates)
    return next((url for url in found if url), None)


def _is_outlet(name: str) -> bool:
    letters = any(letter.isalpha() for letter in name)
    return letters and not name.startswith("@") and not clean_url(name)


def _host_name(url: str | None) -> str:
    """Return a host's name without `www` and the domains above it."""
    host = (urlsplit(url).hostname or "") if url else ""
    return squash(host.removeprefix("www."))


def _strip_site(title: str, names: set[str], headings: set[str]) -> str:
    """Cut the site's name off a title's end or beginning, if the page names that part."""
    for part in _SEPARATOR.finditer(title):
        head, tail = title[: part.start()], title[part.end() :]
        if head.casefold() in headings or squash(tail) in names:
            return head
        if tail.casefold() in headings or squash(head) in names:
            return tail
    return title
