"""Copy an archive from one store into another without encoding anything again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from onrecord.index.store import IndexedPassage, Source, Store
from onrecord.index.types import Article

PUBLISH_EVERY = 500  # articles: an interrupted copy does not repeat what it has published


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """One version of an article; versions that were replaced have no passages any more."""

    article: Article
    passages: tuple[IndexedPassage, ...]
    location: str


class ArchiveExport(Protocol):
    """Everything in one generation of an archive."""

    @property
    def build(self) -> Mapping[str, str]:
        """How the passages were cut and encoded."""

    @property
    def dimension(self) -> int:
        """The dimension of the vectors."""

    def articles(self) -> Iterator[list[ArticleVersion]]:
        """The versions of each article, oldest first."""

    def sources(self) -> list[Source]:
        """Every file that was read."""

    def tombstones(self) -> list[str]:
        """The ids of the articles that were deleted by hand."""


@dataclass(slots=True)
class CopyReport:
    """How many articles were copied, and how many were there already."""

    copied: int = 0
    there: int = 0


def copy_archive(
    export: ArchiveExport, open_target: Callable[[Mapping[str, str], int], Store]
) -> CopyReport:
    """Put all of an archive into another store: versions, sources and tombstones too.

    It may be repeated: what the target already holds is left alone, and nothing is removed there.
    `open_target` gets the build and the dimension. Raises `Conflict` where an id belongs to an
    article from another location there.
    """
    report = CopyReport()
    target = open_target(export.build, export.dimension)
    try:
        for versions in export.articles():
            if target.holds(versions[-1].article):
                report.there += 1
                continue
            for version in versions:
                target.put(version.article, version.passages, version.location)
            report.copied += 1
            if report.copied % PUBLISH_EVERY == 0:
                target.publish()
        for source in export.sources():
            target.sources.remember(source)
        for article_id in export.tombstones():
            target.mark_deleted(article_id)
        target.publish()
    finally:
        target.close()
    return report
