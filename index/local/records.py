"""Articles and passages as rows of the record of truth: writing, reading and removing them.

The functions take a connection and leave beginning and ending a transaction to the caller.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from onrecord.index.local.database import transaction
from onrecord.index.store import IndexedPassage, Source
from onrecord.index.text.terms import TermIds, index_terms
from onrecord.index.types import UNKNOWN_LANGUAGE, Article, Days, Passage, Span

ARTICLE = TypeAdapter(Article)
FILLED_AT_ONCE = 1_000  # passages
LIVE = "{0}added <= :at AND ({0}removed IS NULL OR {0}removed > :at)"
ARTICLE_COLUMNS = "id, sha256, first, last, outlet, location, digest, record, text, added"
PASSAGE_COLUMNS = (
    'article, start, "end", tokens, sentences, vector, sentence_vectors, words, shingles, added'
)


@dataclass(frozen=True, slots=True)
class WordDocument:
    """What the word index reads of a passage: its terms; days are proleptic ordinals."""

    row: int
    terms: Sequence[str]
    first: int | None
    last: int | None
    outlet: str | None


def insert_article(
    connection: sqlite3.Connection,
    article: Article,
    passages: Sequence[IndexedPassage],
    location: str,
    generation: int,
) -> None:
    """Add a version and its passages, and retire the version before it, if there is one."""
    retire_article(connection, article.id, generation)
    ((row,),) = connection.execute(
        f"INSERT INTO articles ({ARTICLE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "RETURNING row",
        article_row(article, location, generation),
    )
    connection.executemany(
        f"INSERT INTO passages ({PASSAGE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [passage_row(one, row, generation) for one in passages],
    )


def retire_article(connection: sqlite3.Connection, article_id: str, generation: int) -> None:
    """Mark the newest version as removed; it stays readable by its sha256."""
    values = {"id": article_id, "at": generation}
    connection.execute(
        "UPDATE passages SET removed = :at WHERE removed IS NULL AND article IN "
        "(SELECT row FROM articles WHERE id = :id AND removed IS NULL)",
        values,
    )
    connection.execute(
        "UPDATE articles SET removed = :at WHERE id = :id AND removed IS NULL", values
    )


def erase_article(connection: sqlite3.Connection, article_id: str, generation: int) -> None:
    """Mark every version as erased; `clear_removed` deletes the text when that is published."""
    retire_article(connection, article_id, generation)
    connection.execute(
        "UPDATE articles SET erased = ? WHERE id = ? AND erased IS NULL", (generation, article_id)
    )


def clear_removed(connection: sqlite3.Connection, published: int, generation: int) -> None:
    """Delete what no reader sees any more: erased texts, and the vectors of removed passages.

    The passages' rows stay, because they say which vectors of the dense index's base are removed.
    """
    connection.execute("DELETE FROM articles WHERE erased <= ?", (generation,))
    connection.execute(
        "UPDATE passages SET sentences = x'', vector = x'', sentence_vectors = x'', "
        "words = x'', shingles = x'' "
        "WHERE removed > ? AND removed <= ?",
        (published, generation),
    )


def delete_removed(connection: sqlite3.Connection, generation: int) -> None:
    """Delete the rows of removed passages, whose vectors are in no base any more."""
    connection.execute("DELETE FROM passages WHERE removed <= ?", (generation,))


def current_version(connection: sqlite3.Connection, article_id: str) -> tuple[str, str] | None:
    """Location and digest of the newest version."""
    found: tuple[str, str] | None = connection.execute(
        "SELECT location, digest FROM articles WHERE id = ? AND removed IS NULL", (article_id,)
    ).fetchone()
    return found


def find_article(
    connection: sqlite3.Connection, article_id: str, sha256: str | None, at: int
) -> Article | None:
    """The version that generation `at` shows, or any version of that sha256."""
    if sha256 is None:
        condition = "id = :id AND " + LIVE.format("")
    else:
        condition = (
            "id = :id AND sha256 = :sha256 AND added <= :at AND (erased IS NULL OR erased > :at)"
        )
    row = connection.execute(
        f"SELECT record, text FROM articles WHERE {condition} ORDER BY row DESC LIMIT 1",
        {"id": article_id, "sha256": sha256, "at": at},
    ).fetchone()
    return read_article(*row) if row else None


def removed_rows(connection: sqlite3.Connection, *, after: int, at: int) -> list[int]:
    """The passages that generation `after` shows and `at` does not."""
    rows = connection.execute(
        "SELECT row FROM passages WHERE removed > ? AND removed <= ? AND added <= ? ORDER BY row",
        (after, at, after),
    )
    return [row for (row,) in rows]


def find_passages(
    connection: sqlite3.Connection, keys: Sequence[int], at: int
) -> dict[int, IndexedPassage]:
    """The passages of those rows that generation `at` shows."""
    rows = connection.execute(
        "SELECT p.row, a.id, a.first, a.last, "
        "CASE WHEN json_valid(a.record) THEN json_extract(a.record, '$.language') END, "
        'substr(a.text, p.start + 1, p."end" - p.start), p.start, p."end", p.tokens, '
        "p.sentences, p.vector, p.sentence_vectors, p.words, p.shingles "
        "FROM passages p JOIN articles a ON a.row = p.article "
        f"WHERE p.row IN (SELECT value FROM json_each(:keys)) AND {LIVE.format('p.')}",
        {"keys": json.dumps(list(keys)), "at": at},
    )
    return {
        key: read_passage(
            article_id, language or UNKNOWN_LANGUAGE, read_days(first, last), text, columns
        )
        for key, article_id, first, last, language, text, *columns in rows
    }


def word_documents(
    connection: sqlite3.Connection, *, after: int, at: int
) -> Iterator[WordDocument]:
    """What the word index reads of passages added after generation `after` and live at `at`."""
    rows = connection.execute(
        'SELECT p.row, a.record, substr(a.text, p.start + 1, p."end" - p.start), '
        "a.first, a.last, a.outlet FROM passages p JOIN articles a ON a.row = p.article "
        f"WHERE p.added > :after AND {LIVE.format('p.')} ORDER BY p.row",
        {"after": after, "at": at},
    )
    for row, record, text, first, last, outlet in rows:
        shown = json.loads(record)
        terms = index_terms(shown["title"], text, shown["language"])
        yield WordDocument(row, terms, first, last, outlet)


def digests(connection: sqlite3.Connection, at: int) -> list[str]:
    """The digests of all articles that generation `at` shows, sorted."""
    rows = connection.execute(
        f"SELECT digest FROM articles WHERE {LIVE.format('')} ORDER BY digest", {"at": at}
    )
    return [digest for (digest,) in rows]


def read_sources(connection: sqlite3.Connection) -> list[Source]:
    """All sources, by location."""
    rows = connection.execute(
        "SELECT location, sha256, reading, articles FROM sources ORDER BY location"
    )
    return [
        Source(where, sha, reading, tuple(json.loads(ids))) for where, sha, reading, ids in rows
    ]


def article_row(article: Article, location: str, generation: int) -> tuple[Any, ...]:
    """The values of `ARTICLE_COLUMNS`."""
    first, last = article.published.first, article.published.last
    return (
        article.id,
        article.sha256,
        first.toordinal() if first else None,
        last.toordinal() if last else None,
        article.outlet.casefold() if article.outlet else None,
        location,
        digest(article),
        _write_json(article, {"text"}),
        article.text,
        generation,
    )


def digest(article: Article) -> str:
    """Hex sha256 of everything that readers see of an article, its source left out."""
    shown = _write_json(article, {"source", "source_sha256"})
    return hashlib.sha256(shown.encode()).hexdigest()


def _write_json(article: Article, hidden: Collection[str]) -> str:
    """Its fields; one without pages has the digest that it had before articles had pages."""
    fields = {key: value for key, value in asdict(article).items() if value or key != "pages"}
    shown = {key: value for key, value in fields.items() if key not in hidden}
    return json.dumps(shown, ensure_ascii=False, sort_keys=True)


def read_article(record: str, text: str) -> Article:
    """The article that `article_row` wrote."""
    return ARTICLE.validate_python({**json.loads(record), "text": text})


def passage_row(indexed: IndexedPassage, article_row_id: int, generation: int) -> tuple[Any, ...]:
    """The values of `PASSAGE_COLUMNS`; sentence vectors are stored in half precision."""
    passage = indexed.passage
    sentences = np.array([(s.start, s.end) for s in passage.sentences], dtype="<i4")
    return (
        article_row_id,
        passage.span.start,
        passage.span.end,
        passage.tokens,
        sentences.tobytes(),
        indexed.vector.astype("<f4").tobytes(),
        indexed.sentence_vectors.astype("<f2").tobytes(),
        *_write_term_ids(indexed.term_ids),
        generation,
    )


def read_passage(
    article_id: str, language: str, published: Days | None, text: str, row: Sequence[Any]
) -> IndexedPassage:
    """The passage of that text; `row` holds `PASSAGE_COLUMNS` from `start` to `shingles`."""
    start, end, tokens, sentences, vector, sentence_vectors, words, shingles = row
    spans = np.frombuffer(sentences, dtype="<i4").reshape(-1, 2).tolist()
    passage = Passage(
        article_id, Span(start, end), text, tokens, tuple(Span(a, b) for a, b in spans)
    )
    own = np.frombuffer(vector, dtype="<f4")
    parts = np.frombuffer(sentence_vectors, dtype="<f2").astype(np.float32)
    parts = parts.reshape(-1, own.size) if own.size else parts.reshape(0, 0)
    term_ids = _read_term_ids(len(spans), words, shingles)
    return IndexedPassage(passage, own, parts, published, term_ids, language)


def read_days(first: int | None, last: int | None) -> Days | None:
    """The days of an article's publication, which SQLite stores as proleptic ordinals."""
    if first is None or last is None:
        return None
    return date.fromordinal(first), date.fromordinal(last)


