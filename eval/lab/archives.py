"""Archives that only calibration, training and the sweep need."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from onrecord.eval.archives import (
    MAX_CORPUS_BYTES,
    build_archive,
    hash_build,
    open_local,
    opened_archive,
)
from onrecord.index.articles import encode_article, identify, make_article
from onrecord.index.encoder import Encoder
from onrecord.index.pages import find_pages
from onrecord.index.readers import Rejection, read_file
from onrecord.index.reranker import Reranker
from onrecord.service.answer import Answerer
from onrecord.service.settings import Settings


@contextmanager
def opened_collection(
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
def scratch_archive(
    records: Sequence[dict[str, Any]],
    settings: Settings,
    encoder: Encoder,
    reranker: Reranker | None = None,
) -> Iterator[Answerer]:
    """An answerer over some records, whose archive is deleted afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        lines = Path(scratch, "records.jsonl")
        lines.write_text("".join(json.dumps(record) + "\n" for record in records))
        folder = build_archive(Path(scratch), "scratch", [lines], settings, encoder)
        with opened_archive(folder, settings, encoder, reranker) as answers:
            yield answers


def build_untitled(
    work: Path, name: str, pages: Sequence[Path], settings: Settings, encoder: Encoder
) -> Path:
    """Like `build_archive`, but no article has a title that its passages are indexed with."""
    folder = work / "archives" / f"{name}-{hash_build(pages, settings, encoder)}-untitled"
    if folder.exists():
        return folder
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    store = open_local(unfinished, settings, encoder)
    try:
        for page in find_pages(pages):
            for parsed in read_file(page.file, MAX_CORPUS_BYTES):
                if isinstance(parsed, Rejection):
                    continue
                titled = make_article(parsed, identify(parsed, None), page.shared, "")
                article = replace(titled, title="")
                store.put(article, encode_article(article, encoder, settings.budget), page.location)
        store.publish()
    finally:
        store.close()
    unfinished.rename(folder)
    return folder
