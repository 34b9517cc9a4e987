"""Read an article's body or summary from the markup of a page that does not show the article.

Pages that build their text in the browser, and pages with a paywall, often state the complete body
in JSON-LD, or a summary. A summary is taken only from a page that calls itself an article, because
that of a front page or a shop describes no article.
"""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.index.readers.decode import tidy
from onrecord.index.readers.metadata import Metadata, one_line
from onrecord.index.readers.pagetree import block_texts, parse
from onrecord.index.readers.parsed import count_words

MIN_BODY_WORDS = 40  # a shorter `articleBody` is a teaser, and no better than a summary
MIN_SUMMARY_WORDS = 8


def stated_body(stated: Metadata) -> str:
    """Return the article's body from JSON-LD; "" if there is none."""
    body = stated.article.get("articleBody")
    if not isinstance(body, str) or count_words(body) < MIN_BODY_WORDS:
        return ""
    if "</p>" in body or "<br" in body:
        return "\n".join(block_texts(parse(body)))
    return "\n".join(line.strip() for line in tidy(body).split("\n") if line.strip())


def stated_summary(stated: Metadata) -> str:
    """Return the longest summary of an article; "" if the page does not call itself one."""
    if not stated.article and "article" not in stated.meta.get("og:type", []):
        return ""
    summary = max(_summaries(stated), key=len, default="")
    return summary if count_words(summary) >= MIN_SUMMARY_WORDS else ""


def _summaries(stated: Metadata) -> Iterator[str]:
    yield one_line(stated.article.get("description"))
    for name in ("og:description", "twitter:description", "description"):
        yield from stated.meta.get(name, [])[:1]