def _write_term_ids(ids: TermIds) -> tuple[bytes, bytes]:
    words = np.concatenate([ids.counts, ids.terms]).astype("<u4")
    return words.tobytes(), ids.shingles.astype("<u4").tobytes()


def _read_term_ids(sentences: int, words: bytes, shingles: bytes) -> TermIds | None:
    """The term ids of so many sentences; None where an earlier schema stored none."""
    if not words:
        return None
    numbers = np.frombuffer(words, dtype="<u4")
    return TermIds(numbers[sentences:], numbers[:sentences], np.frombuffer(shingles, dtype="<u4"))


def fill_term_ids(connection: sqlite3.Connection, at: int) -> None:
    """Store the term ids of the passages of generation `at` whose earlier schema had none."""
    rows = connection.execute(
        f"SELECT row FROM passages WHERE words = x'' AND {LIVE.format('')}", {"at": at}
    ).fetchall()
    keys = [key for (key,) in rows]
    for start in range(0, len(keys), FILLED_AT_ONCE):
        found = find_passages(connection, keys[start : start + FILLED_AT_ONCE], at)
        with transaction(connection):
            connection.executemany(
                "UPDATE passages SET words = ?, shingles = ? WHERE row = ?",
                [(*_write_term_ids(one.term_ids), key) for key, one in found.items()],
            )


