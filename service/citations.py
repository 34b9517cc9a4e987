"""Citations, links and fixed phrases: all that the service itself says beside a quote.

No other sentence of the service's own is ever written.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote as percent_encode

from onrecord.index.times.names import MONTH_NAMES
from onrecord.index.types import Article, Published, Quote, Terms

REASONS = {
    "weak_evidence": "The archive does not answer this.",
    "nothing_in_window": "No article in the archive passes the filters.",
    "empty_archive": "The archive is empty: run `onrecord build` first.",
}
VERDICTS = {
    "verbatim": "Verbatim: the archive has it word for word.",
    "altered": "Altered: the archive has it in other words.",
    "not_found": "Not found: the archive has nothing like it.",
}
NEAREST = "Nearest misses, which do not answer it:"
ALSO_IN = "also in:"
SOURCE = "source"  # what a link to an article is called
# A whole passage in a link outgrows what browsers take; its first and last words find it as well.
LINK_WORDS = 6


def cite(quote: Quote) -> str:
    """“Text” — Outlet, “Title”, 5 December 2024, p. 3."""
    page = "" if quote.page is None else f", p. {quote.page}"
    return f"“{quote.text}” — {say_source(quote.article)}{page}"


def say_source(article: Article) -> str:
    """Outlet, “Title”, 5 December 2024: a citation without the quote."""
    parts = [article.outlet, f"“{article.title}”", say_date(article.published)]
    return ", ".join(part for part in parts if part)


def say_terms(terms: Terms) -> str:
    """How the article's page says that it may be quoted, in fixed phrases."""
    said = []
    if terms.max_chars is not None:
        said.append(f"At most {terms.max_chars:,} characters of it may be quoted.")
    if terms.link_required:
        said.append("A link to it is required.")
    return " ".join(said)


def say_date(published: Published) -> str:
    """`5 December 2024`, `December 2024` or `2024`, as far as it is known, else `undated`."""
    first = published.first
    if first is None or published.precision is None:
        return "undated"
    month = MONTH_NAMES[first.month - 1]
    return {
        "day": f"{first.day} {month} {first.year}",
        "month": f"{month} {first.year}",
        "year": f"{first.year}",
    }[published.precision]


def place(article: Article, base: str | None) -> str | None:
    """Where an article can be read: its own address, else its page in the service at `base`."""
    return article.url or (base and f"{base}articles/{article.id}")


def link(quote: Quote, base: str | None = None) -> str | None:
    """The publisher's page, scrolled to the quote by a text fragment.

    Without a URL it is the article's page in the service at `base`, which marks the quote; None
    where there is no service. Source: WICG, "URL Fragment Text Directives".
    """
    if quote.article.url is None:
        page = place(quote.article, base)
        return page and f"{page}#{quote.span.start}-{quote.span.end}"
    is_short = len(quote.text.split(None, 2 * LINK_WORDS)) <= 2 * LINK_WORDS
    if is_short and "\n" not in quote.text:
        directive = _encode(quote.text.split(" "))
    else:
        start = quote.text.split("\n", 1)[0].split(None, LINK_WORDS)[:LINK_WORDS]
        end = quote.text.rsplit("\n", 1)[-1].rsplit(None, LINK_WORDS)[-LINK_WORDS:]
        directive = f"{_encode(start)},{_encode(end)}"
    joint = ":~:text=" if "#" in quote.article.url else "#:~:text="
    return quote.article.url + joint + directive


def _encode(words: Sequence[str]) -> str:
    return percent_encode(" ".join(words), safe="").replace("-", "%2D")
