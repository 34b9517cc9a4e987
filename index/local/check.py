"""Whether everything in an archive is as it must be: the record of truth, then what is derived.

Every byte is read and nothing is changed. A service may run and write meanwhile: the generation
that was published last is checked.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from onrecord.index.encoder import Vectors
from onrecord.index.local import database, records
from onrecord.index.local.columns import read_columns
from onrecord.index.local.database import RECORDS, check_schema, find_dimension, translate_errors
from onrecord.index.local.generations import Meta
from onrecord.index.local.manifest import check_heads, find_damage, read_manifest
from onrecord.index.local.records import LIVE, article_row, digest, find_passages, read_article
from onrecord.index.local.vectors import Base, open_base, read_dense, read_vectors
from onrecord.index.local.words import open_words
from onrecord.index.store import IndexedPassage
from onrecord.index.text.terms import read_term_ids

UNIT_LENGTH_WITHIN = 1e-3  # sentence vectors are stored in half precision
MALFORMED = (ValueError, KeyError, TypeError)
MAX_FINDINGS = 100  # a damaged disk can make a million


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
            found = find_passages(connection, keys, at)
        except MALFORMED as error:
            yield f"a passage of article row {article} cannot be read: {error}"
            continue
        for key, passage in found.items():
            if problem := _find_fault(passage, text, dimension):
                yield f"passage {key} ({passage.passage.id}): {problem}"


def _find_fault(indexed: IndexedPassage, text: str, dimension: int) -> str | None:
    passage = indexed.passage
    if passage.span.end > len(text) or text[passage.span.start : passage.span.end] != passage.text:
        return "it is not the article's text"
    sentences = passage.sentences
    ends = [end for span in sentences for end in (span.start, span.end)]
    if not sentences or ends != sorted(ends):
        return "its sentences are not in order"
    if (ends[0], ends[-1]) != (passage.span.start, passage.span.end):
        return f"expected sentences from {passage.span}, got {ends[0]} to {ends[-1]}"
    if indexed.stored_term_ids and not indexed.stored_term_ids.equals(
        read_term_ids(passage, indexed.language)
    ):
        return "its words are not those of its text"
    if indexed.vector.shape != (dimension,):
        return f"expected {dimension} dimensions, got {indexed.vector.size}"
    if indexed.sentence_vectors.shape != (len(sentences), dimension):
        return f"expected {len(sentences)} sentence vectors, got {len(indexed.sentence_vectors)}"
    lengths = np.linalg.norm(np.vstack([indexed.vector, indexed.sentence_vectors]), axis=1)
    if not np.allclose(lengths, 1.0, atol=UNIT_LENGTH_WITHIN):
        return "a vector is not of unit length"
    return None


def check_vectors(
    archive: Path, connection: sqlite3.Connection, meta: Meta, dimension: int
) -> Iterator[str]:
    """Check every byte of the dense index's base, then its vectors against those in SQLite."""
    if not meta["vectors"]:
        return
    folder, at = archive / meta["vectors"], int(meta["published"])
    problems = find_damage(folder, read_manifest(folder, meta["vectors_stamp"]))
    if problems:
        yield from problems
        return
    base = open_base(folder, meta["vectors_stamp"], dimension)
    dense = read_dense(base, None, connection, at)
    if dense.size != int(meta["passages"]):
        yield f"{folder}: expected {meta['passages']} vectors, got {dense.size}"
        return
    live = np.ones(base.columns.rows.size, dtype=bool) if dense.live is None else dense.live
    truth = read_columns(connection, 0, at)
    if not truth.select(truth.rows <= base.last_row).equals(base.columns.select(live)):
        yield f"{folder}: its rows, dates or outlets are not those of the articles"
        return
    places, done = np.flatnonzero(live), 0
    for vectors in read_vectors(connection, 0, at, dimension):
        mine = _stored(base, places[done : done + len(vectors)])
        if not np.array_equal(mine, vectors[: len(mine)]):
            yield f"{folder}: vectors {done} to {done + len(mine)} are not those of the passages"
        done += len(vectors)


def check_words(archive: Path, connection: sqlite3.Connection, meta: Meta) -> Iterator[str]:
    """Check every byte of the word index, then the document frequency of every word."""
    folder, at = archive / meta["words"], int(meta["published"])
    manifest = read_manifest(folder, meta["words_stamp"])
    check_heads(folder, manifest)
    problems = find_damage(folder, manifest)
    if problems:
        yield from problems
        return
    index = open_words(folder, meta["words_stamp"])
    if index.rows() != read_columns(connection, 0, at).rows.tolist():
        yield f"{folder}: its passages are not those of the archive"
        return
    counts: Counter[str] = Counter()
    for document in records.word_documents(connection, after=-1, at=at):
        counts.update(set(document.terms))
    found = index.document_frequencies(counts)
    for word, count in counts.items():
        known = found.get(word, 0)
        if known < count or (index.is_exact and known != count):
            yield f"{folder}: expected {count} passages with the word {word}, got {known}"


def _stored(base: Base, places: Any) -> Vectors:
    if not places.size:
        return np.empty((0, base.index.d), dtype=np.float32)
    if base.lists is not None:
        base.index.make_direct_map()
    vectors: Vectors = base.index.reconstruct_batch(places)
    return vectors


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong; what is derived can be rebuilt, the record of truth cannot."""

    problem: str
    derived: bool


def check(folder: Path) -> list[Finding]:
    """What is wrong with an archive, at most `MAX_FINDINGS` things; empty where nothing is.

    Raises `ArchiveMismatch` for a later schema and `ArchiveDamaged` where SQLite reads nothing.
    """
    with translate_errors(folder), closing(database.connect(folder / RECORDS)) as connection:
        while True:
            found = list(islice(_find(folder, connection), MAX_FINDINGS))
            if not any(finding.derived for finding in found) or not _overtaken(connection):
                return found


def _find(folder: Path, connection: sqlite3.Connection) -> Iterator[Finding]:
    """Everything that is wrong with one generation, the record of truth first."""
    connection.execute("BEGIN")
    meta = database.read_meta(connection)
    check_schema(folder, meta["schema"])
    at, dimension = int(meta["published"]), find_dimension(connection) or 1
    earlier = int(meta["schema"]) < database.SCHEMA_VERSION
    sound = True
    for found in (
        check_pages(connection),
        check_articles(connection),
        () if earlier else check_passages(connection, at, dimension),
    ):
        for problem in found:
            sound = False
            yield Finding(problem, derived=False)
    if not sound:  # there is nothing to compare the rest with
        return
    if earlier:
        problem = (
            f"it is of schema {meta['schema']}: opening it makes that {database.SCHEMA_VERSION}"
        )
        yield Finding(problem, derived=True)
        return
    if "words" not in meta:
        yield Finding("nothing is published yet", derived=True)
        return
    for found in (
        check_vectors(folder, connection, meta, dimension),
        check_words(folder, connection, meta),
    ):
        try:
            yield from (Finding(problem, derived=True) for problem in found)
        except (ValueError, OSError, RuntimeError) as error:
            yield Finding(str(error), derived=True)


def _overtaken(connection: sqlite3.Connection) -> bool:
    """Whether another generation, with other folders, was published meanwhile."""
    before = database.read_meta(connection)["published"]
    connection.execute("COMMIT")
    return database.read_meta(connection)["published"] != before
