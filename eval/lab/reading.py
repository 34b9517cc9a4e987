"""How well pages are read: bodies, dates and round trips, compared with other libraries.

A folder of pages has `gold.jsonl`, one page per line: `html` is the path of its gzipped file, `url`
its address, and `body` or `date` what a person found there. Round trips write the articles of a
BEIR corpus as pages and read them again. The figures name the version of each data set and library.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from html import escape
from importlib.metadata import version
from multiprocessing import Pool
from pathlib import Path
from statistics import fmean, harmonic_mean
from typing import Any

from inscriptis import get_text

from onrecord.eval.datasets import read_lines
from onrecord.eval.lab.tables import DOCS, shown, table
from onrecord.index.errors import UnreadablePage
from onrecord.index.readers import ParsedArticle, read_page
from onrecord.index.readers.pagetree import block_texts, parse

FIGURES = DOCS / "reading.json"
COMMAND = "onrecord eval reading --data DIR --publish"
LIBRARIES = ("trafilatura", "htmldate", "inscriptis")
BODIES = "extract-body-scrapinghub"
DATES = "extract-date-htmldate-en"
ARTICLES = "rtqa-dev-2022"
LONG_LINE = 12  # words
SHINGLE_WORDS = 4
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?…][\"”’'»)\]]*\s*$")

Figures = dict[str, Any]


@dataclass(frozen=True)
class GoldPage:
    """A page as it was saved, and what a person read there."""

    file: Path
    url: str
    body: str
    date: str

    @cached_property
    def raw(self) -> bytes:
        """The page's bytes."""
        return gzip.decompress(self.file.read_bytes())

    @property
    def html(self) -> str:
        """The page's characters; what is not UTF-8 becomes U+FFFD, as in the benchmarks."""
        return self.raw.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article of a corpus: what must survive being written as a page and read again."""

    title: str
    text: str
    date: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many shingles of a body were read rightly, how many were read and how many it has."""

    shared: int
    read: int
    wanted: int


def measure_reading(data: Path, jobs: int, sample: int | None = None) -> Figures:
    """Every figure of the data sets under `data`; of about `sample` pages of each, or of all."""
    there = [name for name in (BODIES, DATES, ARTICLES) if (data / name).is_dir()]
    found: Figures = {
        "command": COMMAND,
        "sample": sample,
        "libraries": {name: version(name) for name in LIBRARIES},
        "datasets": {name: _hash_gold(data / name) for name in there},
    }
    with Pool(jobs) as pool:
        if BODIES in there:
            pages = _gold_pages(data / BODIES, sample)
            bodies = pool.map(_read_bodies, pages, chunksize=4)
            found["bodies"] = {way: score([one[way] for one in bodies]) for way in bodies[0]}
            found["body_pages"] = len(pages)
        if DATES in there:
            pages = _gold_pages(data / DATES, sample)
            dates = pool.map(_read_dates, pages, chunksize=4)
            found["dates"] = {
                reader: tally(
                    (page.date, one[reader]) for page, one in zip(pages, dates, strict=True)
                )
                for reader in dates[0]
            }
        if ARTICLES in there:
            articles = _gold_articles(data / ARTICLES, sample)
            trips = pool.map(read_again, articles, chunksize=16)
            found["round_trips"] = {kind: survival([one[kind] for one in trips]) for kind in KINDS}
            found["articles"] = len(articles)
    return found


def render_reading(found: Mapping[str, Any]) -> dict[str, str]:
    """The tables of what was measured, by the names of their marks."""
    tables = {}
    if "bodies" in found:
        pages = f"body of {found['body_pages']} pages, from"
        rows = (
            (*way.split(": "), *map(shown, one.values())) for way, one in found["bodies"].items()
        )
        bold = ((page, _bold(reader), *numbers) for page, reader, *numbers in rows)
        tables["bodies"] = table([pages, "read by", "precision", "recall", "F1"], bold)
    if "dates" in found:
        days = sum(found["dates"]["onrecord"].values())
        counts = ((_bold(name), *one.values()) for name, one in found["dates"].items())
        tables["dates"] = table([f"day of {days} pages, read by", "right", "wrong", "none"], counts)
    if "round_trips" in found:
        written = f"{found['articles']} articles, written as"
        trips = ((kind, *map(shown, one.values())) for kind, one in found["round_trips"].items())
        tables["round trips"] = table([written, "title", "date", "body", "body, F1"], trips)
    return tables


def _bold(reader: str) -> str:
    return f"**{reader}**" if reader == "onrecord" else reader


def _gold_pages(folder: Path, sample: int | None) -> list[GoldPage]:
    rows = _take(read_lines(folder / "gold.jsonl"), sample)
    return [
        GoldPage(folder / row["html"], row["url"], row.get("body", ""), row.get("date", ""))
        for row in rows
    ]


def _gold_articles(folder: Path, sample: int | None) -> list[GoldArticle]:
    """The dated articles of a BEIR corpus."""
    articles = [
        GoldArticle(row["title"], row["text"], row["metadata"]["date"])
        for row in read_lines(folder / "corpus.jsonl")
        if row["title"].strip() and row.get("metadata", {}).get("date")
    ]
    return _take(articles, sample)


