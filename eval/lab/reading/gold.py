"""Pages with what is to be read from them, as hand and archive say it.

A folder of pages has `gold.jsonl`, a page a line: `html` is the path of its gzipped file, `url` its
address, and `body` or `date` what was found by hand. Round trips start from a BEIR corpus.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

BODIES = "extract-body-scrapinghub"
DATES = "extract-date-htmldate-en"
ARTICLES = "rtqa-dev-2022"
T = TypeVar("T")


@dataclass(frozen=True)
class GoldPage:
    """A page as it was saved, and what a person read there."""

    id: str
    file: Path
    url: str
    body: str = ""
    date: str = ""

    @property
    def raw(self) -> bytes:
        """The page's bytes."""
        return gzip.decompress(self.file.read_bytes())

    @cached_property
    def html(self) -> str:
        """The page's characters; what is no UTF-8 is shown as U+FFFD, as the benchmarks do."""
        return self.raw.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article of a corpus: what must survive being written as a page and read again."""

    title: str
    text: str
    date: str


def gold_pages(folder: Path, sample: int | None = None) -> list[GoldPage]:
    """The pages of a folder; with `sample` about so many, evenly taken, always the same ones."""
    pages = [
        GoldPage(
            id=str(row["id"]),
            file=folder / str(row["html"]),
            url=str(row["url"]),
            body=str(row.get("body", "")),
            date=str(row.get("date", "")),
        )
        for row in _rows(folder / "gold.jsonl")
    ]
    return take(pages, sample)


def gold_articles(folder: Path, sample: int | None = None) -> list[GoldArticle]:
    """The dated articles of a BEIR corpus."""
    articles = [
        GoldArticle(row["title"], row["text"], row["metadata"]["date"])
        for row in _rows(folder / "corpus.jsonl")
        if row["title"].strip() and row.get("metadata", {}).get("date")
    ]
    return take(articles, sample)


def take(rows: list[T], sample: int | None) -> list[T]:
    """Every n-th row, so that about `sample` are left; all of them where it is None."""
    return rows if sample is None else rows[:: max(1, len(rows) // sample)]


def fingerprint(folder: Path) -> str:
    """Hex sha256 of a folder's gold: which version of it figures belong to."""
    names = ("gold.jsonl", "corpus.jsonl")
    file = next(folder / name for name in names if (folder / name).exists())
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