def replace_records(connection: sqlite3.Connection, generation: int) -> None:
    """Replace everything by the attached database `backup`, as a new generation.

    Replaced versions in the backup are copied and stay readable by their sha256. Row numbers
    continue after the present ones, so that no cache confuses a new passage with an old one.
    """
    last = dict(connection.execute("SELECT name, seq FROM main.sqlite_sequence"))
    moved = {
        "articles": last.get("articles", 0),
        "passages": last.get("passages", 0),
        "generation": generation,
    }
    for table, column in (("articles", "removed"), ("passages", "removed"), ("articles", "erased")):
        connection.execute(
            f"UPDATE main.{table} SET {column} = :generation WHERE {column} IS NULL", moved
        )
    copied = ARTICLE_COLUMNS.removesuffix(", added")
    connection.execute(
        f"INSERT INTO main.articles (row, {copied}, added, removed) "
        f"SELECT row + :articles, {copied}, :generation, CASE WHEN removed THEN :generation END "
        "FROM backup.articles WHERE erased IS NULL ORDER BY row",
        moved,
    )
    copied = PASSAGE_COLUMNS.removeprefix("article, ").removesuffix(", added")
    connection.execute(
        f"INSERT INTO main.passages (row, article, {copied}, added) SELECT row + :passages, "
        f"article + :articles, {copied}, :generation FROM backup.passages WHERE removed IS NULL "
        "ORDER BY row",
        moved,
    )
    for table in ("sources", "tombstones"):
        connection.execute(f"DELETE FROM main.{table}")
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM backup.{table}")
