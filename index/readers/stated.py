"""Read title, outlet, authors and address from an HTML page's markup.

The order is JSON-LD, then Open Graph and meta tags, then headings and the `<title>`. For the outlet
Open Graph's `site_name` comes first, because JSON-LD's publisher is often the company. The site's
name is cut off a title only where the page itself names that part: as its outlet, in its address,
or by a heading that is the rest of the title.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from onrecord.index.readers.authors import read_authors
from onrecord.index.readers.fields import clean_url, written
from onrecord.index.readers.masthead import squash
from onrecord.index.readers.metadata import Metadata, one_line
from onrecord.index.types import Evidence

_SEPARATOR = re.compile(r"\s+(?:[|•·»—–:-]|::)\s+")
_SAVED_FROM = re.compile(
    r"<!--[^>]{0,40}?saved from url=\(\d{1,5}\)(\S+?)\s*-->|\burl: (https?://\S+)"
)
HEAD_CHARS = 2_000  # a browser writes the address at the beginning of a page that it saves


def read_titles(stated: Metadata, outlets: list[Evidence], url: str | None) -> list[Evidence]:
    """List the page's titles without its site's name, the best first."""
    found = [Evidence("JSON-LD headline", one_line(stated.article.get("headline")))]
    for name in ("og:title", "twitter:title", "headline"):
        found += [Evidence(name, value) for value in stated.meta.get(name, [])[:1]]
    if len(stated.headings) <= 2:
        found += [Evidence("h1", heading) for heading in stated.headings[:1]]
    found.append(Evidence("title", stated.title))
    names = {squash(outlet.snippet) for outlet in outlets} | {_host_name(url)} - {""}
    known = {heading.casefold() for heading in (*stated.headings, *stated.subheadings)}
    return [
        Evidence(title.rule, _strip_site(title.snippet, names, known))
        for title in found
        if title.snippet
    ]


def read_outlets(stated: Metadata) -> list[Evidence]:
    """List the outlet's names, the best first; addresses and handles are left out."""
    found = [Evidence("og:site_name", value) for value in stated.meta.get("og:site_name", [])[:1]]
    found.append(Evidence("JSON-LD publisher", written(stated.article.get("publisher"))))
    found.append(Evidence("JSON-LD site", stated.publisher))
    for name in ("application-name", "publisher", "dc.publisher", "dcterms.publisher"):
        found += [Evidence(name, value) for value in stated.meta.get(name, [])[:1]]
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
    saved = _SAVED_FROM.search(text[:HEAD_CHARS])
    if saved:
        candidates.append(saved[1] or saved[2])
    return next((url for url in map(clean_url, candidates) if url), None)


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