def _take(rows: list[Any], sample: int | None) -> list[Any]:
    """About `sample` of the rows, evenly spread and always the same; all where it is None."""
    return rows if sample is None else rows[:: max(1, len(rows) // sample)]


def _hash_gold(folder: Path) -> str:
    """Hex sha256 of a folder's gold: which version of it figures belong to."""
    names = ("gold.jsonl", "corpus.jsonl")
    file = next(folder / name for name in names if (folder / name).exists())
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _parse(page: bytes, name: str) -> ParsedArticle | None:
    """What the project reads from a page; None where it refuses the page."""
    try:
        (reading,) = read_page(page, name)
    except UnreadablePage:
        return None
    return reading if isinstance(reading, ParsedArticle) else None


def _read_bodies(page: GoldPage) -> dict[str, Overlap]:
    """Each way to read the body: from HTML, and from the same page as two kinds of plain text.

    On plain text the project stands beside three ways without a reader: all of it, its long lines,
    and its lines that end as sentences do.
    """
    from trafilatura import extract

    found = {
        "html: trafilatura": extract(page.html, include_comments=False) or "",
        "html: onrecord": _body(page.html, "page.html"),
    }
    for rendering, text in render_page(page.html).items():
        found |= {
            f"text, {rendering}: all of it": text,
            f"text, {rendering}: long lines": _keep(text, lambda x: len(x.split()) >= LONG_LINE),
            f"text, {rendering}: sentences": _keep(text, _SENTENCE_END.search),
            f"text, {rendering}: onrecord": _body(text, "page.txt"),
        }
    return {way: overlap(page.body, text) for way, text in found.items()}


def render_page(html: str) -> dict[str, str]:
    """A page as a text browser lays it out, and as its blocks, one per line."""
    return {"laid out": str(get_text(html)), "lines": "\n".join(block_texts(parse(html)))}


def _body(text: str, name: str) -> str:
    found = _parse(text.encode("utf-8", "replace"), name)
    return found.text if found else ""


def _keep(text: str, wanted: Callable[[str], object]) -> str:
    return "\n".join(line for line in text.split("\n") if wanted(line))


def _read_dates(page: GoldPage) -> dict[str, str | None]:
    """What each reader takes for the page's date.

    htmldate is asked as in its own evaluation (extensive search, original date) and is given the
    page's address, which the project is not: a saved page has it only where it says it itself.
    """
    from htmldate import find_date

    found = _parse(page.raw, "page.html")
    asked = find_date(page.html, extensive_search=True, original_date=True, url=page.url)
    return {"htmldate": asked, "onrecord": found.published.date if found else None}


def tally(days: Iterable[tuple[str, str | None]]) -> dict[str, int]:
    """Count (by hand, as read) pairs by whether the right day was read, another one or none.

    A month or a year alone claims no day, which is right, and counts as none.
    """
    counts = Counter(
        "none" if read is None or len(read) != len(day) else "right" if read == day else "wrong"
        for day, read in days
    )
    return {outcome: counts[outcome] for outcome in ("right", "wrong", "none")}


def write_jsonl(article: GoldArticle) -> str:
    """One line of JSON."""
    return json.dumps(asdict(article), ensure_ascii=False) + "\n"


def write_html(article: GoldArticle) -> str:
    """A page with a menu above and a copyright line below the article, dated in a meta tag."""
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
Trip = tuple[bool, bool, bool, Overlap]  # did title, date and text come back, and how much of it


def read_again(article: GoldArticle) -> dict[str, Trip]:
    """What comes back of an article from each kind of page; white space does not count."""
    trips = {}
    for kind, (name, write) in KINDS.items():
        found = _parse(write(article).encode("utf-8", "replace"), name)
        trips[kind] = (
            found is not None and found.title.split() == article.title.split(),
            found is not None and found.published.date == article.date,
            found is not None and found.text.split() == article.text.split(),
            overlap(article.text, found.text if found else ""),
        )
    return trips


def survival(trips: Sequence[Trip]) -> dict[str, float]:
    """Shares of articles of which title, date and body came back; `shingles` is the bodies' F1."""
    titles, dates, texts, bodies = zip(*trips, strict=True)
    shares = {"title": fmean(titles), "date": fmean(dates), "text": fmean(texts)}
    return {**shares, "shingles": score(bodies)["f1"]}


def overlap(body: str, read: str) -> Overlap:
    """Compare what was read with the body by hand, in shingles, each as often as it occurs."""
    wanted, found = _shingles(body), _shingles(read)
    return Overlap((wanted & found).total(), found.total(), wanted.total())


def score(overlaps: Sequence[Overlap]) -> dict[str, float]:
    """Mean precision and recall over pages, and the F1 of the two means.

    A page of which nothing was read has no precision, and one without a body no recall.
    Source: the article extraction benchmark, github.com/scrapinghub/article-extraction-benchmark.
    """
    precision = fmean([one.shared / one.read for one in overlaps if one.read] or [0.0])
    recall = fmean([one.shared / one.wanted for one in overlaps if one.wanted] or [0.0])
    f1 = harmonic_mean([precision, recall])
    return {"precision": precision, "recall": recall, "f1": f1}


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if not words:
        return Counter()
    starts = range(max(1, len(words) - SHINGLE_WORDS + 1))
    return Counter(tuple(words[at : at + SHINGLE_WORDS]) for at in starts)
