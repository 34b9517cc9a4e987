"""Move an archive to where several machines can ask it, nothing encoded anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from onrecord.index.local import schema
from onrecord.index.local.agreement import find_dimension
from onrecord.index.local.whole import Version, open_whole
from onrecord.index.milvus.archive import MilvusStore

PUBLISH_EVERY = 500  # articles: what an interrupted copy has published is not copied again
DEFAULT_DIMENSION = 384  # of an archive without passages: the default encoder's
Open = Callable[[dict[str, str], int], MilvusStore]


@dataclass(slots=True)
class Copied:
    """How many articles were copied, and how many were there already."""

    copied: int = 0
    there: int = 0


def copy_archive(folder: Path, open_target: Open) -> Copied:
    """Put all of a local archive into another store: versions, sources and tombstones too.

    May be done again: what is there already is left alone, what is there alone stays. `open_target`
    gets how the archive was built and its vectors' dimension. Raises `Conflict` where another
    source holds an id there.
    """
    report = Copied()
    with open_whole(folder) as whole:
        build = json.loads(schema.read_meta(whole.connection)["build"])
        dimension = find_dimension(whole.connection) or DEFAULT_DIMENSION
        target = open_target(build, dimension)
        try:
            for versions in whole.articles():
                _copy_article(versions, target, report)
            for source in whole.sources():
                target.remember(source)
            for article_id in whole.tombstones():
                target.bury(article_id)
            target.publish()
        finally:
            target.close()
    return report


def _copy_article(versions: list[Version], target: MilvusStore, report: Copied) -> None:
    if target.holds(versions[-1].article):
        report.there += 1
        return
    for version in versions:
        target.put(version.article, version.entries, version.location)
    report.copied += 1
    if report.copied % PUBLISH_EVERY == 0:
        target.publish()
