"""What the tests share: the real encoder, and archives small enough to build in a moment."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest

from onrecord.index.encoder import Encoder
from onrecord.index.ingest import ingest
from onrecord.index.ranking import Ranking
from onrecord.index.store import Store
from onrecord.service.answer import Answerer
from onrecord.service.archive import Archive, load_encoder, open_store
from onrecord.service.cli.options import LOGGERS, SILENT
from onrecord.service.confidence import shipped
from onrecord.service.settings import Settings

PROJECT = Path(__file__).parents[1]
SHARED = PROJECT.parent / "shared"
# What an earlier run found, and how long an example takes, depend on the machine.
hypothesis.settings.register_profile(
    "project",
    deadline=None,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("project")
# of a test, by the fixture that it uses
MARKS = {"browser": "browser", "milvus_lite": "milvus", "measured": "slow"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that drive a browser or ask Milvus, so that none can be forgotten."""
    for item in items:
        for fixture in MARKS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKS[fixture])


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Takes back what a command changed: its handler writes to a stream that is closed by now."""
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in (*LOGGERS, *SILENT))]
    before = [(logger, logger.level, logger.handlers[:]) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        for added in set(logger.handlers) - set(handlers):
            logger.removeHandler(added)


@pytest.fixture(scope="session")
def milvus_lite() -> None:
    """Skips where Milvus Lite or its client is not installed."""
    for name in ("pymilvus", "milvus_lite"):
        pytest.importorskip(name, reason=f"{name} is not installed")


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The default encoder; its export is cached between runs."""
    return load_encoder(Settings())


@pytest.fixture
def store(tmp_path: Path, encoder: Encoder) -> Iterator[Store]:
    """An empty archive."""
    opened = open_store(Settings(archive=tmp_path / "archive"), encoder)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def briefs(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Answerer]:
    """An answerer over the project's own briefs; read from it, do not write to it."""
    yield from _answerer(tmp_path_factory.mktemp("briefs"), PROJECT / "seeds", encoder)


@pytest.fixture(scope="session")
def real_pages(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Answerer]:
    """An answerer over the five real pages; skips where they are not beside the project."""
    pages = SHARED / "seeds"
    if not pages.is_dir():
        pytest.skip("the real pages are not beside the project (../shared/seeds)")
    yield from _answerer(tmp_path_factory.mktemp("pages"), pages, encoder)


def archive_of(answerer: Answerer, settings: Settings) -> Archive:
    """The archive that asks this answerer, for services and tools that take an archive."""
    folder = getattr(answerer.store, "folder", settings.archive)
    settings = settings.model_copy(update={"archive": folder})
    archive = Archive(settings, answerer.store, answerer.encoder, answerer.ranking)
    archive.answerer = replace(answerer, max_question_chars=settings.max_question_chars)
    return archive


def _answerer(folder: Path, pages: Path, encoder: Encoder) -> Iterator[Answerer]:
    settings = Settings(archive=folder)
    store = open_store(settings, encoder)
    ingest([pages], store, encoder, settings.budget)
    yield Answerer(store, encoder, Ranking(), shipped(), settings.min_confidence)
    store.close()
