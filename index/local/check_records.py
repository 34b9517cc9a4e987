"""Whether the record of truth says what it said when it was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import numpy as np

from onrecord.index.local.records import LIVE, find_entries
from onrecord.index.local.rows import article_row, digest, read_article
from onrecord.index.store import IndexedPassage
from onrecord.index.text import read_term_ids

UNIT_LENGTH_WITHIN = 1e-3  # sentence vectors are kept in half precision
MALFORMED = (ValueError, KeyError, TypeError)


def check_pages(connection: sqlite3.Connection) -> Iterator[str]:
    """What SQLite finds wrong with its own file."""
    for (said,) in connection.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield f"archive.sqlite: {said}"


def check_articles(connection: sqlite3.Connection) -> Iterator[str]:
    """Every version against its own hashes and columns."""
    rows = connection.execute(
        "SELECT row, id, sha256, first, last, outlet, location, digest, record, text, added "
        "FROM articles ORDER BY row"
    )
    for row in rows:
        try:
            article = read_article(row[8], row[9])
        except MALFORMED as error:
            yield f"article {row[1]}: its record cannot be read ({type(error).__name__})"
            continue
        if article.sha256 != row[2]:
            yield f"article {row[1]}: expected a text of sha256 {row[2]}, got {article.sha256}"
        elif digest(article) != row[7] or article_row(article, row[6], row[10]) != row[1:]:
            yield f"article {row[1]}: its record is not the one that was stored"


def check_passages(connection: sqlite3.Connection, at: int, dimension: int) -> Iterator[str]:
    """Every passage that generation `at` shows against its article's text and its vectors."""
    orphans = connection.execute(
        "SELECT p.row FROM passages p LEFT JOIN articles a ON a.row = p.article "
        f"WHERE {LIVE.format('p.')} AND (a.row IS NULL OR NOT ({LIVE.format('a.')}))",
        {"at": at},
    )
    for (row,) in orphans:
        yield f"passage {row}: its article is missing"
    articles = connection.execute(
        f"SELECT row, text FROM articles WHERE {LIVE.format('')} ORDER BY row", {"at": at}
    )
    for article, text in articles:
        rows = connection.execute("SELECT row FROM passages WHERE article = ?", (article,))
        keys = [row for (row,) in rows.fetchall()]
        try:
            entries = find_entries(connection, keys, at)
        except MALFORMED as error:
            yield f"a passage of article row {article} cannot be read: {error}"
            continue
        for key, entry in entries.items():
            if problem := _find_fault(entry, text, dimension):
                yield f"passage {key} ({entry.passage.id}): {problem}"


def _find_fault(entry: IndexedPassage, text: str, dimension: int) -> str | None:
    """What is wrong with a passage, if anything."""
    passage = entry.passage
    if passage.span.end > len(text) or text[passage.span.start : passage.span.end] != passage.text:
        return "it is not the article's text"
    sentences = passage.sentences
    ends = [end for span in sentences for end in (span.start, span.end)]
    if not sentences or ends != sorted(ends):
        return "its sentences are not in order"
    if (ends[0], ends[-1]) != (passage.span.start, passage.span.end):
        return f"expected sentences from {passage.span}, got {ends[0]} to {ends[-1]}"
    if entry.stored_term_ids and not entry.stored_term_ids.equals(read_term_ids(passage)):
        return "its words are not those of its text"
    if entry.vector.shape != (dimension,):
        return f"expected {dimension} dimensions, got {entry.vector.size}"
    if entry.sentence_vectors.shape != (len(sentences), dimension):
        return f"expected {len(sentences)} sentence vectors, got {len(entry.sentence_vectors)}"
    lengths = np.linalg.norm(np.vstack([entry.vector, entry.sentence_vectors]), axis=1)
    if not np.allclose(lengths, 1.0, atol=UNIT_LENGTH_WITHIN):
        return "a vector is not of unit length"
    return None
