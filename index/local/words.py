"""The word index: BM25 in tantivy over each passage with its article's title in front.

Queries are built from analysed words, never parsed, so no question can be a syntax error.
tantivy's collection statistics count deleted passages until it is written anew; when that is done
is said in `word_folders.py`.
Source: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy
from tantivy import FieldType, Occur, Query

from onrecord.index import types
from onrecord.index.text import analyzer

ANALYZER = "onrecord"
HEAP_BYTES = 128_000_000
UNDATED = -1


@dataclass(frozen=True, slots=True)
class WordDocument:
    """What the word index reads of a passage; days are proleptic ordinals."""

    row: int
    text: str
    first: int | None
    last: int | None
    outlet: str | None


class WordIndex:
    """One folder of a tantivy index, at its newest commit when it was opened."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index(_schema(), path=str(folder))
        self._index.register_tokenizer(ANALYZER, analyzer())
        self._schema = self._index.schema
        self._searcher = self._index.searcher()

    @property
    def size(self) -> int:
        """How many passages the index holds."""
        return int(self._searcher.num_docs)

    def document_frequency(self, word: str) -> int:
        """How many passages hold an analysed word."""
        return int(self._searcher.doc_freq("body", word))

    def rows(self) -> list[int]:
        """The row of every passage that can be found, rising."""
        hits = self._searcher.search(Query.all_query(), max(1, self.size), count=False).hits
        found = self._searcher.fast_field_values("row", [address for _, address in hits])
        return sorted(int(row or 0) for row in found)

    def search(self, words: Sequence[str], k: int, where: types.Filter) -> list[tuple[int, float]]:
        """The k rows of the highest BM25 score, ties by row."""
        if not words or k < 1:
            return []
        wanted = [
            (Occur.Should, Query.term_query(self._schema, "body", word, "freq"))
            for word in dict.fromkeys(words)
        ]
        query = Query.boolean_query(wanted)
        if where:
            query = Query.boolean_query([(Occur.Must, query), *_restrictions(self._schema, where)])
        hits = self._searcher.search(query, k, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        found = [(int(row or 0), float(hit[0])) for row, hit in zip(rows, hits, strict=True)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def write_words(
    folder: Path, documents: Iterable[WordDocument], removed: Iterable[int] = ()
) -> None:
    """Commit a change to the index in `folder`, synced: rows removed and documents added."""
    folder.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(_schema(), path=str(folder))
    index.register_tokenizer(ANALYZER, analyzer())
    writer = index.writer(HEAP_BYTES, num_threads=1)
    for row in removed:
        writer.delete_documents_by_term("row", row)
    for document in documents:
        writer.add_document(_document(document))
    writer.commit()
    writer.wait_merging_threads()


def _document(document: WordDocument) -> tantivy.Document:
    return tantivy.Document(
        row=document.row,
        body=document.text,
        first=UNDATED if document.first is None else document.first,
        last=UNDATED if document.last is None else document.last,
        outlet=document.outlet or "",
    )


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", stored=False, indexed=True, fast=True)
    builder.add_text_field("body", stored=False, tokenizer_name=ANALYZER, index_option="freq")
    builder.add_integer_field("first", stored=False, fast=True)
    builder.add_integer_field("last", stored=False, fast=True)
    builder.add_text_field("outlet", stored=False, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _restrictions(schema: tantivy.Schema, where: types.Filter) -> list[tuple[Occur, Query]]:
    """The filter as queries that keep passages and add nothing to their score."""
    queries = []
    if where.published_from or where.published_to:
        low = where.published_from.toordinal() if where.published_from else UNDATED + 1
        queries.append(Query.range_query(schema, "first", FieldType.Integer, low, None))
    if where.published_to:
        high = where.published_to.toordinal()
        queries.append(Query.range_query(schema, "last", FieldType.Integer, UNDATED + 1, high))
    if where.outlets:
        names = [
            (Occur.Should, Query.term_query(schema, "outlet", name.casefold()))
            for name in where.outlets
        ]
        queries.append(Query.boolean_query(names))
    return [(Occur.Must, Query.const_score_query(query, 0.0)) for query in queries]
