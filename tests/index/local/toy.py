"""Archives of toy articles, and a look whether all parts of one agree."""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from onrecord.index.encoder import Vectors
from onrecord.index.local.store import LocalStore
from onrecord.index.store import IndexedPassage
from onrecord.index.types import Article, Filter, Passage, Span

BUILD = {"encoder": "toy"}
DIMENSION = 4
EVERYTHING = Filter()
WORD = "ferri"  # stands in every passage, as the index knows it


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A folder that does not wait for a disk; what is written there outlives a killed process."""
    memory = Path("/dev/shm")
    where = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=where, prefix="onrecord-") as folder:
        yield Path(folder)


def open_toy(folder: Path) -> LocalStore:
    """The archive in a folder."""
    return LocalStore(folder, BUILD, DIMENSION)


def toy_vector(text: str) -> Vectors:
    """A unit vector that the text decides."""
    vector = np.random.default_rng(zlib.crc32(text.encode())).normal(size=DIMENSION)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def toy_passages(article: Article) -> list[IndexedPassage]:
    """A passage a line, each of one sentence."""
    passages, start = [], 0
    for line in article.text.split("\n"):
        span = Span(start, start + len(line))
        start += len(line) + 1
        passage = Passage(article.id, span, line, len(line.split()), (span,))
        vector = toy_vector(line)
        passages.append(IndexedPassage(passage, vector, vector.reshape(1, -1)))
    return passages


def toy_article(name: str, text: str) -> Article:
    """An article without a title, of an outlet of its own."""
    return Article(name, "", text, outlet=f"The {name}")


def put(store: LocalStore, name: str, text: str) -> None:
    """Put a toy article."""
    article = toy_article(name, text)
    store.put(article, toy_passages(article), f"/news/{name}.txt")


def look(store: LocalStore) -> dict[str, str]:
    """Every article's text by id, after a look whether all parts of the archive agree."""
    with store.snapshot() as snapshot:
        articles = {a.id: a.text for a in snapshot.articles(EVERYTHING, None, 10_000).articles}
        lines = sorted(line for text in articles.values() for line in text.split("\n"))
        stats = snapshot.stats()
        assert (stats.articles, stats.passages) == (len(articles), len(lines))
        near = snapshot.nearest(toy_vector("x"), 10_000, EVERYTHING)
        words = snapshot.matching([WORD], 10_000, EVERYTHING)
        for found in (near, words):
            passages = snapshot.passages([key for key, _ in found])
            assert sorted(one.passage.text for one in passages.values()) == lines
            assert len(found) == len(lines)
        for key, score in near:
            assert abs(score - float(passages[key].vector @ toy_vector("x"))) < 1e-5
            assert np.array_equal(passages[key].vector, toy_vector(passages[key].passage.text))
    return articles


def contents(folder: Path) -> dict[str, str]:
    """What an archive holds when it is opened."""
    with closing(open_toy(folder)) as store:
        return look(store)
