"""Whether everything in an archive is as it must be: the record of truth, then what is derived.

Every byte is read and nothing is changed. A service may run and write meanwhile: the generation
that was published last is checked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np

from onrecord.index.local import database
from onrecord.index.local.database import (
    RECORDS,
    SCHEMA_VERSION,
    check_schema,
    find_dimension,
    translate_errors,
)
from onrecord.index.local.generations import UNREADABLE, Generation, Meta, open_generation
from onrecord.index.local.manifest import KINDS, find_damage, read_manifest
from onrecord.index.local.records import (
    ARTICLE_COLUMNS,
    LIVE,
    article_row,
    find_passages,
    read_article,
)
from onrecord.index.local.vectors import read_vectors
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
    for row in connection.execute(f"SELECT {ARTICLE_COLUMNS} FROM articles ORDER BY row"):
        article_id, sha256, *_, location, _, record, text, added = row
        try:
            article = read_article(record, text)
        except MALFORMED as error:
            yield f"article {article_id}: its record cannot be read ({type(error).__name__})"
            continue
        if article.sha256 != sha256:
            yield f"article {article_id}: expected a text of sha256 {sha256}, got {article.sha256}"
        elif article_row(article, location, added) != row:
            yield f"article {article_id}: its record is not the one that was stored"


def check_passages(connection: sqlite3.Connection, meta: Meta, dimension: int) -> Iterator[str]:
    """Every published passage against its article's text and its vectors.

    An earlier schema's passages are not checked: they lack columns until a migration adds them.
    """
    if int(meta["schema"]) < SCHEMA_VERSION:
        return
    at = int(meta["published"])
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


def check_derived(
    folder: Path, connection: sqlite3.Connection, meta: Meta, dimension: int
) -> Iterator[str]:
    """Every byte of both indexes, and then the passages that they hold."""
    if int(meta["schema"]) < SCHEMA_VERSION:
        yield f"it is of schema {meta['schema']}: opening it makes that {SCHEMA_VERSION}"
        return
    if "words" not in meta:
        yield "nothing is published yet"
        return
    sound = True
    for kind in (kind for kind in KINDS if meta[kind]):
        manifest = read_manifest(folder / meta[kind], meta[f"{kind}_stamp"])
        for problem in find_damage(folder / meta[kind], manifest, heads_only=False):
            sound = False
            yield problem
    if sound:
        indexes = open_generation(folder, connection, meta, dimension, None)
        yield from check_rows(folder, connection, indexes)


def check_rows(folder: Path, connection: sqlite3.Connection, indexes: Generation) -> Iterator[str]:
    """The rows and vectors of the indexes against those in SQLite."""
    at, dense = indexes.stats.generation, indexes.dense
    live = connection.execute(
        f"SELECT row FROM passages WHERE {LIVE.format('')} ORDER BY row", {"at": at}
    )
    truth = [row for (row,) in live]
    for kind, rows in (("vectors", dense.rows), ("words", indexes.words.rows())):
        if rows != truth:
            yield f"{folder}: the passages of its {kind} are not those of the archive"
            return
    index, places, done = dense.base.index, np.flatnonzero(dense.live), 0
    if not dense.base.is_exact:
        index.make_direct_map()
    for vectors in read_vectors(connection, 0, at, index.d):
        mine = index.reconstruct_batch(places[done : done + len(vectors)])
        if not np.array_equal(mine, vectors[: len(mine)]):
            yield f"{folder}: vectors {done} to {done + len(mine)} are not those of the passages"
        done += len(vectors)


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
            connection.execute("BEGIN")
            meta = database.read_meta(connection)
            check_schema(folder, meta["schema"])
            found = list(islice(_find(folder, connection, meta), MAX_FINDINGS))
            connection.execute("COMMIT")
            overtaken = database.read_meta(connection)["published"] != meta["published"]
            if not overtaken or not any(finding.derived for finding in found):
                return found


def _find(folder: Path, connection: sqlite3.Connection, meta: Meta) -> Iterator[Finding]:
    """Everything that is wrong with one generation; what is derived only if the truth is sound."""
    dimension = find_dimension(connection) or 1
    sound = True
    for problem in chain(
        check_pages(connection),
        check_articles(connection),
        check_passages(connection, meta, dimension),
    ):
        sound = False
        yield Finding(problem, derived=False)
    if sound:
        try:
            for problem in check_derived(folder, connection, meta, dimension):
                yield Finding(problem, derived=True)
        except UNREADABLE as error:
            yield Finding(str(error), derived=True)
