"""Archives built from data sets for measuring, kept from one measurement to the next."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from onrecord.index.articles import encode_article, identify, make_article
from onrecord.index.encoder import Encoder
from onrecord.index.ingest import Options, Progress, ingest
from onrecord.index.pages import find_pages
from onrecord.index.ranking import Ranking
from onrecord.index.readers import Rejection, read_file
from onrecord.index.reranker import Reranker
from onrecord.service.answer import Answerer
from onrecord.service.confidence import shipped
from onrecord.service.opening import describe_build, open_store
from onrecord.service.settings import Settings

MAX_CORPUS_BYTES = 1 << 40  # a collection is one file, however large

log = logging.getLogger(__name__)


def build_archive(
    work: Path,
    name: str,
    pages: Sequence[Path],
    settings: Settings,
    encoder: Encoder,
    progress: Progress | None = None,
    *,
    titles: bool = True,
) -> Path:
    """The folder under `work` of an archive of just these pages, built where it is missing.

    Other pages or other settings make another archive; none is ever changed by a measurement.
    Without `titles` the articles have none, so that no passage is indexed with one in front.
    """
    key = _key(pages, settings, encoder)
    folder = work / "archives" / (f"{name}-{key}" if titles else f"{name}-{key}-untitled")
    if titles:
        _build(folder, pages, settings, encoder, progress)
    elif not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        _build_untitled(unfinished, pages, settings, encoder)
        unfinished.rename(folder)
    return folder


@contextmanager
def kept_archive(
    work: Path,
    name: str,
    pages: Sequence[Path],
    settings: Settings,
    encoder: Encoder,
    reranker: Reranker | None = None,
) -> Iterator[Answerer]:
    """An answerer over the archive that `build_archive` gives."""
    folder = build_archive(work, name, pages, settings, encoder)
    with opened_archive(folder, settings, encoder, reranker) as answers:
        yield answers


@contextmanager
def opened_archive(
    folder: Path, settings: Settings, encoder: Encoder, reranker: Reranker | None = None
) -> Iterator[Answerer]:
    """An answerer over an archive that is there."""
    store = open_store(settings.model_copy(update={"archive": folder, "store": "local"}), encoder)
    try:
        yield Answerer(
            store,
            encoder,
            Ranking(),
            shipped(reader=reranker is not None),
            settings.min_confidence,
            reranker=reranker,
        )
    finally:
        store.close()


@contextmanager
def scratch_archive(
    records: Sequence[dict[str, Any]],
    settings: Settings,
    encoder: Encoder,
    reranker: Reranker | None = None,
) -> Iterator[Answerer]:
    """An answerer over some records, gone afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        lines = Path(scratch, "records.jsonl")
        lines.write_text("".join(json.dumps(record) + "\n" for record in records))
        folder = Path(scratch, "archive")
        _build(folder, [lines], settings, encoder)
        with opened_archive(folder, settings, encoder, reranker) as answers:
            yield answers


def _build(
    folder: Path,
    pages: Sequence[Path],
    settings: Settings,
    encoder: Encoder,
    progress: Progress | None = None,
) -> None:
    store = open_store(settings.model_copy(update={"archive": folder, "store": "local"}), encoder)
    try:
        options = Options(max_bytes=MAX_CORPUS_BYTES)
        report = ingest(pages, store, encoder, settings.budget, options, progress)
    finally:
        store.close()
    for rejected in report.rejected:
        log.warning("%s: %s", rejected.location, rejected.reason)


def _build_untitled(
    folder: Path, pages: Sequence[Path], settings: Settings, encoder: Encoder
) -> None:
    store = open_store(settings.model_copy(update={"archive": folder, "store": "local"}), encoder)
    try:
        for page in find_pages(pages):
            for reading in read_file(page.file, MAX_CORPUS_BYTES):
                if isinstance(reading, Rejection):
                    continue
                titled = make_article(reading, identify(reading, None), page.shared, "")
                article = replace(titled, title="")
                entries = encode_article(article, encoder, settings.budget)
                store.put(article, entries, page.location)
        store.publish()
    finally:
        store.close()


def _key(pages: Sequence[Path], settings: Settings, encoder: Encoder) -> str:
    """What an archive depends on, as a few hex digits."""
    hashes = [f"{page.shared} {page.hash()}" for page in find_pages(pages)]
    build = [f"{name}: {value}" for name, value in describe_build(settings, encoder).items()]
    return hashlib.sha256("\n".join([*build, *hashes]).encode()).hexdigest()[:8]
