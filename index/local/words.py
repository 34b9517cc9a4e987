"""The word index: BM25 in tantivy over each passage with its article's title in front.

Queries are built from analysed words, never parsed, so no question can be a syntax error.

Each generation that changes passages has a folder `words-N`, which is never changed afterwards. A
change is made in a new folder that shares the old one's files (hard links: tantivy writes a file
once), so readers are not disturbed and a process that dies leaves the old folder as it was.

tantivy counts removed passages in its statistics until the index is rewritten. Up to
`ALWAYS_REWRITTEN` passages every removal rewrites the index, so that scores depend on what the
archive holds and not on its history. Beyond, where that takes seconds, up to `REMOVED_SHARE` of
removed passages still count in document frequencies; the fingerprint then depends on the folder.
Source: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond".
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import tantivy
from tantivy import FieldType, Occur, Query

from onrecord.index import types
from onrecord.index.local import records
from onrecord.index.local.manifest import (
    MANIFEST,
    new_folder,
    open_folder,
    read_manifest,
    write_manifest,
)
from onrecord.index.local.records import WordDocument
from onrecord.index.text.terms import LANGUAGES, language_term

ANALYZER = "onrecord"
HEAP_BYTES = 128_000_000
UNDATED = -1
ALWAYS_REWRITTEN = 50_000  # passages; writing them takes about six seconds
REMOVED_SHARE = 0.05
UNSHARED = shutil.ignore_patterns("*.lock", MANIFEST)


class WordIndex:
    """One folder of a tantivy index, at its newest commit when it was opened.

    `manifest` is the sha256 of its manifest; `removed` passages still count in its statistics.
    """

    def __init__(self, folder: Path, manifest: str = "", removed: int = 0) -> None:
        self.folder, self.manifest, self.removed = folder, manifest, removed
        index = _open_index(folder)
        self._schema = index.schema
        self._searcher = index.searcher()

    @property
    def is_exact(self) -> bool:
        """Whether scores depend only on what the archive holds."""
        return not self.removed

    @property
    def size(self) -> int:
        """The number of passages in the index."""
        return int(self._searcher.num_docs)

    def document_frequencies(self, words: Collection[str]) -> dict[str, int]:
        """The number of passages that contain each analysed word, without those that none has."""
        counted = ((word, int(self._searcher.doc_freq("body", word))) for word in words)
        return {word: count for word, count in counted if count}

    def languages(self) -> tuple[str, ...]:
        """The languages of passages whose words are not read as English words are."""
        markers = {language_term(language): language for language in LANGUAGES}
        return tuple(markers[term] for term in sorted(self.document_frequencies(markers)))

    def rows(self) -> list[int]:
        """The rows of all passages in rising order."""
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
    writer = _open_index(folder).writer(HEAP_BYTES, num_threads=1)
    for row in removed:
        writer.delete_documents_by_term("row", row)
    for document in documents:
        writer.add_document(
            tantivy.Document(
                row=document.row,
                body=" ".join(document.terms),
                first=document.first or UNDATED,  # no day is 0
                last=document.last or UNDATED,
                outlet=document.outlet or "",
            )
        )
    writer.commit()
    writer.wait_merging_threads()


def _open_index(folder: Path) -> tantivy.Index:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", stored=False, indexed=True, fast=True)
    builder.add_text_field("body", stored=False, tokenizer_name=ANALYZER, index_option="freq")
    builder.add_integer_field("first", stored=False, fast=True)
    builder.add_integer_field("last", stored=False, fast=True)
    builder.add_text_field("outlet", stored=False, tokenizer_name="raw", index_option="basic")
    index = tantivy.Index(builder.build(), path=str(folder))
    # The terms come separated by spaces.
    split = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(ANALYZER, split)
    return index


def _restrictions(schema: tantivy.Schema, where: types.Filter) -> list[tuple[Occur, Query]]:
    """The filter as queries that add nothing to a passage's score."""
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


def open_words(folder: Path, sha256: str) -> WordIndex:
    """The index of that manifest. Raises `ValueError` where it is missing or damaged."""
    return WordIndex(folder, sha256, open_folder(folder, sha256).facts["removed"])


def update_words(
    archive: Path,
    connection: sqlite3.Connection,
    before: WordIndex | None,
    published: int,
    generation: int,
) -> WordIndex:
    """The index of `generation`, in a new folder; `before` is that of the `published` one."""
    folder = new_folder(archive, "words", generation)
    if before is not None:
        gone = records.removed_rows(connection, after=published, at=generation)
        removed, known = before.removed + len(gone), before.size
        if not removed or (known >= ALWAYS_REWRITTEN and removed <= REMOVED_SHARE * known):
            shutil.copytree(before.folder, folder, copy_function=_share, ignore=UNSHARED)
            fresh = records.word_documents(connection, after=published, at=generation)
            write_words(folder, fresh, gone)
            files = read_manifest(before.folder, before.manifest).files
            shared = {name: one for name, one in files.items() if not name.endswith(".json")}
            return open_words(folder, write_manifest(folder, {"removed": removed}, known=shared))
    write_words(folder, records.word_documents(connection, after=-1, at=generation))
    return open_words(folder, write_manifest(folder, {"removed": 0}))


def _share(old: str, new: str) -> None:
    """Link a file where the disk allows it; tantivy rewrites its lists, so those are copied."""
    if not old.endswith(".json"):
        with suppress(OSError):
            os.link(old, new)
            return
    shutil.copy2(old, new)
