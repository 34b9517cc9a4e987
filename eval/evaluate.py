"""`onrecord eval run`: a data set asked of a system, judged, measured and reported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from onrecord.eval import figures
from onrecord.eval.archives import build_archive
from onrecord.eval.datasets import Dataset, UnreadableDataset, resolve
from onrecord.eval.judge import judge
from onrecord.eval.measures import per_question
from onrecord.eval.measures.rankings import write_trec
from onrecord.eval.over_http import OverHttp
from onrecord.eval.run import Progress, ask_all
from onrecord.eval.systems import InProcess, Opening, System
from onrecord.index import ingest
from onrecord.index.encoder import Encoder
from onrecord.index.local.database import RECORDS
from onrecord.index.ranking import Ranking
from onrecord.service.opening import load_encoder
from onrecord.service.settings import Settings

Retriever = Literal["dense", "words", "hybrid", "unread", "full"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What to ask: a service at `url`, an archive that is there, or one built of the set's pages.

    In this process `retriever` leaves parts of the ranking out: `dense` and `words` rank by one
    search alone, `hybrid` fuses both, `full` is all that the service does and `unread` that without
    its reranker.
    """

    work: Path
    url: str | None = None
    key: str | None = None
    archive: Path | None = None
    pages: tuple[Path, ...] = ()
    retriever: Retriever = "full"


def evaluate(
    dataset: Dataset,
    subject: Subject,
    folder: Path,
    jobs: int,
    command: str,
    building: ingest.Progress | None = None,
    asking: Progress | None = None,
) -> dict[str, Any]:
    """The run's figures; all that it gave is kept in `folder`.

    Raises what `ask_all` raises, and `UnreadableDataset` where an article is not in the archive.
    """
    settings = Settings()
    encoder = load_encoder(settings)
    with _opened(dataset, subject, settings, encoder, building) as system:
        dataset = resolve(dataset, system.list_names())
        run = ask_all(dataset, system, folder, jobs, asking)
        cases = judge(dataset, run, system.read_text, settings.budget, encoder)
        described = system.describe()
    values = per_question(cases, dataset.truths)
    found = {
        "command": command,
        "system": {**described, "jobs": jobs},
        **figures.compute(dataset, cases, values, run.timings),
    }
    figures.write(folder, found, cases, values)
    write_trec(folder, cases, f"onrecord-{'service' if subject.url else subject.retriever}")
    return found


def rank_by(ranking: Ranking, retriever: Retriever) -> Ranking:
    """The ranking with parts of it left out."""
    if retriever in ("unread", "full"):
        return ranking
    weights = {"dense": 1.0, "words": 0.0, "hybrid": ranking.dense_weight}
    return replace(ranking, dense_weight=weights[retriever], evidence_weight=0.0, time_weight=0.0)


@contextmanager
def _opened(
    dataset: Dataset,
    subject: Subject,
    settings: Settings,
    encoder: Encoder,
    building: ingest.Progress | None,
) -> Iterator[System]:
    if subject.url is not None:
        yield OverHttp.at(subject.url, subject.key)
        return
    if subject.archive is not None and not (subject.archive / RECORDS).is_file():
        raise UnreadableDataset(f"there is no archive at {subject.archive}")
    pages = subject.pages or dataset.pages
    if subject.archive is None and not pages:
        raise UnreadableDataset(
            f"{dataset.name} has no articles of its own: give --pages, --archive or --url"
        )
    folder = subject.archive or build_archive(
        subject.work, dataset.name, pages, settings, encoder, building
    )
    work = subject.work if subject.retriever == "full" else None
    opening = Opening(folder, settings, rank_by(Ranking(), subject.retriever), work)
    with opening.open() as answers:
        yield InProcess(answers, opening)
