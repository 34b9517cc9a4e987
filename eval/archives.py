"""Archives built from data sets for measuring, and used again by later measurements."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from onrecord.index.encoder import Encoder
from onrecord.index.ingest import Options, Progress, ingest
from onrecord.index.pages import find_pages
from onrecord.index.ranking import Ranking
from onrecord.index.reranker import Reranker
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
    hashes = [f"{page.shared} {page.hash()}" for page in find_pages(pages)]
    build = [f"{name}: {value}" for name, value in describe_build(settings, encoder).items()]
    digest = hashlib.sha256("\n".join([*build, *hashes]).encode()).hexdigest()[:8]
    folder = work / "archives" / f"{name}-{digest}"
    options = Options(max_bytes=MAX_CORPUS_BYTES)
    with open_archive(folder, settings, encoder) as archive:
        report = ingest(pages, archive.store, encoder, settings.budget, options, progress)
    for rejected in report.rejected:
        log.warning("%s: %s", rejected.location, rejected.reason)
    return folder


def open_archive(
    folder: Path,
    settings: Settings,
    encoder: Encoder,
    reranker: Reranker | None = None,
    ranking: Ranking | None = None,
) -> Archive:
    """The local archive in a folder, with that reranker, whatever the settings name."""
    update = {"archive": folder, "store": "local", "reranker": "none"}
    archive = Archive.from_settings(settings.model_copy(update=update), encoder, ranking)
    if reranker is not None:
        calibration = shipped(reader=True)
        archive.answerer = replace(archive.answerer, reranker=reranker, calibration=calibration)
    return archive
