"""Round trips: an archive's articles written as pages of three kinds and read again.

The HTML carries its date in a meta tag and the text in a line below the headline; both have a
little of a site's chrome around the article. What must come back is the title, the date, and the
body: `text` is the share of articles whose body is the same but for white space, `shingles` the
mean F1 of the bodies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from multiprocessing import Pool

from onrecord.eval.lab.reading.gold import GoldArticle
from onrecord.eval.lab.reading.shingles import Overlap, overlap, score
from onrecord.index.errors import UnreadablePage
from onrecord.index.readers import ParsedArticle, read_page


@dataclass(frozen=True, slots=True)
class Survival:
    """Shares of articles of which title, date and body came back; `shingles` is the bodies' F1."""

    title: float
    date: float
    text: float
    shingles: float


@dataclass(frozen=True, slots=True)
class _RoundTrip:
    title: bool
    date: bool
    text: bool
    body: Overlap


def write_jsonl(article: GoldArticle) -> str:
    """One line of JSON."""
    record = {"title": article.title, "text": article.text, "date": article.date}
    return json.dumps(record, ensure_ascii=False) + "\n"


def write_html(article: GoldArticle) -> str:
    """A page with a menu above and a copyright line below the article."""
    paragraphs = "\n".join(f"<p>{escape(line)}</p>" for line in article.text.split("\n") if line)
    title = escape(article.title)
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title}</title>\n'
        f'<meta property="article:published_time" content="{article.date}T09:30:00+00:00"></head>\n'
        '<body><nav><a href="/">Home</a> <a href="/news">News</a></nav>\n'
        f"<main><article><h1>{title}</h1>\n{paragraphs}\n</article></main>\n"
        "<footer><p>© All rights reserved.</p></footer></body></html>"
    )


def write_text(article: GoldArticle) -> str:
    """A saved text: a menu, the headline, a date line, the body, a copyright line."""
    top = f"Home\nNews\n\n{article.title}\n\nPublished {article.date}\n\n"
    return f"{top}{article.text}\n\n© All rights reserved.\n"


KINDS: dict[str, tuple[str, Callable[[GoldArticle], str]]] = {
    "JSONL": ("article.jsonl", write_jsonl),
    "HTML": ("article.html", write_html),
    "text": ("article.txt", write_text),
}


def measure_roundtrips(articles: Sequence[GoldArticle], jobs: int) -> dict[str, Survival]:
    """What survives in each kind of page, over all articles."""
    with Pool(jobs) as pool:
        returned = pool.map(_send, articles, chunksize=16)
    return {kind: _survival([one[kind] for one in returned]) for kind in KINDS}


def _send(article: GoldArticle) -> dict[str, _RoundTrip]:
    return {kind: _compare(article, write(article), name) for kind, (name, write) in KINDS.items()}


def _compare(article: GoldArticle, page: str, name: str) -> _RoundTrip:
    try:
        (reading,) = read_page(page.encode("utf-8", "replace"), name)
    except UnreadablePage:
        return _RoundTrip(False, False, False, overlap(article.text, ""))
    if not isinstance(reading, ParsedArticle):
        return _RoundTrip(False, False, False, overlap(article.text, ""))
    return _RoundTrip(
        _squash(reading.title) == _squash(article.title),
        reading.published.date == article.date,
        _squash(reading.text) == _squash(article.text),
        overlap(article.text, reading.text),
    )


def _squash(text: str) -> str:
    return " ".join(text.split())


def _survival(returned: Sequence[_RoundTrip]) -> Survival:
    return Survival(
        sum(one.title for one in returned) / len(returned),
        sum(one.date for one in returned) / len(returned),
        sum(one.text for one in returned) / len(returned),
        score([one.body for one in returned]).f1,
    )
