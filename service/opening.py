"""Open what the settings name: the encoder, the archive, and the answerer over both."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from onrecord.index.encoder import Encoder, open_encoder
from onrecord.index.local.database import RECORDS
from onrecord.index.local.store import LocalStore
from onrecord.index.plugins import STORES, load_plugin
from onrecord.index.ranking import Ranking
from onrecord.index.reranker import Reranker, open_reranker
from onrecord.index.reranker.evidence_reader import EvidenceReader
from onrecord.index.store import OpenStore, Store
from onrecord.service.answer import Answerer
from onrecord.service.confidence import shipped
from onrecord.service.settings import Settings

if TYPE_CHECKING:
    from onrecord.index.milvus.store import MilvusStore

log = logging.getLogger(__name__)


def load_encoder(settings: Settings) -> Encoder:
    """The encoder, exported first where that has not been done yet."""
    return open_encoder(settings.encoder, settings.cache, settings.precision, settings.threads)


def load_reranker(settings: Settings) -> Reranker | None:
    """The reranker; None if the settings switch it off."""
    return open_reranker(settings.reranker, settings.threads)


def archive_exists(settings: Settings) -> bool:
    """Whether there is an archive to be opened, so that asking does not make an empty folder."""
    return settings.store != "local" or (settings.archive / RECORDS).is_file()


def open_store(settings: Settings, encoder: Encoder) -> Store:
    """The archive, made where there is none. Raises `ArchiveMismatch` if it was built otherwise."""
    build = describe_build(settings, encoder)
    if settings.store == "milvus":
        return open_milvus(settings, build, encoder.description.dimension)
    open_store: OpenStore = LocalStore
    if settings.store != "local":
        open_store = load_plugin(STORES, settings.store)
    return open_store(settings.archive, build, encoder.description.dimension)


def open_milvus(settings: Settings, build: Mapping[str, str], dimension: int) -> MilvusStore:
    """The archive in Milvus, which is asked at the first call and not before.

    Raises `ExtraMissing` where pymilvus is not installed.
    """
    from onrecord.index.milvus.connection import Connection, require_client
    from onrecord.index.milvus.store import MilvusStore

    require_client()
    token = settings.milvus_token.get_secret_value()
    return MilvusStore(Connection(settings.milvus_uri, token), build, dimension)


def describe_build(settings: Settings, encoder: Encoder) -> dict[str, str]:
    """What an archive's passages and vectors depend on: it answers to no other."""
    return {
        "encoder": encoder.description.identity,
        "encoding": settings.budget.encoding,
        "passage tokens": str(settings.passage_tokens),
    }


def open_answerer(settings: Settings) -> Answerer:
    """An answerer over the archive."""
    encoder = load_encoder(settings)
    store = open_store(settings, encoder)
    reranker = load_reranker(settings)
    calibration = shipped(isinstance(reranker, EvidenceReader))
    if calibration.encoder != encoder.description.identity:
        log.warning("the confidence was fitted for %s: run eval calibrate", calibration.encoder)
    return Answerer(
        store,
        encoder,
        Ranking(),
        calibration,
        settings.min_confidence,
        reranker=reranker,
    )
