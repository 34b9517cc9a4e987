"""What a page says of its article where the article itself is not in the page.

Pages that build their text in the reader's browser, and pages behind a paywall, still state it: the
whole body in JSON-LD, or a summary. A summary is taken only from a page that calls itself an
article; a front page's or a shop's describes no article.
"""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.index.readers.decode import tidy
from onrecord.index.readers.metadata import Metadata, one_line
from onrecord.index.readers.pagetree import block_texts, parse
from onrecord.index.readers.parsed import count_words

MIN_BODY_WORDS = 40  # a shorter `articleBody` is a teaser; then a summary is as good
MIN_SUMMARY_WORDS = 8


def stated_body(stated: Metadata) -> str:
    """The article's body as JSON-LD has it; nothing where it has none."""
    body = stated.article.get("articleBody")
    if not isinstance(body, str) or count_words(body) < MIN_BODY_WORDS:
        return ""
    if "</p>" in body or "<br" in body:
        return "\n".join(block_texts(parse(body)))
    return "\n".join(line.strip() for line in tidy(body).split("\n") if line.strip())


def stated_summary(stated: Metadata) -> str:
    """The longest summary of an article; nothing where the page does not call itself one."""
    if not stated.article and "article" not in stated.meta.get("og:type", []):
        return ""
    summary = max(_summaries(stated), key=len, default="")
    return summary if count_words(summary) >= MIN_SUMMARY_WORDS else ""


def _summaries(stated: Metadata) -> Iterator[str]:
    yield one_line(stated.article.get("description"))
    for name in ("og:description", "twitter:description", "description"):
        yield from stated.meta.get(name, [])[:1]
