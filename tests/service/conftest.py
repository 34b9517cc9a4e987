"""A small paper of our own making, open once for all tests of the service."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from onrecord.index.encoder import Encoder
from onrecord.index.ingest import encode_article
from onrecord.index.ranking import Ranking
from onrecord.index.types import Article, Evidence, Published, Terms
from onrecord.service.answer import Answerer
from onrecord.service.archive import open_store
from onrecord.service.confidence import shipped
from onrecord.service.settings import Settings
from tests.service.clients import client_of

OpenArchive = Callable[[Sequence[Article]], Answerer]
TUNNEL = (
    "The road tunnel under Varnholm hill was closed on Friday because water ran in through the "
    "northern wall. The council hired a firm from Osterby to seal the wall with 4,200 litres of "
    "resin. Drivers take the coast road until the work is done."
)


def dated(day: str | None) -> Published:
    """A publication date of the precision that it is written in."""
    if day is None:
        return Published()
    precision = {4: "year", 7: "month", 10: "day"}[len(day)]
    return Published(day, precision, Evidence("field published", day))  # type: ignore[arg-type]


PAPER = (
    Article(
        "crane",
        "Eastern crane reopens",
        "The harbour of Varnholm reopened its eastern crane on Monday after eleven weeks of "
        "repairs. Engineers replaced 312 bolts and tested the arm with a load of forty tonnes. "
        "The port authority expects nine ships a day.\nHarbour master Jonas Ek thanked the night "
        "shift.",
        outlet="Harbour Post",
        authors=("Ida Lund", "Per Aune"),
        url="https://post.example/crane?page=1",
        language="en",
        published=dated("2024-03-04"),
        terms=Terms(5_000, True, "Quote up to 5,000 characters with a link."),
        evidence={
            "published": (Evidence("field published", "2024-03-04"), Evidence("body", "Monday")),
            "title": (Evidence("field title", "Eastern crane reopens"),),
        },
    ),
    Article(
        "bakery",
        "Old bakery turns into a school",
        "The bakery in Mill Lane becomes a school for 85 pupils. Its last baker, Ruth Palm, sold "
        "the ovens to a museum in Osterby and keeps only a wooden peel.",
        outlet="Varnholm Gazette",
        url="https://gazette.example/bakery",
        language="en",
        published=dated("2024-12"),
    ),
    Article(
        "library",
        "Library lends tools",
        "The town library lends drills, saws and ladders as well as books. In its first season "
        "641 readers borrowed a tool, and 17 of the drills came back broken.",
        outlet="Varnholm Gazette",
        language="en",
        published=dated("2024"),
    ),
    Article(
        "ferry",
        "Night ferry stops",
        "The night ferry between Varnholm and the island of Lys sails no more. The company lost "
        "2.5 million crowns on it, its director Mona Berg told the harbour council.",
        url="https://ferry.example/notes#night",
        language="en",
    ),
    Article(
        "museum",
        "Glass museum breaks its record",
        "The glass museum counted 90,318 visitors, more than ever before. Its curator, Elias "
        "Holm, gives the credit to a chandelier of blue glass.",
        outlet="Straße Blatt",
        language="en",
        published=dated("2025-02-23"),
    ),
    Article(
        "orchard",
        "Orchards bloom early",
        "🍎🍏🌸 Apple trees bloomed on the slopes 🌄 before anyone expected them. The growers of "
        "Varnholm counted 19 nights of frost after the bloom. 𝔉our in ten blossoms were lost.",
        outlet="Harbour Post",
        language="en",
        published=dated("2023-12-31"),
    ),
    Article("tunnel-late", "Tunnel shut", TUNNEL, outlet="Gamma", published=dated("2022-06-01")),
    Article("tunnel-early", "Tunnel shut", TUNNEL, outlet="Alpha", published=dated("2022-05")),
    Article("tunnel-never", "Tunnel shut", TUNNEL, outlet="Beta"),
)


def open_articles(folder: Path, encoder: Encoder, articles: Sequence[Article]) -> Answerer:
    """An answerer over the articles, put in the order given, that answers whatever it is asked."""
    settings = Settings(archive=folder)
    store = open_store(settings, encoder)
    for article in articles:
        store.put(article, encode_article(article, encoder, settings.budget), f"{article.id}.json")
    store.publish()
    return Answerer(store, encoder, Ranking(), shipped(), min_confidence=0.0)


@pytest.fixture
def open_archive(tmp_path: Path, encoder: Encoder) -> Iterator[OpenArchive]:
    """Opens an archive over articles; closes it after the test."""
    opened: list[Answerer] = []

    def open_one(articles: Sequence[Article]) -> Answerer:
        opened.append(open_articles(tmp_path / f"archive-{len(opened)}", encoder, articles))
        return opened[-1]

    yield open_one
    for answers in opened:
        answers.store.close()


@pytest.fixture(scope="session")
def paper(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Answerer]:
    """An answerer over the paper that answers whatever it is asked; do not write to it."""
    opened = open_articles(tmp_path_factory.mktemp("paper"), encoder, PAPER)
    yield opened
    opened.store.close()


@pytest.fixture(scope="session")
def client(paper: Answerer) -> TestClient:
    """HTTP over the paper."""
    return client_of(paper, raises=False)
