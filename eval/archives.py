"""Archives built from data sets for measuring, and used again by later measurements."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from onrecord.index.encoder import Encoder
from onrecord.index.ingest import Options, Progress, ingest
from onrecord.index.pages import find_pages
from onrecord.index.ranking import Ranking
from onrecord.index.reranker import Reranker
from onrecord.service.answer import Answerer
from onrecord.service.archive import Archive, describe_build
from onrecord.service.confidence import shipped
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
) -> Path:
    """The folder under `work` of an archive of just these pages, built where it is missing.

    Other pages or other settings make another archive; none is ever changed by a measurement.
    """
    folder = work / "archives" / f"{name}-{hash_build(pages, settings, encoder)}"
    options = Options(max_bytes=MAX_CORPUS_BYTES)
    with open_local(folder, settings, encoder) as archive:
        report = ingest(pages, archive.store, encoder, settings.budget, options, progress)
    for rejected in report.rejected:
        log.warning("%s: %s", rejected.location, rejected.reason)
    return folder


@contextmanager
def opened_archive(
    folder: Path,
    settings: Settings,
    encoder: Encoder,
    reranker: Reranker | None = None,
    ranking: Ranking | None = None,
) -> Iterator[Answerer]:
    """An answerer over an archive that is there."""
    with open_local(folder, settings, encoder, ranking) as archive:
        answerer = archive.answerer
        if reranker is not None:
            answerer = replace(answerer, reranker=reranker, calibration=shipped(reader=True))
        yield answerer


def hash_build(pages: Sequence[Path], settings: Settings, encoder: Encoder) -> str:
    """What an archive depends on, as a few hex digits."""
    hashes = [f"{page.shared} {page.hash()}" for page in find_pages(pages)]
    build = [f"{name}: {value}" for name, value in describe_build(settings, encoder).items()]
    return hashlib.sha256("\n".join([*build, *hashes]).encode()).hexdigest()[:8]


def open_local(
    folder: Path, settings: Settings, encoder: Encoder, ranking: Ranking | None = None
) -> Archive:
    """The local archive in a folder, whatever store the settings name, without a reranker."""
    update = {"archive": folder, "store": "local", "reranker": "none"}
    return Archive.from_settings(settings.model_copy(update=update), encoder, ranking)
